// Listeners of every event.

import { WELCOMING } from "./words.mjs"

export const rows = [
  {
    title: "A.17 a listener of everything that comes is called before those of the name, with the answer's function",
    script: WELCOMING,
    async run({ connect, once, say, wire, told }) {
      const socket = connect()
      await once(socket, "connect")
      socket.on("a", (...args) => say("named", ...args))
      socket.onAny((...args) => say("any", ...args))
      socket.prependAny((...args) => say("first", ...args))
      await wire.polled()
      await wire.inject('420["a",1]')
      await told("named")
      return socket.listenersAny().length
    },
    expected: { log: [["first", "a", 1, "<function>"], ["any", "a", 1, "<function>"], ["named", 1, "<function>"]], result: 2 },
  },
  {
    title: "A.17 answers, and what the socket tells by itself, are no events",
    async run({ connect, say, told, once }) {
      const socket = connect()
      socket.onAny((...args) => say("any", ...args))
      socket.onAnyOutgoing((...args) => say("outgoing", ...args))
      await once(socket, "connect")
      await socket.emitWithAck("echo", 1)
      socket.disconnect()
    },
    expected: { log: [["outgoing", "echo", 1]] },
  },
  {
    title: "A.17 a listener of everything that goes sees what is written, without the callback and with its binary",
    async run({ connect, say, once }) {
      const socket = connect()
      await once(socket, "connect")
      socket.onAnyOutgoing((...args) => say("out", ...args))
      socket.prependAnyOutgoing((...args) => say("first", ...args))
      await new Promise((resolve) => socket.emit("echo", new Uint8Array([1]), { a: 1 }, resolve))
      return socket.listenersAnyOutgoing().length
    },
    expected: {
      log: [
        ["first", "echo", { Uint8Array: [1] }, { a: 1 }],
        ["out", "echo", { Uint8Array: [1] }, { a: 1 }],
      ],
      result: 2,
    },
  },
  {
    title: "A.17 an answer to the server, and a volatile event that is dropped, are not told",
    async run({ connect, say, once, wire }) {
      const socket = connect()
      socket.onAnyOutgoing((...args) => say("out", ...args))
      socket.volatile.emit("dropped")
      await once(socket, "connect")
      socket.on("question", (answer) => answer(1))
      socket.emit("ask")
      await once(socket, "answered")
      await wire.goneSilent()
    },
    wireVaries: "the server counts its questions",
    expected: { log: [["out", "ask"]] },
  },
  {
    title: "A.17 they are taken off by function, or all at once",
    ways: ["websocket"],
    async run({ sdk }) {
      const socket = new sdk.Manager("http://c1", { autoConnect: false }).socket("/")
      const [a, b] = [() => {}, () => {}]
      const count = () => [socket.listenersAny().length, socket.listenersAnyOutgoing().length]
      const counts = [count()]
      const then = (change) => counts.push([change() === socket, ...count()])
      then(() => socket.onAny(a).onAny(b).onAnyOutgoing(a).prependAnyOutgoing(b))
      then(() => socket.offAny(a).offAnyOutgoing(b))
      then(() => socket.offAny(a).offAnyOutgoing(b))
      then(() => socket.offAny().offAnyOutgoing())
      return counts
    },
    expected: { result: [[0, 0], [true, 2, 2], [true, 1, 1], [true, 1, 1], [true, 0, 0]] },
  },
  {
    title: "A.17 a listener that takes itself off does not keep the next from being called",
    async run({ connect, say, once, told }) {
      const socket = connect()
      await once(socket, "connect")
      const own = () => {
        say("own")
        socket.offAny(own)
      }
      socket.onAny(own)
      socket.onAny(() => say("next"))
      socket.emit("echo", 1).emit("echo", 2)
      await told("next", 2)
    },
    expected: { log: [["own"], ["next"], ["next"]] },
  },
]
