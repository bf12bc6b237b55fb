// What Node has to carry bytes, in the place of what a page has: `ws`, and its own HTTP client.

import { WebSocket } from "ws"
import { jarOf } from "./cookies.mjs"
import { request } from "./http.mjs"
import { CHANNEL_OPTIONS, pick, prepare } from "./options.mjs"

/** With those that only a WebSocket takes. */
const WEB_SOCKET_OPTIONS = [...CHANNEL_OPTIONS, "maxPayload", "origin", "protocolVersion"]

/** Shorter messages grow when they are compressed, or cost more time than they save. It is engine.io-client's. */
const DEFLATE_THRESHOLD_BYTES = 1024

/** From how many bytes on a socket's messages are compressed. */
const thresholds = new WeakMap()

export const nodePlatform = {
  open_(url, options, connection) {
    const { protocols = [], extraHeaders, perMessageDeflate = { threshold: DEFLATE_THRESHOLD_BYTES } } = options
    const socket = new WebSocket(url, protocols, {
      ...pick(options, WEB_SOCKET_OPTIONS),
      perMessageDeflate,
      headers: extraHeaders,
      finishRequest(outgoing) {
        prepare(outgoing, options, jarOf(connection, options))
        outgoing.end()
      },
    })
    // What is closed before it is open fails once more, when nobody listens any longer: that would end the process.
    socket.on("error", () => {})
    thresholds.set(socket, perMessageDeflate?.threshold ?? 0)
    return socket
  },

  send_(socket, data, compress) {
    socket.send(data, { compress: compress !== false && bytesOf(data) >= thresholds.get(socket) })
  },

  request_: (url, options, init, connection) => request(url, options, init, jarOf(connection, options)),

  binary_: ({ buffer }) => Buffer.from(buffer),
}

function bytesOf(data) {
  return typeof data == "string" ? Buffer.byteLength(data) : (data.size ?? data.byteLength)
}
