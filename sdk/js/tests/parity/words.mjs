// What stands on the wire again and again.

/** The handshake. */
export const OPEN = "0"
/** The answer to CONNECT. */
export const JOINED = '40{"sid":"<sid>"}'
export const joined = (namespace) => `40${namespace},{"sid":"<sid>"}`

/** How a client ends a connection. */
export const goodbye = (way) => (way == "polling" ? "1" : "close")

/** What is known of an end that the server has brought about politely. */
export const shutDetails = (way) =>
  way == "polling"
    ? { description: "transport closed by the server" }
    : { description: "websocket connection closed", context: "<object>" }

/** A server that lets everybody in, and says what the row injects. */
export const WELCOMING = { replies: { 40: '40{"sid":"socket-1"}' } }

/** The wire of a row: one connection. */
export const one = (out, received) => [received ? { out, in: received } : { out }]
