// WebSockets.

import { JOINED, one, OPEN, shutDetails, WELCOMING } from "./words.mjs"

const by = (rows) => rows.map((row) => ({ ways: ["websocket"], ...row }))

export const rows = by([
  {
    title: "A.13 the request has neither a stamp nor a session",
    requests: true,
    async run({ connect, once }) {
      await once(connect(), "connect")
    },
    expected: {
      requests: [
        {
          method: "WS",
          path: "/socket.io/",
          query: ["EIO=4", "transport=websocket"],
          headers: { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" },
        },
      ],
    },
  },
  {
    title: "A.13 a packet is a frame, and binary is a frame without a type",
    async run({ connect }) {
      await connect().emitWithAck("echo", new Uint8Array([1, 2]))
    },
    expected: {
      wire: one(
        ["40", '451-0["echo",{"_placeholder":true,"num":0}]', "<AQI=>"],
        [OPEN, JOINED, '461-0[{"_placeholder":true,"num":0}]', "<AQI=>"],
      ),
    },
  },
  {
    title: "A.13 base64 in text is binary too",
    script: WELCOMING,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["a"])
      await wire.inject('451-["a",{"_placeholder":true,"num":0}]', "bAQI=")
      await told("a")
    },
  },
  {
    title: "A.13 forceBase64 is a word of the request, and makes text of binary",
    requests: true,
    async run({ connect }) {
      await connect("/", { forceBase64: true }).emitWithAck("echo", new Uint8Array([1, 2]))
    },
    expected: { wire: one(["40", '451-0["echo",{"_placeholder":true,"num":0}]', "bAQI="]) },
  },
  {
    title: "A.13 a close frame is told as transport close, with what is known of it",
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      await wire.shut()
      await told("disconnect")
    },
    expected: { log: (way) => [["disconnect", "transport close", shutDetails(way)]] },
  },
  {
    title: "A.13 a connection that is cut is a transport close too",
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      trace(socket.io.engine, ["error"], "engine")
      await wire.cut()
      await told("disconnect")
    },
  },
  {
    title: "A.13 the details of a close have its event",
    async run({ connect, once, wire }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      const ended = once(socket, "disconnect")
      await wire.shut()
      const [, { context }] = await ended
      return [context.type, typeof context.code]
    },
    expected: { result: ["close", "number"] },
  },
  {
    title: "A.13 a handshake that is refused is a websocket error",
    async run({ connect, wire, trace, told }) {
      await wire.answer({ method: "WS", status: 403 })
      trace(connect("/", { reconnection: false }), ["connect_error"])
      await told("connect_error")
    },
  },
  {
    title: "A.13 what the constructor throws is an error",
    async run({ connect, once }) {
      // A sub-protocol cannot have a space in it.
      const socket = connect("/", { reconnection: false, protocols: ["no good"], timeout: 60 })
      const [error] = await once(socket, "connect_error")
      return error.message == "timeout"
    },
    deviates: "socket.io-client throws before anybody can listen, so that the page waits for the time to be over",
    expected: { result: true },
    ours: { result: false },
  },
  {
    title: "A.13 sending while it closes throws nothing",
    async run({ connect, once, wire, trace }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      const { engine } = socket.io
      engine.transport.ws?.close()
      socket.emit("a", 1)
      await wire.ended()
      await wire.goneSilent()
    },
    wireVaries: "what is sent into a closing WebSocket is the platform's affair",
  },
  {
    title: "A.13 its goodbye is the WebSocket's own",
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      socket.disconnect()
      await wire.ended()
    },
    expected: { wire: one(["40", "41", "close"], [OPEN, JOINED]) },
  },
  {
    title: "A.13 a transport is drained in the next turn",
    async run({ connect, once, tick }) {
      const socket = connect()
      await once(socket, "connect")
      await tick()
      const { transport } = socket.io.engine
      const writable = [transport.writable]
      socket.emit("silent")
      writable.push(transport.writable)
      await tick()
      return [...writable, transport.writable]
    },
    expected: { result: [true, false, true] },
  },
])
