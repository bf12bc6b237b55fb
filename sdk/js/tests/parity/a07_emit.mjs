// What happens to an emit: buffers, volatile, values, and what is received.

import { JOINED, one, OPEN, WELCOMING } from "./words.mjs"

const ONCE = ["websocket"]

const bytes = (...values) => new Uint8Array(values)

export const rows = [
  {
    title: "A.7 ids of acks count from 0 for each socket, and go on after a reconnection",
    async run({ connect, once, wire }) {
      const socket = connect("/")
      await socket.emitWithAck("echo")
      await socket.emitWithAck("echo")
      const custom = connect("/custom")
      await custom.emitWithAck("echo")
      await wire.polled()
      const both = Promise.all([once(socket, "connect"), once(custom, "connect")])
      await wire.cut()
      await both
      await socket.emitWithAck("echo")
    },
    expected: {
      wire: [{ out: ["40", '420["echo"]', '421["echo"]', "40/custom,", '42/custom,0["echo"]'] }, { out: ["40", "40/custom,", '422["echo"]'] }],
    },
  },
  {
    title: "A.7 what is emitted while away is sent in order, also after a goodbye",
    async run({ connect, once, wire, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      socket.disconnect()
      await wire.ended()
      socket.emit("echo", 1).emit("echo", 2)
      trace(socket, ["echo"])
      socket.connect()
      await told("echo", 2)
      return socket.sendBuffer.length
    },
    expected: { log: [["echo", 1], ["echo", 2]], result: 0 },
  },
  {
    title: "A.7 an emit in the wait for a reconnection is kept, and told to outgoing catch-alls when it is sent",
    async run({ connect, once, wire, say, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.polled()
      socket.onAnyOutgoing((...args) => say("sent", ...args))
      trace(socket, ["echo", "connect", "disconnect"])
      socket.once("disconnect", () => {
        socket.emit("echo", "while away")
        say("emitted", socket.sendBuffer.length)
      })
      await wire.shut()
      await told("echo")
    },
  },
  {
    title: "A.7 a volatile event goes when the transport is idle",
    async run({ connect, once, idle }) {
      const socket = connect()
      await once(socket, "connect")
      await socket.emitWithAck("echo")
      await idle(socket)
      socket.volatile.emit("echo", "v")
      return once(socket, "echo")
    },
    expected: { result: ["v"], wire: one(["40", '420["echo"]', '42["echo","v"]']) },
  },
  {
    title: "A.7 of two volatile events in a row the second is dropped",
    async run({ connect, once, idle, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      await idle(socket)
      trace(socket, ["echo"])
      socket.volatile.emit("echo", "first")
      socket.volatile.emit("echo", "second")
      socket.emit("echo", "third")
      await told("echo", 2)
    },
    expected: { log: [["echo", "first"], ["echo", "third"]], wire: one(["40", '42["echo","first"]', '42["echo","third"]']) },
  },
  {
    title: "A.7 a volatile event is dropped while a post is under way",
    ways: ["polling"],
    async run({ connect, once, idle, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await idle(socket)
      await wire.hold("out")
      socket.emit("echo", 1)
      await wire.seen("out", '42["echo",1]')
      socket.volatile.emit("echo", "dropped")
      const echo = once(socket, "echo")
      await wire.release("out")
      await echo
      await idle(socket)
      socket.volatile.emit("echo", 2)
      await once(socket, "echo")
    },
    expected: { wire: one(["40", '42["echo",1]', '42["echo",2]']) },
  },
  {
    title: "A.7 a volatile event is sendable again in a later turn of a websocket",
    ways: ONCE,
    async run({ connect, once, tick }) {
      const socket = connect()
      await once(socket, "connect")
      await tick()
      socket.volatile.emit("silent", 1)
      await Promise.resolve()
      await Promise.resolve()
      await tick()
      socket.volatile.emit("echo", 2)
      await once(socket, "echo")
    },
    expected: { wire: one(["40", '42["silent",1]', '42["echo",2]']) },
  },
  {
    title: "A.7 an ack with a timeout of an event that was dropped still times out",
    async run({ connect, say, told }) {
      const socket = connect()
      socket.volatile.timeout(20).emit("echo", 1, (...args) => say("answered", ...args))
      await told("answered")
    },
    expected: { log: [["answered", { error: "operation has timed out" }]] },
    wireVaries: "it may be connected before or after",
  },
  {
    title: "A.7 a volatile event before there is a connection is dropped",
    async run({ connect, once, wire }) {
      const socket = connect()
      socket.volatile.emit("echo", "dropped")
      await once(socket, "connect")
      await wire.goneSilent()
    },
    expected: { wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.7 a volatile event before the namespace is joined",
    script: {},
    async run({ connect, wire, told, trace, idle }) {
      const socket = trace(connect(), ["connect"])
      await wire.seen("out", "40")
      await wire.polled()
      await idle(socket)
      socket.volatile.emit("a")
      await wire.inject('40{"sid":"socket-1"}')
      await told("connect")
    },
    deviates: "the documentation of socket.io-client says that it is discarded, and so it is",
    expected: { wire: one(["40", '42["a"]'], [OPEN, JOINED]) },
    ours: { wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.7 values become what JSON makes of them",
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      const date = new Date(0)
      class Point {
        x = 1
        toJSON() {
          return { point: this.x }
        }
      }
      socket.emit("echo", undefined, () => {}, NaN, date, { a: undefined, b: () => {}, c: -Infinity }, new Point(), null, "ü😀\u001e\u2028", [, 1])
      return once(socket, "echo")
    },
    expected: {
      result: [null, null, null, "1970-01-01T00:00:00.000Z", { c: null }, { point: 1 }, null, "ü😀\u001e\u2028", [null, 1]],
    },
  },
  {
    title: "A.7 binary anywhere becomes attachments, numbered as they are met",
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      const view = new DataView(bytes(0, 5, 6, 0).buffer, 1, 2)
      socket.emit("echo", { deep: [bytes(1, 2).buffer, { more: bytes(9, 3, 4).subarray(1) }] }, new Uint16Array([1]), view)
      return once(socket, "echo")
    },
    expected: {
      wire: (way) => {
        const text = '["echo",{"deep":[{"_placeholder":true,"num":0},{"more":{"_placeholder":true,"num":1}}]},{"_placeholder":true,"num":2},{"_placeholder":true,"num":3}]'
        const frame = (base64) => (way == "polling" ? `b${base64}` : `<${base64}>`)
        const event = [`454-${text}`, ...["AQI=", "AwQ=", "AQA=", "BQY="].map(frame)]
        return one(["40", ...event], [OPEN, JOINED, ...event])
      },
    },
  },
  {
    title: "A.7 a Blob and a File are binary",
    platforms: ["Chromium"],
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit("echo", new Blob([bytes(1, 2)]), { file: new File([bytes(3)], "name") })
      return once(socket, "echo")
    },
    expected: { result: [{ ArrayBuffer: [1, 2] }, { file: { ArrayBuffer: [3] } }] },
  },
  {
    title: "A.7 a Buffer of Node is binary, and binary that comes is one",
    platforms: ["Node"],
    async run({ connect }) {
      const [first, second] = [Buffer.from([1, 2]), bytes(3)]
      const socket = connect()
      return [await socket.emitWithAck("echo", first), await socket.emitWithAck("echo", { second })]
    },
    expected: { result: [{ Buffer: [1, 2] }, { second: { Buffer: [3] } }] },
  },
  {
    title: "A.7 what the caller emits is not changed by it",
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      const value = { a: bytes(1), list: [bytes(2)] }
      socket.emit("echo", value)
      await once(socket, "echo")
      return value
    },
    expected: { result: { a: { Uint8Array: [1] }, list: [{ Uint8Array: [2] }] } },
  },
  {
    title: "A.7 an event that asks is answered once, by the function that comes last",
    script: WELCOMING,
    async run({ connect, once, wire, say, told }) {
      const socket = connect()
      await once(socket, "connect")
      socket.on("question", (...args) => {
        const answer = args.pop()
        say("asked", ...args)
        answer(1, { two: 2 })
        answer("again")
      })
      await wire.polled()
      await wire.inject('420["question","why"]')
      await wire.seen("out", "430")
      await wire.polled()
      await wire.inject('427["question"]')
      await told("asked", 2)
      await wire.seen("out", "437")
    },
    expected: { log: [["asked", "why"], ["asked"]], wire: one(["40", '430[1,{"two":2}]', '437[1,{"two":2}]']) },
  },
  {
    title: "A.7 an answer may be binary",
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      socket.on("question", (value, answer) => answer({ back: value }))
      socket.emit("ask", bytes(5))
      return once(socket, "answered")
    },
    wireVaries: "the server counts its questions",
  },
  {
    title: "A.7 an event without a name is not told",
    script: WELCOMING,
    throws: ["Invalid array length"],
    async run({ connect, trace, told, wire, say }) {
      const socket = trace(connect(), ["connect", "last"])
      socket.onAny((...args) => say("any", ...args))
      await told("connect")
      await wire.polled()
      await wire.inject("42", '42["last"]')
      await told("last")
    },
    deviates: "what socket.io-client throws is an accident",
    expected: { log: [["connect"], ["any"], ["any", "last"], ["last"]] },
    ours: { errors: [], log: [["connect"], ["any", "last"], ["last"]] },
  },
  {
    title: "A.7 answers that nobody waits for change nothing",
    script: WELCOMING,
    async run({ connect, trace, told, wire }) {
      trace(connect(), ["connect", "last"])
      await told("connect")
      await wire.polled()
      await wire.inject('439["late"]', '42["last"]')
      await told("last")
    },
    expected: { log: [["connect"], ["last"]] },
  },
  {
    title: "A.7 an event of a socket that has said goodbye is not told",
    script: WELCOMING,
    async run({ connect, trace, told, wire, once }) {
      const root = connect("/")
      const other = connect("/other")
      await once(root, "connect")
      trace(root, ["a"])
      root.on("a", () => root.disconnect())
      trace(root, ["disconnect"])
      await wire.polled()
      await wire.inject('42["a",1]', '42["a",2]')
      await told("disconnect")
      await wire.goneSilent()
      other.disconnect()
    },
    wireVaries: "the second namespace is not answered",
  },
]
