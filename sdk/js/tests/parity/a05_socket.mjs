// The Socket: its properties, its methods, and its listeners.

import { JOINED, one, OPEN } from "./words.mjs"

const ONCE = ["websocket"]
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]

/** A socket that never connects. */
const quiet = ({ sdk }) => new sdk.Manager("http://s1", { autoConnect: false }).socket("/")

export const rows = [
  {
    title: "A.5 the properties of a socket follow its connection",
    async run({ connect, once, wire }) {
      const socket = connect("/", { autoConnect: false, auth: { a: 1 } })
      const state = () => [typeof socket.id, socket.connected, socket.disconnected, socket.active, Boolean(socket.recovered)]
      const told = [state()]
      socket.connect()
      told.push(state())
      await once(socket, "connect")
      told.push(state())
      const apart = socket.id !== socket.io.engine.id
      socket.disconnect()
      told.push(state())
      await wire.ended()
      return { told, apart, auth: socket.auth, nsp: socket.nsp }
    },
    expected: {
      result: {
        told: [
          ["undefined", false, true, false, false],
          ["undefined", false, true, true, false],
          ["string", true, false, true, false],
          ["undefined", false, true, false, false],
        ],
        apart: true,
        auth: { a: 1 },
        nsp: "/",
      },
    },
  },
  {
    title: "A.5 what waits is in sendBuffer, and what came early in receiveBuffer",
    ways: ONCE,
    async run(kit) {
      const socket = quiet(kit)
      socket.emit("a", 1)
      const [packet] = socket.sendBuffer
      return [socket.sendBuffer.length, packet.type, packet.data, socket.receiveBuffer]
    },
    expected: { result: [1, 2, ["a", 1], []] },
  },
  {
    title: "A.5 open and close are connect and disconnect, and all of them can be chained",
    async run({ connect, once, wire }) {
      const socket = connect("/", { autoConnect: false })
      const chained = [socket.open() === socket, socket.connect() === socket]
      await once(socket, "connect")
      chained.push(socket.emit("silent") === socket, socket.send("a") === socket, socket.compress(true) === socket)
      chained.push(socket.timeout(5) === socket, socket.volatile === socket)
      chained.push(socket.close() === socket, socket.disconnect() === socket)
      await wire.ended()
      return chained
    },
    expected: { result: Array(9).fill(true) },
  },
  {
    title: "A.5 send emits message",
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      socket.send("a", { b: 1 }).emit("echo", "last")
      await once(socket, "echo")
      await wire.polled()
    },
    expected: { wire: one(["40", '42["message","a",{"b":1}]', '42["echo","last"]'], [OPEN, JOINED, '42["echo","last"]']) },
  },
  {
    title: "A.5 listeners are added once or for good, and taken off by function, by event, or all",
    ways: ONCE,
    async run(kit) {
      const socket = quiet(kit)
      const a = () => {}
      const b = () => {}
      const count = () => [socket.listeners("x").length, socket.listeners("y").length, socket.hasListeners("x")]
      const counts = [count()]
      const then = (change) => counts.push([change() === socket, ...count()])
      then(() => socket.on("x", a).on("x", a).on("x", b).once("x", b).on("y", a))
      then(() => socket.off("x", a))
      then(() => socket.off("x", b))
      then(() => socket.off("x", b))
      then(() => socket.off("x"))
      then(() => socket.on("x", a))
      then(() => socket.off())
      return counts
    },
    expected: {
      result: [
        [0, 0, false],
        [true, 4, 1, true],
        [true, 3, 1, true],
        [true, 2, 1, true],
        [true, 1, 1, true],
        [true, 0, 1, false],
        [true, 1, 1, true],
        [true, 0, 0, false],
      ],
    },
  },
  {
    title: "A.5 the emitter's methods have their other names",
    ways: ONCE,
    async run(kit) {
      const socket = quiet(kit)
      const a = () => {}
      const counts = []
      const count = () => counts.push(socket.listeners("x").length)
      socket.addEventListener("x", a)
      count()
      socket.removeListener("x", a)
      count()
      socket.on("x", a).removeEventListener("x", a)
      count()
      socket.on("x", a).removeAllListeners("x")
      count()
      return counts
    },
    expected: { result: [1, 0, 0, 0] },
  },
  {
    title: "A.5 a listener once is called once, and listeners are those of the moment of the event",
    async run({ connect, once, say, told }) {
      const socket = connect()
      await once(socket, "connect")
      socket.once("echo", (word) => {
        say("once", word)
        socket.on("echo", (late) => say("late", late))
        socket.off("echo", last)
      })
      const last = (word) => say("last", word)
      socket.on("echo", last)
      socket.emit("echo", 1).emit("echo", 2)
      await told("late")
    },
    expected: { log: [["once", 1], ["last", 1], ["late", 2]] },
  },
  {
    title: "A.5 flags are those of the next emit alone, also of one that is dropped",
    async run({ connect, say, told, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.polled()
      socket.timeout(2000).emit("echo", "a", (...args) => say("with a timeout", ...args))
      socket.emit("echo", "b", (...args) => say("without", ...args))
      socket.volatile.emit("echo", "dropped", () => say("never"))
      socket.emit("echo", "c", (...args) => say("not volatile", ...args))
      await told("not volatile")
    },
    expected: { log: [["with a timeout", null, "a"], ["without", "b"], ["not volatile", "c"]] },
  },
  {
    title: "A.5 reserved names cannot be emitted",
    ways: ONCE,
    async run(kit) {
      const socket = quiet(kit)
      return RESERVED.map((name) => {
        try {
          socket.emit(name)
        } catch (error) {
          return error.message
        }
      })
    },
    expected: { result: RESERVED.map((name) => `"${name}" is a reserved event name`) },
  },
  ...["error", "connection", "message"].map((name) => ({
    title: `A.5 ${name} is an event like others`,
    ways: ONCE,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit(name, 1)
      await wire.seen("out", `42["${name}",1]`)
      trace(socket, [name])
      await wire.inject(`42["${name}",2]`)
      await told(name)
    },
    expected: { log: [[name, 2]] },
  })),
  {
    title: "A.5 a reserved name that is received is a parse error",
    ways: ONCE,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      await wire.inject('42["connect_error"]')
      await told("disconnect")
    },
    expected: { log: [["disconnect", "parse error", { error: "invalid payload" }]] },
  },
]
