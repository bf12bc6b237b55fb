// Conversations between a client and a server, whichever they are, by every way there is to connect: what an application
// sees of it all. `connect(namespace, options)` gives a socket; what `run` returns is compared with `expected`.

import { plain } from "./kit.mjs"

const WAYS = ["polling", "websocket", "upgrade"]

const scenarios = {
  "connects to / and hears from the server": {
    async run({ connect }) {
      const socket = connect("/", { auth: { token: "t" } })
      const [welcome] = await event(socket, "welcome")
      return { auth: welcome.auth, named: welcome.sid === socket.id, connected: socket.connected, active: socket.active }
    },
    expected: { auth: { token: "t" }, named: true, connected: true, active: true },
  },

  "connects to a custom namespace on the same connection": {
    async run({ connect }) {
      const root = connect("/")
      const custom = connect("/custom")
      const [[welcome], [other]] = await Promise.all([event(custom, "welcome"), event(root, "welcome")])
      return { named: welcome.sid === custom.id, apart: welcome.sid !== other.sid, shared: root.io === custom.io }
    },
    expected: { named: true, apart: true, shared: true },
  },

  "emits both ways with any JSON": {
    async run({ connect }) {
      const socket = connect("/custom")
      socket.emit("echo", 1, "zwei…😀", { three: [null, true, 1.5], "": {} })
      return event(socket, "echo")
    },
    expected: [1, "zwei…😀", { three: [null, true, 1.5], "": {} }],
  },

  "what is emitted before the connection arrives after it, in order": {
    async run({ connect }) {
      const socket = connect("/")
      const order = []
      socket.on("connect", () => order.push("connect"))
      socket.on("echo", (word) => order.push(word))
      for (const word of ["a", "b", "c"]) socket.emit("echo", word)
      while (order.length < 4) await event(socket, "echo")
      return order
    },
    expected: ["connect", "a", "b", "c"],
  },

  "acks go to the callback with all arguments": {
    async run({ connect }) {
      const socket = connect("/")
      return new Promise((resolve) => socket.emit("echo", "a", { b: 2 }, (...args) => resolve(args)))
    },
    expected: ["a", { b: 2 }],
  },

  "emitWithAck resolves to the first argument": {
    async run({ connect }) {
      const socket = connect("/custom")
      return [await socket.emitWithAck("echo", "a", "b"), await socket.timeout(5000).emitWithAck("echo", "c")]
    },
    expected: ["a", "c"],
  },

  "the server asks and the client answers": {
    async run({ connect }) {
      const socket = connect("/custom")
      socket.on("question", (number, text, answer) => {
        answer(number + 1, { text })
        answer("nobody waits for a second answer")
      })
      socket.emit("ask", 41, "why?")
      return event(socket, "answered")
    },
    expected: [42, { text: "why?" }],
  },

  "binary goes both ways in events": {
    async run({ connect }) {
      const socket = connect("/")
      const view = new Uint8Array([9, 0, 128, 255, 9]).subarray(1, 4)
      socket.emit("echo", view, { deep: [new Uint8Array([1, 2]).buffer, "text"] }, new DataView(new ArrayBuffer(0)))
      return readable(await event(socket, "echo"))
    },
    expected: [{ bytes: [0, 128, 255] }, { deep: [{ bytes: [1, 2] }, "text"] }, { bytes: [] }],
  },

  "binary goes both ways in acks": {
    async run({ connect }) {
      const socket = connect("/custom")
      socket.on("question", (bytes, answer) => answer({ back: bytes }))
      const mine = await socket.emitWithAck("echo", { file: new Uint8Array([7, 8]) })
      socket.emit("ask", new Uint8Array([5]))
      return readable([mine, ...(await event(socket, "answered"))])
    },
    expected: [{ file: { bytes: [7, 8] } }, { back: { bytes: [5] } }],
  },

  "a large message arrives whole": {
    async run({ connect }) {
      const socket = connect("/")
      const text = "ä".repeat(100_000)
      const bytes = new Uint8Array(200_000).fill(3)
      const [sameText, back] = await new Promise((resolve) => socket.emit("echo", text, bytes, (...args) => resolve(args)))
      return [sameText === text, back.byteLength]
    },
    expected: [true, 200_000],
  },

  "a refused namespace says why, and stays away until it is asked again": {
    async run({ connect }) {
      const socket = connect("/private", { auth: { token: "wrong" } })
      const [error] = await event(socket, "connect_error")
      const refused = { real: error instanceof Error, message: error.message, data: error.data, active: socket.active }
      socket.auth = (send) => send({ token: "secret" })
      socket.connect()
      await event(socket, "connect")
      return { ...refused, connected: socket.connected }
    },
    expected: { real: true, message: "not authorized", data: { code: 1 }, active: false, connected: true },
  },

  "an unknown namespace is refused": {
    async run({ connect }) {
      const [error] = await event(connect("/nowhere"), "connect_error")
      return error.message
    },
    expected: "Invalid namespace",
  },

  "a timeout comes as the first argument, and a late answer not at all": {
    async run({ connect }) {
      const socket = connect("/")
      const late = new Promise((resolve) => socket.timeout(50).emit("silent", (...args) => resolve(args)))
      const promised = socket.timeout(50).emitWithAck("silent").catch((error) => error.message)
      const good = new Promise((resolve) => socket.timeout(5000).emit("echo", "x", (...args) => resolve(args)))
      const [[error, ...rest], message, answer] = await Promise.all([late, promised, good])
      return { real: error instanceof Error, message: error.message, rest, promised: message, answer }
    },
    expected: {
      real: true,
      message: "operation has timed out",
      rest: [],
      promised: "operation has timed out",
      answer: [null, "x"],
    },
  },

  "a server that disconnects is told apart from a client that does": {
    async run({ connect }) {
      const socket = connect("/")
      await event(socket, "connect")
      socket.emit("kick")
      const [kicked] = await event(socket, "disconnect")
      const after = [socket.connected, socket.active, socket.id]
      socket.connect()
      await event(socket, "connect")
      const reasons = []
      socket.on("disconnect", (reason) => reasons.push(reason))
      socket.disconnect()
      return { kicked, after, reasons, connected: socket.connected }
    },
    expected: {
      kicked: "io server disconnect",
      after: [false, false, undefined],
      reasons: ["io client disconnect"],
      connected: false,
    },
  },

  "nothing is heard after a goodbye": {
    async run({ connect }) {
      const socket = connect("/")
      await event(socket, "connect")
      const heard = []
      socket.on("disconnect", (reason) => heard.push(reason))
      socket.on("echo", (word) => {
        heard.push(word)
        socket.disconnect()
      })
      // Polling brings these in one body.
      for (const word of ["a", "b", "c"]) socket.emit("echo", word)
      await event(socket, "disconnect")
      await connect("/", { forceNew: true }).emitWithAck("echo")
      return heard
    },
    expected: ["a", "io client disconnect"],
  },

  "a lost answer fails when the client leaves": {
    async run({ connect }) {
      const socket = connect("/")
      await event(socket, "connect")
      const lost = socket.emitWithAck("silent").catch((error) => error.message)
      // Only what was sent is lost, so let it be sent.
      await socket.emitWithAck("echo")
      socket.disconnect()
      return lost
    },
    expected: "socket has been disconnected",
  },

  "a connection that is lost comes back by itself": {
    async run({ connect }) {
      const socket = connect("/", { reconnectionDelay: 10, forceNew: true })
      await event(socket, "connect")
      const told = []
      for (const name of ["reconnect_attempt", "reconnect"]) socket.io.on(name, (attempt) => told.push([name, attempt]))
      const first = socket.id
      const lost = event(socket, "disconnect")
      socket.io.engine.close()
      const [reason] = await lost
      const after = [socket.connected, socket.active]
      socket.emit("echo", "while away")
      const [word] = await event(socket, "echo")
      return { reason, after, told, word, another: socket.id !== first }
    },
    expected: {
      reason: "forced close",
      after: [false, true],
      told: [
        ["reconnect_attempt", 1],
        ["reconnect", 1],
      ],
      word: "while away",
      another: true,
    },
  },

  "catch-all listeners see what comes and what goes": {
    async run({ connect }) {
      const socket = connect("/")
      const seen = []
      await event(socket, "connect")
      socket.onAny((...args) => seen.push(["in", ...args]))
      socket.onAnyOutgoing((...args) => seen.push(["out", ...args]))
      socket.emit("echo", 1)
      await event(socket, "echo")
      await socket.emitWithAck("echo", 2)
      socket.offAny().offAnyOutgoing()
      await socket.emitWithAck("echo", 3)
      return seen.filter(([, name]) => name === "echo")
    },
    expected: [
      ["out", "echo", 1],
      ["in", "echo", 1],
      ["out", "echo", 2],
    ],
  },

  "reserved names throw": {
    async run({ connect }) {
      const socket = connect("/")
      const names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
      return names.map((name) => {
        try {
          socket.emit(name)
        } catch (error) {
          return error.message
        }
      })
    },
    expected: ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map(
      (name) => `"${name}" is a reserved event name`,
    ),
  },

  "a listener that throws harms nobody but itself": {
    throws: ["thrown by a listener"],
    async run({ connect }) {
      const socket = connect("/")
      await event(socket, "connect")
      socket.on("echo", () => {
        throw new Error("thrown by a listener")
      })
      socket.emit("echo")
      await event(socket, "echo", { first: true })
      return [await socket.emitWithAck("echo", "alive"), socket.connected]
    },
    expected: ["alive", true],
  },
}

/** On a server that recovers. */
const recoveryScenarios = {
  "a connection that is lost comes back to its session and to what it missed": {
    async run({ connect }) {
      const socket = connect("/", { reconnection: false, forceNew: true })
      const other = connect("/", { forceNew: true })
      await Promise.all([event(socket, "welcome"), event(other, "welcome")])
      const { id, recovered } = socket
      await socket.emitWithAck("join", "red")
      await socket.emitWithAck("remember", "Ada")
      await other.emitWithAck("watch")
      const heard = []
      for (const name of ["everyone", "shout", "echo"]) socket.on(name, (word) => heard.push(word))
      socket.emit("echo", "received")
      await event(socket, "echo")
      const sessions = []
      for (const round of [1, 2]) {
        // A session is there to come back to once its server has noticed that it was left.
        const lost = Promise.all([event(socket, "disconnect"), event(other, "left")])
        socket.io.engine.close()
        await lost
        other.emit("shout-all", "red", `to red ${round}`)
        other.emit("everyone", `to all ${round}`)
        await event(other, "everyone")
        const last = event(socket, "everyone")
        const connected = event(socket, "connect")
        socket.connect()
        await Promise.all([connected, last])
        sessions.push([socket.recovered, socket.id === id])
      }
      const recalled = await new Promise((resolve) => socket.emit("recall", (...args) => resolve(args)))
      return { recovered, sessions, recalled, heard }
    },
    expected: {
      recovered: false,
      sessions: [
        [true, true],
        [true, true],
      ],
      recalled: [true, "Ada"],
      heard: ["received", "to red 1", "to all 1", "to red 2", "to all 2"],
    },
  },

  "who said goodbye begins anew": {
    async run({ connect }) {
      const socket = connect("/", { forceNew: true })
      await event(socket, "welcome")
      const { id } = socket
      socket.disconnect()
      socket.connect()
      await event(socket, "connect")
      return [socket.recovered, socket.id === id]
    },
    expected: [false, false],
  },
}

export const rows = [...rowsOf(scenarios, {}), ...rowsOf(recoveryScenarios, { RECOVERY: "1" })]

function rowsOf(table, env) {
  return Object.entries(table).map(([title, { run, expected, throws }]) => ({
    title,
    ways: WAYS,
    server: { QUIET: "", ...env },
    run,
    throws,
    expected: { result: plain(expected) },
    wireVaries: "the rows of the sections look at the wire",
  }))
}

/** Waits for an event: its arguments. */
function event(socket, name, { first = false } = {}) {
  return new Promise((resolve) => {
    const done = (...args) => {
      socket.off(name, done)
      resolve(args)
    }
    // A listener that throws keeps those behind it from being called, in either client.
    if (first) socket.onAny((seen) => seen === name && resolve([]))
    else socket.on(name, done)
  })
}

/** Binary as numbers, to be compared. */
function readable(value) {
  if (value instanceof ArrayBuffer) return { bytes: [...new Uint8Array(value)] }
  if (ArrayBuffer.isView(value)) return { bytes: [...value] }
  if (Array.isArray(value)) return value.map(readable)
  if (!value || typeof value != "object") return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]))
}
