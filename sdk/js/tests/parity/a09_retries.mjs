// The queue that sends again what was not answered (`retries`).

import { one, WELCOMING } from "./words.mjs"

const RETRIES = { retries: 2, ackTimeout: 80 }
const answered = (say, name = "answered") => (...args) => say(name, ...args)

export const rows = [
  {
    title: "A.9 only the head is on the wire, and the next follows its answer",
    async run({ connect, say, told }) {
      const socket = connect("/", { retries: 2, ackTimeout: 2000 })
      socket.emit("echo", "a", answered(say, "a"))
      socket.emit("echo", "b")
      socket.emit("echo", "c", answered(say, "c"))
      await told("c")
      return socket.sendBuffer.length
    },
    expected: {
      log: [["a", null, "a"], ["c", null, "c"]],
      result: 0,
      wire: one(["40", '420["echo","a"]', '421["echo","b"]', '422["echo","c"]']),
    },
  },
  {
    title: "A.9 what is not answered is sent again, each time with another id, and then given up",
    async run({ connect, say, told }) {
      const socket = connect("/", RETRIES)
      socket.emit("silent", 1, answered(say))
      socket.emit("echo", 2, answered(say, "next"))
      await told("next")
    },
    expected: {
      log: [["answered", { error: "operation has timed out" }], ["next", null, 2]],
      wire: one(["40", '420["silent",1]', '421["silent",1]', '422["silent",1]', '423["echo",2]']),
    },
  },
  {
    title: "A.9 an answer to a later try is as good",
    script: WELCOMING,
    async run({ connect, say, told, wire, once }) {
      const socket = connect("/", RETRIES)
      await once(socket, "connect")
      socket.emit("a", answered(say))
      await wire.seen("out", '421["a"]')
      await wire.inject('431["good"]')
      await told("answered")
    },
    wireVaries: "a third try may be under way",
    expected: { log: [["answered", null, "good"]] },
  },
  {
    title: "A.9 emitWithAck goes through the queue",
    async run({ connect, plain }) {
      const socket = connect("/", RETRIES)
      return [await socket.emitWithAck("echo", 1), await socket.emitWithAck("silent").catch(plain)]
    },
    expected: { result: [1, { error: "operation has timed out" }] },
  },
  {
    title: "A.9 the timeout flag is that of each try",
    async run({ connect, say, told }) {
      const socket = connect("/", { retries: 1 })
      socket.timeout(80).emit("silent", answered(say))
      await told("answered")
    },
    expected: { log: [["answered", { error: "operation has timed out" }]], wire: one(["40", '420["silent"]', '421["silent"]']) },
  },
  {
    title: "A.9 after a reconnection the head is sent again, before connect, and once",
    async run({ connect, say, told, trace, once, wire }) {
      const socket = connect("/", { retries: 5, ackTimeout: 2000 })
      await once(socket, "connect")
      trace(socket, ["connect", "disconnect"])
      socket.emit("silent", answered(say, "silent"))
      socket.on("connect", () => socket.emit("echo", "in the handler", answered(say)))
      await wire.seen("out", "420")
      await wire.polled()
      await wire.cut()
      await told("connect")
      await wire.goneSilent()
    },
    expected: { wire: [{ out: ["40", '420["silent"]'] }, { out: ["40", '421["silent"]'] }] },
  },
  {
    title: "A.9 a reconnection counts as a try",
    script: WELCOMING,
    async run({ connect, say, told, trace, wire, once }) {
      const socket = connect("/", { retries: 1 })
      await once(socket, "connect")
      trace(socket, ["connect", "disconnect"])
      socket.emit("a", answered(say, "a"))
      for (const round of [1, 2]) {
        await wire.seen("out", "42", round)
        await wire.polled()
        await wire.shut()
        await told("disconnect", round)
        await told("connect", round)
      }
    },
  },
  {
    title: "A.9 what is emitted in the connect handler is sent once",
    async run({ connect, told, say, wire }) {
      const socket = connect("/", RETRIES)
      socket.on("connect", () => socket.emit("echo", 1, answered(say)))
      await told("answered")
      await wire.goneSilent()
    },
    expected: { log: [["answered", null, 1]], wire: one(["40", '420["echo",1]']) },
  },
  {
    title: "A.9 nothing of the queue is in sendBuffer, and it waits for the connection",
    async run({ connect, told, say }) {
      const socket = connect("/", { ...RETRIES, autoConnect: false })
      socket.emit("echo", 1, answered(say))
      say("waiting", socket.sendBuffer.length)
      socket.connect()
      await told("answered")
    },
    expected: { log: [["waiting", 0], ["answered", null, 1]], wire: one(["40", '420["echo",1]']) },
  },
  {
    title: "A.9 volatile events pass the queue by",
    async run({ connect, once, wire, idle }) {
      const socket = connect("/", { retries: 2, ackTimeout: 2000 })
      await once(socket, "connect")
      socket.emit("silent")
      await wire.seen("out", "420")
      await idle(socket)
      socket.volatile.emit("echo", 2)
      return once(socket, "echo")
    },
    expected: { result: [2], wire: one(["40", '420["silent"]', '42["echo",2]']) },
  },
]
