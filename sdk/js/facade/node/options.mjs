// The options that pages do not have.

/** How a connection to a server is made: Node's own names, for polling and for WebSockets alike. */
export const CHANNEL_OPTIONS = [
  "agent",
  "ca",
  "cert",
  "checkServerIdentity",
  "ciphers",
  "family",
  "key",
  "localAddress",
  "passphrase",
  "pfx",
  "rejectUnauthorized",
]

/** Those that were given: one that is there and undefined would be taken for a wish. */
export function pick(options, names) {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]))
}

/** What every request needs before it leaves, also the one that asks for a WebSocket. */
export function prepare(outgoing, { autoUnref }, jar) {
  const cookies = [outgoing.getHeader("cookie") ?? [], jar?.cookies() ?? []].flat()
  if (cookies.length) outgoing.setHeader("Cookie", cookies.join("; "))
  if (autoUnref) outgoing.on("socket", (socket) => socket.unref())
}
