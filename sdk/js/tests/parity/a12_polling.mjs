// Polling.

import { JOINED, one, OPEN, WELCOMING } from "./words.mjs"

const POLLING = ["polling"]

const polls = (rows) => rows.map((row) => ({ ways: POLLING, ...row }))

export const rows = polls([
  {
    title: "A.12 requests are plain: their query in order, their headers few",
    requests: true,
    async run({ connect }) {
      await connect().emitWithAck("echo", 1)
    },
    expected: {
      requests: [
        { method: "GET", path: "/socket.io/", query: ["EIO=4", "transport=polling", "t"], headers: { accept: "*/*" } },
        { method: "GET", path: "/socket.io/", query: ["EIO=4", "transport=polling", "t", "sid"], headers: { accept: "*/*" } },
        {
          method: "POST",
          path: "/socket.io/",
          query: ["EIO=4", "transport=polling", "t", "sid"],
          headers: { accept: "*/*", "content-type": "text/plain;charset=UTF-8" },
        },
      ],
    },
  },
  {
    title: "A.12 the stamp is of eight characters, and never the same",
    async run({ connect, wire }) {
      const socket = connect()
      for (const word of [1, 2, 3]) await socket.emitWithAck("echo", word)
      const { stamps } = await wire.look()
      return [new Set(stamps).size == stamps.length, stamps.every((stamp) => /^[\w-]{8}$/.test(stamp))]
    },
    expected: { result: [true, true] },
  },
  {
    title: "A.12 one poll is always held, and never two",
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await socket.emitWithAck("echo", 1)
      await wire.polled()
      return (await wire.look()).mostPolls
    },
    expected: { result: 1 },
  },
  {
    title: "A.12 a response holds many packets, and what comes after the end is not heard",
    script: WELCOMING,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.polled()
      trace(socket, ["a", "b", "c", "disconnect"])
      await wire.inject('42["a"]', '42["b"]', "1", '42["c"]')
      await told("disconnect")
    },
    deviates: "what the server said before the end is heard",
    expected: {
      log: [["disconnect", "transport close", { description: "transport closed by the server" }]],
    },
    ours: {
      log: [["a"], ["b"], ["disconnect", "transport close", { description: "transport closed by the server" }]],
    },
  },
  {
    title: "A.12 a packet that is none is an error, and those before it are heard",
    script: WELCOMING,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.polled()
      trace(socket.io.engine, ["error", "data"], "engine")
      trace(socket, ["disconnect"])
      await wire.inject('42["a"]', "", '42["b"]')
      await told("disconnect")
    },
    deviates: "the data of an engine is told as it is read",
    ours: {
      log: [
        ["engine data", '2["a"]'],
        ["engine error", { error: "server error" }],
        ["disconnect", "transport error", { error: "server error" }],
        ["engine data", '2["b"]'],
      ],
    },
  },
  ...[400, 500, 204].map((status) => ({
    title: `A.12 a poll that is answered with ${status} is a transport error`,
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      trace(socket.io.engine, ["error"], "engine")
      await wire.fail(status)
      await told("disconnect")
    },
  })),
  {
    title: "A.12 an opening that is refused is told with its status",
    async run({ connect, wire, trace, told }) {
      await wire.answer({ status: 403, body: '{"code":4,"message":"Forbidden"}' })
      trace(connect("/", { reconnection: false }), ["connect_error"])
      await told("connect_error")
    },
  },
  {
    title: "A.12 the error of a request has it as its context",
    async run({ connect, wire, once }) {
      await wire.answer({ status: 403 })
      const [error] = await once(connect("/", { reconnection: false }), "connect_error")
      return [error instanceof Error, typeof error.context]
    },
    expected: { result: [true, "object"] },
  },
  {
    title: "A.12 an opening that nobody answers has no status",
    async run({ connect, wire, trace, told }) {
      await wire.answer({ times: 3 })
      trace(connect("/", { reconnection: false }), ["connect_error"])
      await told("connect_error")
    },
    wireVaries: "Chromium may ask twice",
  },
  {
    title: "A.12 an opening that is no handshake is an error",
    script: { handshake: "<html>" },
    async run({ connect, trace, told }) {
      trace(connect("/", { reconnection: false }), ["connect_error"])
      await told("connect_error")
    },
  },
  {
    title: "A.12 a post that fails is a transport error",
    async run({ connect, once, wire, trace, told }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      await wire.goneSilent()
      trace(socket, ["disconnect"])
      trace(socket.io.engine, ["error"], "engine")
      await wire.answer({ method: "POST", status: 413 })
      socket.emit("a")
      await told("disconnect")
    },
    wireVaries: "whether the next poll is under way is a matter of time",
  },
  {
    title: "A.12 with fetch the words are others",
    async run({ connect, once, wire, trace, told, sdk }) {
      const socket = connect("/", { reconnection: false, transports: [sdk.Fetch] })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      trace(socket.io.engine, ["error"], "engine")
      await wire.fail(500)
      await told("disconnect")
    },
    deviates: "all polling is by fetch, and has the words of polling",
    ours: {
      log: [
        ["engine error", { error: "xhr poll error", type: "TransportError", description: 500 }],
        ["disconnect", "transport error", { error: "xhr poll error", type: "TransportError", description: 500 }],
      ],
    },
  },
  {
    title: "A.12 closing says goodbye by a packet",
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      await wire.polled()
      socket.disconnect()
      await wire.ended()
    },
    expected: { wire: one(["40", "41", "1"], [OPEN, JOINED]) },
  },
  {
    title: "A.12 closing while it opens says nothing",
    async run({ manager, wire }) {
      await wire.hold("in")
      const it = manager({ reconnection: false })
      await wire.opened(1)
      await wire.seen("in", "0")
      it.engine.close()
      await wire.release("in")
      await wire.goneSilent()
    },
    expected: { wire: one([]) },
  },
])
