// Connecting a namespace.

import { goodbye, joined, JOINED, one, OPEN, WELCOMING } from "./words.mjs"

const EVENTS = ["connect", "connect_error", "disconnect"]

/** A server that answers nothing by itself. */
const SILENT = {}

export const rows = [
  {
    title: "A.6 without auth CONNECT has no payload",
    async run({ connect, once }) {
      await once(connect(), "connect")
    },
    expected: { wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.6 auth is the payload of CONNECT",
    async run({ connect, once }) {
      const socket = connect("/private", { auth: { token: "secret", deep: [1] } })
      await once(socket, "connect")
    },
    expected: { wire: one(['40/private,{"token":"secret","deep":[1]}'], [OPEN, joined("/private")]) },
  },
  {
    title: "A.6 auth as a function is asked for every CONNECT, and waited for",
    async run({ connect, trace, told, wire, say }) {
      let calls = 0
      const auth = (send) => {
        say("asked", ++calls)
        setTimeout(() => send({ n: calls }), 0)
      }
      trace(connect("/", { auth }), ["connect"])
      await told("connect")
      await wire.polled()
      await wire.cut()
      await told("connect", 2)
    },
    expected: {
      log: [["asked", 1], ["connect"], ["asked", 2], ["connect"]],
      wire: [{ out: ['40{"n":1}'] }, { out: ['40{"n":2}'] }].map(({ out }, at) => ({
        out,
        in: at == 0 ? [OPEN, JOINED, "cut"] : [OPEN, JOINED],
      })),
    },
  },
  {
    title: "A.6 auth may change between connections",
    async run({ connect, once, wire }) {
      const socket = connect("/", { auth: { n: 1 } })
      await once(socket, "connect")
      socket.auth = { n: 2 }
      socket.disconnect()
      await wire.ended()
      socket.connect()
      await once(socket, "connect")
    },
    expected: { wire: (way) => [{ out: ['40{"n":1}', "41", goodbye(way)] }, { out: ['40{"n":2}'] }] },
  },
  {
    title: "A.6 connect does nothing when it is connected",
    async run({ connect, trace, told, wire }) {
      const socket = trace(connect(), EVENTS)
      socket.connect()
      await told("connect")
      socket.connect()
      await wire.goneSilent()
    },
    expected: { log: [["connect"]], wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.6 a namespace that comes later is joined at once",
    async run({ connect, once }) {
      const root = connect("/")
      await once(root, "connect")
      await once(connect("/custom"), "connect")
    },
    expected: { wire: one(["40", "40/custom,"], [OPEN, JOINED, joined("/custom")]) },
  },
  {
    title: "A.6 what came early precedes what was emitted early, and both precede connect",
    script: SILENT,
    async run({ connect, trace, told, wire, say }) {
      const socket = trace(connect(), ["a", "b", "connect"])
      let packets = 0
      // What the engine has, the namespace has in the same turn.
      socket.io.engine.on("data", () => ++packets == 2 && setTimeout(say, 0, "received"))
      socket.onAnyOutgoing((...args) => say("sent", ...args))
      socket.on("a", () => say("at a", socket.connected, typeof socket.id))
      socket.on("connect", () => socket.emit("late"))
      socket.emit("early", 1)
      await wire.seen("out", "40")
      await wire.polled()
      await wire.inject('42["a",1]', '42["b"]')
      await wire.polled()
      await told("received")
      say("waiting", socket.receiveBuffer, socket.sendBuffer.length)
      await wire.inject('40{"sid":"socket-1"}')
      await told("connect")
      await wire.seen("out", '42["late"]')
    },
    expected: {
      log: [["received"], ["waiting", [["a", 1], ["b"]], 1], ["a", 1], ["at a", true, "string"], ["b"], ["sent", "early", 1], ["connect"], ["sent", "late"]],
      wire: one(["40", '42["early",1]', '42["late"]'], [OPEN, '42["a",1]', '42["b"]', JOINED]),
    },
  },
  {
    title: "A.6 what was emitted early precedes what is emitted in the connect handler",
    async run({ connect, trace, told }) {
      const socket = trace(connect(), ["connect", "echo"])
      socket.on("connect", () => socket.emit("echo", "late"))
      socket.emit("echo", "early 1")
      socket.emit("echo", "early 2")
      await told("echo", 3)
    },
    expected: {
      log: [["connect"], ["echo", "early 1"], ["echo", "early 2"], ["echo", "late"]],
      wire: one(
        ["40", '42["echo","early 1"]', '42["echo","early 2"]', '42["echo","late"]'],
        [OPEN, JOINED, '42["echo","early 1"]', '42["echo","early 2"]', '42["echo","late"]'],
      ),
    },
  },
  {
    title: "A.6 an answer without a sid is that of a server of another version",
    script: { replies: { 40: "40" } },
    async run({ connect, trace, told, wire }) {
      const socket = trace(connect(), EVENTS)
      await told("connect_error")
      await wire.goneSilent()
      return [socket.connected, socket.active]
    },
  },
  {
    title: "A.6 a refusal comes with its words and data, and nobody tries again",
    async run({ connect, trace, told, wire }) {
      const socket = trace(connect("/private", { auth: { token: "wrong" } }), EVENTS)
      await told("connect_error")
      await wire.ended()
      return [socket.active, socket.connected]
    },
    expected: {
      log: [["connect_error", { error: "not authorized", data: { code: 1 } }]],
      result: [false, false],
      wire: (way) => [
        {
          out: ['40/private,{"token":"wrong"}', goodbye(way)],
          in: [OPEN, '44/private,{"message":"not authorized","data":{"code":1}}'],
        },
      ],
    },
  },
  {
    title: "A.6 after a refusal the application may try again with another auth",
    async run({ connect, trace, told, wire }) {
      const socket = trace(connect("/private", { auth: { token: "wrong" } }), EVENTS)
      await told("connect_error")
      await wire.ended()
      socket.auth = { token: "secret" }
      socket.connect()
      await told("connect")
    },
    expected: {
      wire: (way) => [{ out: ['40/private,{"token":"wrong"}', goodbye(way)] }, { out: ['40/private,{"token":"secret"}'] }],
    },
  },
  {
    title: "A.6 a refusal of one namespace leaves the others alone",
    async run({ connect, trace, told, once }) {
      const root = connect("/")
      await once(root, "connect")
      trace(connect("/nowhere"), EVENTS)
      await told("connect_error")
      return [await root.emitWithAck("echo", 1), root.connected]
    },
    expected: {
      log: [["connect_error", { error: "Invalid namespace" }]],
      result: [1, true],
      wire: one(["40", "40/nowhere,", '420["echo",1]']),
    },
  },
  {
    title: "A.6 connect_error of a failure below leaves the socket active",
    async run({ connect, trace, told, wire, say }) {
      await wire.answer({ status: 503 })
      const socket = trace(connect(), EVENTS)
      socket.on("connect_error", () => say("active", socket.active))
      await told("connect")
    },
  },
  {
    title: "A.6 a disconnect while it connects is silent, and closes when the handshake is done",
    async run({ connect, trace, wire }) {
      await wire.hold("in")
      const socket = trace(connect(), EVENTS)
      trace(socket.io, ["open", "close", "error"], "manager")
      await wire.opened(1)
      socket.disconnect()
      await wire.release("in")
      await wire.goneSilent()
      await wire.ended()
      return [socket.active, socket.connected]
    },
    deviates: "the connection is given up at once, and not opened first",
    expected: { result: [false, false] },
    ours: { result: [false, false], wire: undefined },
  },
  {
    title: "A.6 a disconnect while CONNECT is on its way is silent",
    script: SILENT,
    async run({ connect, trace, wire }) {
      const socket = trace(connect(), EVENTS)
      trace(socket.io, ["close"], "manager")
      await wire.seen("out", "40")
      socket.disconnect()
      await wire.goneSilent()
      return socket.active
    },
    expected: { log: [["manager close", "forced close"]], result: false },
  },
  {
    title: "A.6 a namespace that is not there any more hears nothing",
    script: WELCOMING,
    async run({ connect, trace, told, wire }) {
      trace(connect(), ["connect", "a", "b"])
      await told("connect")
      await wire.polled()
      await wire.inject('42/other,["a"]', '42["b"]')
      await told("b")
    },
    expected: { log: [["connect"], ["b"]] },
  },
]
