// `io()` and the managers it shares: one per server and path, for as long as the page lives. Nothing happens at import.

import { Manager } from "./manager.mjs"
import { Socket } from "./socket.mjs"
import { PollingTransport, WebSocketTransport } from "./transport.mjs"
import { parseUri } from "./url.mjs"

/** The Socket.IO protocol that is spoken. */
export const protocol = 5

const managers = new Map()

export function io(uri, options = {}) {
  if (uri && typeof uri == "object") {
    options = uri
    uri = undefined
  }
  const { id, namespace, query } = parseUri(uri, options.path ?? "/socket.io")
  // A host among the options is that of a manager: `io` knows the server by its address.
  uri ??= "/"
  const settings = { ...options, query: options.query ?? query }
  const shared = managers.get(id)
  // Two sockets of one namespace need two connections.
  const alone = options.forceNew || options["force new connection"] || options.multiplex === false || shared?.nsps[namespace]
  const manager = (!alone && shared) || new Manager(uri, settings)
  if (!alone) managers.set(id, manager)
  return manager.socket(namespace, options)
}

Object.assign(io, { io, connect: io, Manager, Socket, protocol })

/** Not there yet: as a choice of transport it is passed over. */
export class WebTransport {}

export { io as connect, io as default, Manager, Socket }
export { PollingTransport as Fetch, PollingTransport as NodeXHR, PollingTransport as XHR }
export { WebSocketTransport as NodeWebSocket, WebSocketTransport as WebSocket }
