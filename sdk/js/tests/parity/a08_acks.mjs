// Acknowledgements.

import { one, shutDetails, WELCOMING } from "./words.mjs"

const answered = (say, name = "answered") => (...args) => say(name, ...args)

export const rows = [
  {
    title: "A.8 a callback gets all arguments of the answer",
    async run({ connect, say, told }) {
      connect().emit("echo", "a", { b: 2 }, answered(say))
      await told("answered")
    },
    expected: { log: [["answered", "a", { b: 2 }]], wire: one(["40", '420["echo","a",{"b":2}]']) },
  },
  {
    title: "A.8 a callback whose event was sent is forgotten at a disconnection",
    async run({ connect, say, told, once, trace, wire }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit("silent", answered(say))
      await wire.seen("out", "42")
      await wire.polled()
      trace(socket, ["disconnect", "connect"])
      await wire.shut()
      await told("connect")
    },
    expected: { log: (way) => [["disconnect", "transport close", shutDetails(way)], ["connect"]] },
  },
  {
    title: "A.8 a callback whose event waits is kept",
    async run({ connect, say, told, wire }) {
      await wire.answer({ status: 503 })
      connect().emit("echo", 1, answered(say))
      await told("answered")
    },
    expected: { log: [["answered", 1]] },
  },
  {
    title: "A.8 with a timeout the callback begins with an error, or null",
    async run({ connect, say, told }) {
      const socket = connect()
      socket.timeout(2000).emit("echo", "a", "b", answered(say, "in time"))
      await told("in time")
      socket.timeout(30).emit("silent", answered(say, "too late"))
      await told("too late")
    },
    expected: {
      log: [["in time", null, "a", "b"], ["too late", { error: "operation has timed out" }]],
      wire: one(["40", '420["echo","a","b"]', '421["silent"]']),
    },
  },
  {
    title: "A.8 ackTimeout is the timeout where none is said, and the flag beats it",
    async run({ connect, say, told }) {
      const socket = connect("/", { ackTimeout: 30 })
      socket.timeout(2000).emit("echo", 1, answered(say, "by flag"))
      await told("by flag")
      socket.emit("silent", answered(say, "by option"))
      await told("by option")
    },
    expected: { log: [["by flag", null, 1], ["by option", { error: "operation has timed out" }]] },
  },
  {
    title: "A.8 the time runs from the emit, and an event that still waits is not sent any more",
    async run({ connect, say, told, once, wire }) {
      const socket = connect("/", { autoConnect: false })
      socket.timeout(10).emit("echo", "never sent", answered(say))
      socket.emit("echo", "sent")
      await told("answered")
      socket.connect()
      await once(socket, "echo")
    },
    expected: { log: [["answered", { error: "operation has timed out" }]], wire: one(["40", '42["echo","sent"]']) },
  },
  {
    title: "A.8 a timeout of 0 is legal, and asynchronous",
    async run({ connect, say, told }) {
      const socket = connect("/", { autoConnect: false })
      socket.timeout(0).emit("echo", answered(say))
      say("emitted")
      await told("answered")
    },
    expected: { log: [["emitted"], ["answered", { error: "operation has timed out" }]], wire: [] },
  },
  {
    title: "A.8 a disconnection fails what was sent, after it is told, and what waits goes on waiting",
    async run({ connect, say, told, once, trace, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect", "connect"])
      socket.timeout(2000).emit("silent", answered(say, "sent"))
      socket.emitWithAck("silent").catch(answered(say, "promised"))
      socket.once("disconnect", () => socket.timeout(2000).emit("echo", 1, answered(say, "waiting")))
      await wire.seen("out", '421["silent"]')
      await wire.polled()
      await wire.shut()
      await told("waiting")
    },
    expected: {
      log: (way) => [
        ["disconnect", "transport close", shutDetails(way)],
        ["sent", { error: "socket has been disconnected" }],
        ["promised", { error: "socket has been disconnected" }],
        ["connect"],
        ["waiting", null, 1],
      ],
    },
  },
  {
    title: "A.8 a goodbye fails what was sent",
    async run({ connect, say, told, once, trace, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      socket.emitWithAck("silent").catch(answered(say, "promised"))
      await wire.seen("out", '420["silent"]')
      socket.disconnect()
      await told("promised")
    },
    expected: {
      log: [["disconnect", "io client disconnect"], ["promised", { error: "socket has been disconnected" }]],
    },
  },
  {
    title: "A.8 emitWithAck resolves to the first argument, and rejects by a timeout",
    async run({ connect, plain }) {
      const socket = connect()
      const first = await socket.emitWithAck("echo", "a", "b")
      const timed = await socket.timeout(2000).emitWithAck("echo", "c")
      const late = await socket.timeout(20).emitWithAck("silent").catch(plain)
      return [first, timed, late, await socket.emitWithAck("echo")]
    },
    expected: { result: ["a", "c", { error: "operation has timed out" }, "<undefined>"] },
  },
  {
    title: "A.8 an answer after the timeout is not told",
    script: WELCOMING,
    async run({ connect, say, told, trace, wire }) {
      const socket = trace(connect(), ["connect", "last"])
      await told("connect")
      socket.timeout(20).emit("slow", answered(say))
      await told("answered")
      await wire.polled()
      await wire.inject('430["late"]', '42["last"]')
      await told("last")
    },
    expected: { log: [["connect"], ["answered", { error: "operation has timed out" }], ["last"]] },
  },
  {
    title: "A.8 an answer may come twice and is told once",
    script: WELCOMING,
    async run({ connect, say, told, trace, wire }) {
      const socket = trace(connect(), ["connect", "last"])
      await told("connect")
      socket.emit("ask", answered(say))
      await wire.seen("out", "420")
      await wire.polled()
      await wire.inject("430[1]", "430[2]", '42["last"]')
      await told("last")
    },
    expected: { log: [["connect"], ["answered", 1], ["last"]] },
  },
]
