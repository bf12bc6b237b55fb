// Why a connection ended, in the client's words.

import { goodbye, one, shutDetails, WELCOMING } from "./words.mjs"

/** What a socket and its manager are told of an end, and whether it connects again by itself. */
async function end({ connect, once, trace, told, wire, say }, how, { options, again } = {}) {
  const socket = connect("/", options)
  await once(socket, "connect")
  await wire.goneSilent()
  await wire.polled()
  trace(socket, ["connect", "disconnect"])
  socket.once("disconnect", () => say("state", socket.connected, socket.active, typeof socket.id))
  await how(socket)
  await told("disconnect")
  if (again) await told("connect")
  else await wire.ended()
  return socket.active
}

export const rows = [
  {
    title: "A.19 io client disconnect: the client says so, and stays away",
    run: (kit) => end(kit, (socket) => socket.disconnect()),
    expected: {
      log: [["disconnect", "io client disconnect"], ["state", false, false, "undefined"]],
      result: false,
      wire: (way) => [{ out: ["40", "41", goodbye(way)] }],
    },
  },
  {
    title: "A.19 io server disconnect: the server says so, and the client stays away",
    run: (kit) => end(kit, (socket) => socket.emit("kick")),
    expected: {
      log: [["disconnect", "io server disconnect"], ["state", false, false, "undefined"]],
      result: false,
    },
  },
  {
    title: "A.19 io server disconnect of all namespaces closes the connection",
    run: (kit) => end(kit, (socket) => socket.emit("kick-all")),
    expected: { log: [["disconnect", "io server disconnect"], ["state", false, false, "undefined"]], result: false },
    wireVaries: "either side may be the first to close",
  },
  {
    title: "A.19 after io server disconnect connect works",
    async run({ connect, once, trace, told, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["connect", "disconnect"])
      socket.emit("kick")
      await told("disconnect")
      await wire.ended()
      socket.connect()
      await told("connect")
    },
    expected: { log: [["disconnect", "io server disconnect"], ["connect"]] },
  },
  {
    title: "A.19 ping timeout: the server is silent, and the client comes back",
    script: { ...WELCOMING, handshake: { pingInterval: 100, pingTimeout: 100 } },
    run: (kit) => end(kit, () => {}, { again: true }),
    expected: {
      log: [["disconnect", "ping timeout"], ["state", false, true, "undefined"], ["connect"]],
      result: true,
    },
  },
  {
    title: "A.19 transport close: the server ends it, and the client comes back",
    run: (kit) => end(kit, () => kit.wire.shut(), { again: true }),
    expected: {
      log: (way) => [["disconnect", "transport close", shutDetails(way)], ["state", false, true, "undefined"], ["connect"]],
      result: true,
    },
  },
  {
    title: "A.19 transport error or close: the connection is cut, and the client comes back",
    run: (kit) => end(kit, () => kit.wire.cut(), { again: true }),
  },
  {
    title: "A.19 transport error: a post is refused",
    ways: ["polling"],
    run: (kit) =>
      end(
        kit,
        async (socket) => {
          await kit.wire.answer({ method: "POST", status: 500 })
          socket.emit("a")
        },
        { again: true },
      ),
    wireVaries: "the poll may be answered meanwhile",
  },
  {
    title: "A.19 parse error: a packet is none, and the client comes back",
    run: (kit) => end(kit, () => kit.wire.inject('42["a"'), { again: true }),
    expected: {
      log: [["disconnect", "parse error", { error: "invalid payload" }], ["state", false, true, "undefined"], ["connect"]],
    },
  },
  {
    title: "A.19 forced close: the engine is closed by its user, and the client comes back",
    run: (kit) => end(kit, (socket) => socket.io.engine.close(), { again: true }),
    expected: {
      log: [["disconnect", "forced close"], ["state", false, true, "undefined"], ["connect"]],
      result: true,
    },
  },
  {
    title: "A.19 disconnect is told to an active socket that never was connected",
    script: {},
    async run({ connect, trace, told, wire }) {
      const socket = trace(connect("/", { reconnection: false }), ["connect", "connect_error", "disconnect"])
      await wire.seen("out", "40")
      await wire.polled()
      await wire.shut()
      await told("disconnect")
      return socket.active
    },
    expected: { log: (way) => [["disconnect", "transport close", shutDetails(way)]], result: true },
  },
  {
    title: "A.19 a goodbye of a socket that is not connected is not told",
    async run({ connect, trace, wire }) {
      const socket = trace(connect("/", { autoConnect: false }), ["disconnect"])
      socket.disconnect()
      socket.connect()
      socket.disconnect()
      await wire.goneSilent()
    },
    wireVaries: "how far it comes is a matter of time",
    expected: { log: [] },
  },
  {
    title: "A.19 every active socket is told of an end",
    async run({ connect, once, trace, told, wire }) {
      const root = connect("/", { reconnection: false })
      const custom = connect("/custom")
      const gone = connect("/private", { auth: {} })
      await Promise.all([once(root, "connect"), once(custom, "connect"), once(gone, "connect_error")])
      await wire.polled()
      trace(root, ["disconnect"], "root")
      trace(custom, ["disconnect"], "custom")
      trace(gone, ["disconnect"], "gone")
      await wire.shut()
      await told("custom disconnect")
      await told("root disconnect")
    },
    expected: {
      log: (way) => [
        ["root disconnect", "transport close", shutDetails(way)],
        ["custom disconnect", "transport close", shutDetails(way)],
      ],
      wire: one(["40", "40/custom,", "40/private,{}"]).map(({ out }) => ({ out })),
    },
  },
  {
    title: "A.19 a message that is too large ends the connection",
    script: WELCOMING,
    ways: ["polling"],
    async run({ connect, once, trace, told, wire }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.goneSilent()
      trace(socket, ["disconnect"])
      await wire.answer({ method: "POST", status: 413 })
      socket.emit("a", "b".repeat(1000))
      await told("disconnect")
    },
    wireVaries: "the poll may be answered meanwhile",
  },
]
