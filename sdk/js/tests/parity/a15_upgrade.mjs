// The upgrade from polling to a WebSocket.

import { JOINED, OPEN, WELCOMING } from "./words.mjs"

const EVENTS = ["upgrading", "upgrade", "upgradeError", "close"]

/** A server that offers an upgrade, and answers the probe as the row says. */
const offering = (answer) => ({
  replies: { ...WELCOMING.replies, ...(answer && { "2probe": answer }) },
  handshake: { upgrades: ["websocket"] },
})

const named = (emitter, names, say) => {
  for (const name of names) emitter.on(name, (value) => say(name, value instanceof Error ? value.message : value?.name))
}

const by = (rows) => rows.map((row) => ({ ways: ["upgrade"], ...row }))

export const rows = by([
  {
    title: "A.15 the probe asks with the same session, is answered, and the transport is swapped",
    requests: true,
    async run({ connect, say, told }) {
      const socket = connect()
      const { engine } = socket.io
      named(engine, EVENTS, say)
      const before = engine.transport.name
      await told("upgrade")
      return [before, engine.transport.name, await socket.emitWithAck("transport")]
    },
    expected: {
      log: [["upgrading", "websocket"], ["upgrade", "websocket"]],
      result: ["polling", "websocket", "websocket"],
    },
    wireVaries: "the namespace is joined before the upgrade, or after",
  },
  {
    title: "A.15 what is emitted while it upgrades is sent on the new transport, in order",
    script: offering("3probe"),
    async run({ connect, say, told, wire, once }) {
      const socket = connect()
      const { engine } = socket.io
      named(engine, EVENTS, say)
      engine.on("upgrading", () => socket.emit("a", 1).emit("a", 2))
      await told("upgrading")
      // The server lets the held poll go.
      await wire.letGo()
      await told("upgrade")
      await wire.seen("out", '42["a",2]')
    },
    expected: {
      wire: [
        { by: "polling", out: ["40"], in: [OPEN, JOINED] },
        { by: "websocket", out: ["2probe", "5", '42["a",1]', '42["a",2]'], in: ["3probe"] },
      ],
    },
  },
  {
    title: "A.15 a probe that is answered by anything else is given up, and polling goes on",
    script: offering('42["no"]'),
    async run({ connect, say, told, wire, once }) {
      const socket = connect()
      const { engine } = socket.io
      named(engine, EVENTS, say)
      await told("upgradeError")
      socket.emit("a")
      await wire.seen("out", '42["a"]')
      return engine.transport.name
    },
    deviates: "the WebSocket of a probe that was given up is closed",
    expected: { log: [["upgradeError", "probe error"]], result: "polling" },
    ours: { log: [["upgradeError", "probe error"]], result: "polling", wire: undefined },
  },
  {
    title: "A.15 a probe that is refused is given up, and polling goes on",
    async run({ connect, say, told, wire }) {
      await wire.answer({ method: "WS", status: 400 })
      const socket = connect()
      named(socket.io.engine, EVENTS, say)
      await told("upgradeError")
      return [await socket.emitWithAck("transport"), socket.io.engine.transport.name]
    },
    expected: { result: ["polling", "polling"] },
  },
  {
    title: "A.15 the error of a probe has its transport and its cause",
    async run({ connect, once, wire }) {
      await wire.answer({ method: "WS", status: 400 })
      const [error] = await once(connect().io.engine, "upgradeError")
      return [error instanceof Error, error.message, error.transport]
    },
    wireVaries: "it is over before the namespace is joined, or after",
  },
  {
    title: "A.15 a probe that is closed is given up",
    script: offering(),
    async run({ connect, say, told, wire, once }) {
      const socket = connect()
      named(socket.io.engine, EVENTS, say)
      await once(socket, "connect")
      await wire.seen("out", "2probe")
      await wire.shutWebSocket()
      await told("upgradeError")
      return socket.connected
    },
    expected: { result: true },
  },
  {
    title: "A.15 what is not offered is not tried",
    script: WELCOMING,
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.goneSilent()
      return socket.io.engine.transport.name
    },
    expected: { result: "polling", wire: [{ by: "polling", out: ["40"] }] },
  },
  {
    title: "A.15 what is not among the client's transports is not tried",
    async run({ connect, once, wire }) {
      const socket = connect("/", { transports: ["polling"] })
      await once(socket, "connect")
      await wire.goneSilent()
      return socket.io.engine.transport.name
    },
    expected: { result: "polling", wire: [{ by: "polling", out: ["40"] }] },
  },
  {
    title: "A.15 close during an upgrade waits for it",
    script: offering("3probe"),
    async run({ connect, say, told, wire, once }) {
      const socket = connect("/", { reconnection: false })
      const { engine } = socket.io
      named(engine, EVENTS, say)
      engine.on("close", (reason) => say("why", reason))
      engine.on("upgrading", () => {
        engine.close()
        say("closing", engine.readyState)
      })
      await told("upgrading")
      await wire.letGo()
      await told("why")
    },
    expected: {
      log: [["upgrading", "websocket"], ["closing", "closing"], ["upgrade", "websocket"], ["close", undefined], ["why", "forced close"]].map((words) =>
        words.filter((word) => word !== undefined),
      ),
    },
    deviates: "the upgrade is waited for as well, but who closes is not told of it",
    ours: {
      log: [
        ["upgrading", "websocket"],
        ["closing", "closing"],
        ["upgradeError", "probe error: socket closed"],
        ["close"],
        ["why", "forced close"],
      ],
    },
  },
  {
    title: "A.15 the session that ends during a probe ends the probe",
    script: offering(),
    async run({ connect, say, told, wire, once }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      named(socket.io.engine, ["upgrade", "upgradeError", "upgrading"], say)
      socket.on("disconnect", (reason) => say("disconnect", reason))
      await wire.seen("out", "2probe")
      await wire.polled()
      await wire.fail(400)
      await told("disconnect")
      await wire.ended()
    },
  },
  {
    title: "A.15 after the upgrade polling is over, and messages go both ways",
    async run({ connect, once }) {
      const socket = connect()
      await once(socket.io.engine, "upgrade")
      return [await socket.emitWithAck("echo", new Uint8Array([1])), await socket.emitWithAck("echo", "a")]
    },
    wireVaries: "the namespace is joined before the upgrade, or after",
  },
])
