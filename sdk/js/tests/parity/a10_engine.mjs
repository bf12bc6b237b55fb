// The engine's session: its events, its writing, its heartbeat, and how it closes.

import { goodbye, JOINED, one, OPEN, shutDetails, WELCOMING } from "./words.mjs"

const ONCE = ["websocket"]
const HEARTBEAT = { PING_INTERVAL_MS: "60", PING_TIMEOUT_MS: "2000" }

export const rows = [
  {
    title: "A.10 the states of an engine",
    async run({ connect, once, told, trace }) {
      const socket = connect()
      const { engine } = socket.io
      const states = [engine.readyState, typeof engine.id]
      engine.once("open", () => states.push(engine.readyState, typeof engine.id))
      await once(socket, "connect")
      trace(engine, ["close"])
      socket.emit("silent")
      engine.close()
      states.push(engine.readyState)
      await told("close")
      return [...states, engine.readyState, engine.id]
    },
    wireVaries: "the manager opens again",
    expected: { result: ["opening", "undefined", "open", "string", "closing", "closed", null] },
  },
  {
    title: "A.10 the handshake is told with what it says, then open",
    async run({ manager, trace, told, say }) {
      const { engine } = manager()
      engine.on("handshake", () => say("handshake"))
      trace(engine, ["open"])
      const keys = []
      engine.on("handshake", (data) => keys.push(...Object.keys(data).sort()))
      await told("open")
      return keys
    },
    expected: { log: [["handshake"], ["open"]], result: ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"] },
  },
  {
    title: "A.10 every packet is told on its way in and out",
    script: WELCOMING,
    async run({ connect, once, wire, say, told, way }) {
      const socket = connect()
      const { engine } = socket.io
      engine.on("packetCreate", ({ type, data }) => say("packetCreate", type, data))
      engine.on("packet", ({ type, data }) => type == "open" || say("packet", type, data))
      for (const name of ["data", "message"]) engine.on(name, (data) => say(name, data))
      for (const name of ["flush", "drain"]) engine.on(name, () => say(name))
      await once(socket, "connect")
      await wire.goneSilent()
      socket.emit("a", 1)
      await told("drain", 2)
      await wire.inject('42["b"]')
      await told("message", 2)
      return way
    },
  },
  {
    title: "A.10 a ping is answered at once, and told as ping, pong and heartbeat",
    ways: ONCE,
    heartbeats: true,
    server: HEARTBEAT,
    async run({ connect, trace, told, say }) {
      const socket = connect()
      trace(socket.io.engine, ["ping", "pong", "heartbeat"], "engine")
      socket.io.engine.on("packetCreate", ({ type }) => type == "pong" && say("packetCreate"))
      trace(socket.io, ["ping"], "manager")
      await told("manager ping")
      const named = socket.io.engine.id !== undefined
      // Before the next one comes.
      socket.disconnect()
      return [named]
    },
    wireVaries: "a ping more may come",
  },
  {
    title: "A.10 an emit of the engine's own is heard by its listeners, and gives the engine",
    script: WELCOMING,
    async run({ connect, once, say }) {
      const socket = connect()
      await once(socket, "connect")
      const { engine } = socket.io
      engine.on("own", (...args) => say("own", ...args))
      return engine.emit("own", 1, 2) === engine
    },
    expected: { log: [["own", 1, 2]], result: true },
  },
  {
    title: "A.10 the answer to a ping is a pong",
    heartbeats: true,
    script: WELCOMING,
    async run({ connect, once, wire }) {
      await once(connect(), "connect")
      await wire.polled()
      await wire.inject("2")
      await wire.seen("out", "3")
    },
    expected: { wire: one(["40", "3"], [OPEN, JOINED, "2"]) },
  },
  {
    title: "A.10 without a ping in time the connection is dead: ping timeout",
    script: { ...WELCOMING, handshake: { pingInterval: 60, pingTimeout: 60 } },
    async run({ connect, once, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      socket.once("disconnect", () => socket.disconnect())
      await told("disconnect")
    },
    expected: { log: [["disconnect", "ping timeout"]] },
  },
  {
    title: "A.10 other packets do not put the heartbeat off",
    script: { replies: { ...WELCOMING.replies, '42["a"]': '42["b"]' }, handshake: { pingInterval: 100, pingTimeout: 100 } },
    async run({ connect, once, trace, told }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      socket.on("b", () => setTimeout(() => socket.connected && socket.emit("a"), 20))
      socket.once("disconnect", () => socket.disconnect())
      socket.emit("a")
      await told("disconnect")
    },
    wireVaries: "how much is said meanwhile is a matter of time",
    expected: { log: [["disconnect", "ping timeout"]] },
  },
  {
    title: "A.10 an emit after the heartbeat has expired waits for the next connection",
    script: { ...WELCOMING, handshake: { pingInterval: 20000, pingTimeout: 20000 } },
    fresh: true,
    async run({ connect, once, trace, told, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.goneSilent()
      trace(socket, ["disconnect", "connect"])
      const real = Date.now
      // As a laptop does that has slept.
      Date.now = () => real() + 60_000
      socket.emit("a", 1).emit("a", 2)
      await told("connect")
      await wire.seen("out", '42["a",2]')
      Date.now = real
    },
    expected: {
      log: [["disconnect", "ping timeout"], ["connect"]],
      wire: (way) => [{ out: way == "polling" ? ["40", "1"] : ["40", "close"] }, { out: ["40", '42["a",1]', '42["a",2]'] }],
    },
  },
  {
    title: "A.10 what is written while a post is under way goes in the next, all at once",
    ways: ["polling"],
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.goneSilent()
      await wire.hold("out")
      socket.emit("silent", 1)
      await wire.seen("out", "42")
      socket.emit("silent", 2).emit("silent", 3)
      const waiting = socket.io.engine.writeBuffer.length
      await wire.release("out")
      await wire.seen("out", "42", 3)
      const { posts } = await wire.look()
      return [waiting, posts]
    },
    expected: { result: [3, [1, 1, 2]], wire: one(["40", '42["silent",1]', '42["silent",2]', '42["silent",3]']) },
  },
  {
    title: "A.10 a post keeps to maxPayload, but its first packet always goes",
    ways: ["polling"],
    script: { ...WELCOMING, handshake: { maxPayload: 40 } },
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.goneSilent()
      await wire.hold("out")
      socket.emit("first")
      await wire.seen("out", '42["first"]')
      socket.emit("a".repeat(100)).emit("bbbbbb").emit("üüü").emit("c", new Uint8Array(12)).emit("d")
      await wire.release("out")
      await wire.seen("out", '42["d"]')
      return (await wire.look()).posts
    },
    expected: { result: [1, 1, 1, 2, 1, 2].slice(0, 6) },
  },
  {
    title: "A.10 close waits for what was written",
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.goneSilent()
      trace(socket.io.engine, ["close"], "engine")
      trace(socket, ["disconnect"])
      socket.emit("silent", 1)
      socket.io.engine.close()
      await told("disconnect")
      await wire.ended()
    },
    expected: {
      log: [["disconnect", "forced close"], ["engine close", "forced close"]],
      wire: (way) => [{ out: ["40", '42["silent",1]', goodbye(way)] }],
    },
  },
  {
    title: "A.10 what could not be sent is still there when the end is told, and gone after it",
    ways: ["polling"],
    async run({ connect, once, wire, say, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.goneSilent()
      const { engine } = socket.io
      engine.on("close", () => say("end", engine.id, engine.writeBuffer.length))
      await wire.hold("out")
      socket.emit("a").emit("b")
      await wire.seen("out", '42["a"]')
      await wire.shut()
      await told("end")
      return engine.writeBuffer.length
    },
    expected: { log: [["end", null, 2]], result: 0 },
  },
  {
    title: "A.10 after close nothing is written any more",
    async run({ connect, once, wire, told, trace }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.goneSilent()
      const { engine } = socket.io
      trace(engine, ["close"])
      engine.close()
      engine.send("ignored")
      await told("close")
      await wire.ended()
    },
    expected: { wire: (way) => [{ out: ["40", goodbye(way)] }] },
  },
  {
    title: "A.10 what is written to an engine that is over goes nowhere",
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      const { engine } = socket.io
      engine.close()
      engine.once("close", () => engine.send('2["over"]'))
      await once(socket, "connect")
      engine.send('2["late"]')
      socket.emit("silent")
      await wire.seen("out", '42["silent"]')
    },
    expected: { wire: (way) => [{ out: ["40", goodbye(way)] }, { out: ["40", '42["silent"]'] }] },
  },
  {
    title: "A.10 an engine can send and hear messages of its own",
    script: WELCOMING,
    async run({ connect, once, wire, told, trace, say }) {
      const socket = connect()
      await once(socket, "connect")
      const { engine } = socket.io
      const end = trace(engine, ["data"])
      end.send("2", undefined, () => say("sent"))
      engine.write('2["x"]')
      await wire.seen("out", '42["x"]')
      await told("sent")
    },
    expected: { wire: one(["40", "42", '42["x"]']) },
  },
  {
    title: "A.10 what cannot be decoded is a transport error",
    script: WELCOMING,
    async run({ connect, once, wire, told, trace }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket.io.engine, ["error", "close"], "engine")
      trace(socket, ["disconnect"])
      await wire.polled()
      await wire.inject("9")
      await told("disconnect")
      await told("engine close")
    },
  },
  {
    title: "A.10 the end that the server brings about is told with its details",
    async run({ connect, once, wire, told, trace }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket.io.engine, ["close"], "engine")
      trace(socket, ["disconnect"])
      await wire.polled()
      await wire.shut()
      await told("engine close")
    },
    expected: {
      log: (way) => [["disconnect", "transport close", shutDetails(way)], ["engine close", "transport close", shutDetails(way)]],
    },
  },
  {
    title: "A.10 binary may be a Blob in a browser",
    platforms: ["Chromium"],
    ways: ONCE,
    script: WELCOMING,
    async run({ connect, once, wire, told, trace }) {
      const socket = connect()
      await once(socket, "connect")
      const { engine } = socket.io
      const first = engine.binaryType
      engine.binaryType = "blob"
      trace(engine, ["data"])
      await wire.inject(new Uint8Array([1]))
      await told("data")
      return first
    },
    wireVaries: "the namespace above cannot decode it",
    deviates: "binary is read at once, which a Blob cannot be",
    ours: { log: [["data", { ArrayBuffer: [1] }]] },
  },
  {
    title: "A.10 offline closes with transport close, and says why, unless the server is this machine",
    platforms: ["Chromium"],
    async run({ io, url, options, once, trace, told, wire }) {
      const near = io(url.replace("127.0.0.1", "localhost"), options())
      const far = io(url, options())
      await Promise.all([once(near, "connect"), once(far, "connect")])
      trace(near, ["disconnect"], "near")
      trace(far, ["disconnect"], "far")
      far.once("disconnect", () => far.disconnect())
      dispatchEvent(new Event("offline"))
      await told("far disconnect")
      await wire.goneSilent()
    },
    wireVaries: "two connections are opened at once",
  },
]
