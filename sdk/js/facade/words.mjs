// What the core says by numbers, in words: `tell.rs` has the same lists, and the protocol's `Reason` the one of reasons.

/** What is told: by an engine, then by a manager or a socket. */
export const EVENTS = [
  "drain",
  "upgrading",
  "upgrade",
  "upgradeError",
  "open",
  "ping",
  "auth",
  "reconnect_attempt",
  "reconnect",
  "reconnect_failed",
  "error",
  "reconnect_error",
  "close",
  "disconnect",
]

/** The events before that one are the engine's. */
export const OPEN = 4

/** The events from that one on come with a reason. */
export const CLOSE = 12

/** Why a connection or a socket has ended. */
export const REASONS = [
  ,
  "io client disconnect",
  "io server disconnect",
  "ping timeout",
  "transport close",
  "transport error",
  "parse error",
  "forced close",
]

/** What else there is to say: an error's message and code, or the description of what was no error. */
export const WHY = [
  ,
  ["xhr poll error", "ERR_TRANSPORT"],
  ["xhr post error", "ERR_TRANSPORT"],
  ["websocket error", "ERR_TRANSPORT"],
  ["server error", "ERR_BAD_SERVER"],
  ["invalid handshake", "ERR_BAD_SERVER"],
  ["timeout", "ERR_CONNECT_TIMEOUT"],
  ["No transports available", "ERR_NO_TRANSPORTS"],
  ["connection closed before it was open", "ERR_CONNECTION_CLOSED"],
  ["probe error", "ERR_UPGRADE"],
  ["transport closed by the server"],
  ["websocket connection closed"],
  ["network connection lost"],
]

export const WRONG_PROTOCOL =
  "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)"

/** The event names that nobody may emit. */
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]

export function isReserved(event) {
  return RESERVED.includes(event)
}
