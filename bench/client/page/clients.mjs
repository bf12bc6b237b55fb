// The clients by name, and a connection of one of them.

import { lastWire, mockWebSockets } from "./wire.mjs"
import { within } from "./time.mjs"

const MOCKED = "http://mock.invalid"

const loaded = new Map()

export function add(name, module) {
  loaded.set(name, module.io)
}

/** A client that has joined the namespace `/` over WebSocket: of a mock unless there is a server. */
export async function connect(name, { url = MOCKED, ...options } = {}) {
  mockWebSockets(url === MOCKED)
  const socket = loaded.get(name)(url, { transports: ["websocket"], forceNew: true, reconnection: false, ...options })
  const joined = new Promise((resolve, reject) => {
    socket.on("connect", resolve)
    socket.on("connect_error", reject)
  })
  await within(joined, `${name} connects`)
  return { socket, wire: lastWire() }
}
