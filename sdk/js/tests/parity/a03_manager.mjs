// The Manager: its methods, its events, and how it closes.

import { goodbye, joined, JOINED, one, OPEN, WELCOMING } from "./words.mjs"

const EVENTS = ["open", "error", "close", "reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect"]
const ONCE = ["websocket"]

export const rows = [
  {
    title: "A.3 a setting is read without an argument and set with one",
    ways: ONCE,
    async run({ sdk }) {
      const manager = new sdk.Manager("http://m1", { autoConnect: false })
      const names = ["reconnection", "reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax", "randomizationFactor", "timeout"]
      const read = () => names.map((name) => manager[name]())
      const before = read()
      const chained = [false, 3, 10, 20, 0.25, 30].map((value, at) => manager[names[at]](value) === manager)
      return { before, chained, after: read() }
    },
    expected: {
      result: {
        before: [true, "<Infinity>", 1000, 5000, 0.5, 20000],
        chained: [true, true, true, true, true, true],
        after: [false, 3, 10, 20, 0.25, 30],
      },
    },
  },
  {
    title: "A.3 a manager opens by itself, unless it is told not to",
    async run({ manager, trace, told, wire }) {
      const lazy = trace(manager({ autoConnect: false }), EVENTS, "lazy")
      const eager = trace(manager(), EVENTS, "eager")
      await told("eager open")
      lazy.connect()
      await told("lazy open")
      await wire.opened(2)
      return [typeof eager.engine.id, eager.engine.id === lazy.engine.id]
    },
    expected: {
      log: [["eager open"], ["lazy open"]],
      result: ["string", false],
      wire: [{ out: [], in: [OPEN] }, { out: [], in: [OPEN] }],
    },
  },
  {
    title: "A.3 open calls back, once it is open, and not at all when it is open already",
    async run({ manager, trace, told, say, tick }) {
      const it = trace(manager({ autoConnect: false }), EVENTS)
      it.open((...args) => say("called back", ...args))
      it.open((...args) => say("called back while opening", ...args))
      await told("called back")
      it.open((...args) => say("called back again", ...args))
      await tick()
    },
    expected: { log: [["open"], ["called back"]], wire: one([], [OPEN]) },
  },
  {
    title: "A.3 open tells its callback of a failure, and does not try again",
    async run({ manager, trace, told, say, wire }) {
      await wire.down()
      const it = trace(manager({ autoConnect: false }), EVENTS)
      it.open((error) => say("called back", error.message))
      await told("called back")
      await wire.goneSilent()
    },
  },
  {
    title: "A.3 a first opening that fails without a callback is tried again",
    async run({ manager, trace, told, wire }) {
      await wire.answer({ status: 503, times: 2 })
      trace(manager(), EVENTS.filter((name) => name != "error"))
      await told("reconnect")
    },
  },
  {
    title: "A.3 every attempt has another engine",
    async run({ manager, told, trace, wire }) {
      await wire.answer({ status: 503 })
      const it = manager()
      const engines = [it.engine]
      it.on("reconnect_attempt", () => engines.push(it.engine))
      trace(it, ["open"])
      await told("open")
      engines.push(it.engine)
      return new Set(engines).size
    },
    // The attempt is told before the next engine is made.
    expected: { result: 2 },
  },
  {
    title: "A.3 switching reconnection off ends the loop that runs",
    async run({ manager, trace, wire }) {
      await wire.answer({ status: 503, times: Infinity })
      const it = trace(manager(), EVENTS.filter((name) => name != "error"))
      await new Promise((resolve) => it.on("reconnect_attempt", (attempt) => attempt == 2 && resolve(it.reconnection(false))))
      await wire.goneSilent()
      return it.reconnection()
    },
  },
  {
    title: "A.3 a ping, and every packet, is told",
    ways: ONCE,
    heartbeats: true,
    server: { PING_INTERVAL_MS: "60", PING_TIMEOUT_MS: "2000" },
    async run({ connect, trace, told, once }) {
      const socket = connect()
      trace(socket.io, ["ping"])
      await once(socket, "connect")
      const types = []
      socket.io.on("packet", ({ type, nsp, data, id, attachments }) => types.push({ type, nsp, data, id, attachments }))
      const ack = await socket.emitWithAck("echo", new Uint8Array([1]))
      socket.emit("echo", "a")
      await once(socket, "echo")
      const seen = types.length
      await told("ping")
      // Before the next one comes.
      socket.disconnect()
      return { types: types.slice(0, seen), ack }
    },
    wireVaries: "a ping more may come",
    deviates: "a packet is told as it came, and not with what is put before the arguments of an answer",
    ours: {
      result: (_, platform) => {
        const ack = { [platform == "Node" ? "Buffer" : "ArrayBuffer"]: [1] }
        return {
          types: [
            { type: 3, nsp: "/", data: [ack], id: 0 },
            { type: 2, nsp: "/", data: ["echo", "a"] },
          ],
          ack,
        }
      },
    },
  },
  {
    title: "A.3 the packet that ends a namespace, and those for nobody, are told as well",
    script: { replies: { 40: '40{"sid":"socket-1"}' } },
    async run({ connect, once, wire, say, told }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.polled()
      socket.io.on("packet", ({ type, nsp, data }) => say("packet", type, nsp, data))
      await wire.inject('42/other,["a"]', "41")
      await told("packet", 2)
      return socket.active
    },
    expected: { log: [["packet", 2, "/other", ["a"]], ["packet", 1, "/"]], result: false },
  },
  {
    title: "A.3 an emit of the manager's own is heard by its listeners, and gives the manager",
    script: {},
    async run({ manager, say }) {
      const it = manager({ autoConnect: false })
      it.on("own", (...args) => say("own", ...args))
      return [it.emit("own", 1, 2) === it, it.emit("nobody's") === it]
    },
    expected: { log: [["own", 1, 2]], result: [true, true] },
  },
  {
    title: "A.3 a namespace has one socket in a manager, which is connected again if it is not active",
    async run({ manager, once, trace, told }) {
      const it = manager()
      const socket = it.socket("/custom")
      const same = it.socket("/custom") === socket
      await once(socket, "connect")
      const root = it.socket("/")
      await once(root, "connect")
      socket.disconnect()
      const before = socket.active
      await root.emitWithAck("echo")
      trace(socket, ["connect"])
      const again = it.socket("/custom") === socket
      await told("connect")
      return { same, before, again, active: socket.active }
    },
    expected: {
      result: { same: true, before: false, again: true, active: true },
      wire: one(
        ["40/custom,", "40", "41/custom,", '420["echo"]', "40/custom,"],
        [OPEN, joined("/custom"), JOINED, "430[]", joined("/custom")],
      ),
    },
  },
  {
    title: "A.3 a packet that cannot be decoded closes the manager with parse error, which opens again",
    script: WELCOMING,
    async run({ connect, trace, told, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect", "connect"])
      trace(socket.io, ["close"], "manager")
      await wire.inject('42["a"')
      await told("connect")
    },
    expected: {
      log: [
        ["disconnect", "parse error", { error: "invalid payload" }],
        ["manager close", "parse error", { error: "invalid payload" }],
        ["connect"],
      ],
    },
  },
  {
    title: "A.3 what a listener throws is no parse error",
    script: WELCOMING,
    throws: ["mine"],
    async run({ connect, trace, told, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect", "b"])
      socket.on("a", () => {
        throw new Error("mine")
      })
      await wire.inject('42["a"]')
      await wire.polled()
      await wire.inject('42["b"]')
      await told("b")
      return socket.connected
    },
    expected: { log: [["b"]], result: true },
  },
  {
    title: "A.3 a half-received packet is forgotten with its connection",
    script: WELCOMING,
    async run({ connect, trace, told, once, wire, way }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect", "connect", "a", "b"])
      await wire.inject('451-["a",{"_placeholder":true,"num":0}]')
      await wire.polled()
      await wire.shut()
      await told("connect")
      await wire.polled()
      await wire.inject('42["b"]')
      await told("b")
      return way
    },
  },
  {
    title: "A.3 the manager closes with forced close when its last active socket disconnects, and stays closed",
    async run({ connect, trace, once, wire, told }) {
      const root = connect("/")
      const custom = connect("/custom")
      await Promise.all([once(root, "connect"), once(custom, "connect")])
      trace(root.io, EVENTS, "manager")
      trace(root, ["disconnect"], "root")
      trace(custom, ["disconnect"], "custom")
      root.disconnect()
      await wire.seen("out", "41")
      custom.disconnect()
      await told("manager close")
      await wire.ended()
    },
    expected: {
      log: [
        ["root disconnect", "io client disconnect"],
        ["manager close", "forced close"],
        ["custom disconnect", "io client disconnect"],
      ],
      wire: (way) => [{ out: ["40", "40/custom,", "41", "41/custom,", goodbye(way)] }],
    },
  },
  {
    title: "A.3 an unexpected end is told with its reason, and what is known of it, and the manager opens again",
    async run({ connect, trace, once, wire, told }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.polled()
      trace(socket.io, EVENTS, "manager")
      trace(socket, ["disconnect", "connect"])
      await wire.cut()
      await told("connect")
    },
  },
]
