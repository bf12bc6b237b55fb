// Recovery of sessions, on the client's side.

import { one, shutDetails } from "./words.mjs"

const RECOVERING = { server: { RECOVERY: "1" }, offsets: true }

/** A server that says what a row wants about sessions. */
const scripted = (answer) => ({ replies: { 40: answer } })

const by = (rows) => rows

export const rows = by([
  {
    title: "A.18 a session is taken up with its pid and the last offset, and what was missed precedes connect",
    script: scripted('40{"sid":"socket-1","pid":"private-1"}'),
    async run({ connect, trace, told, wire, say }) {
      const socket = trace(connect("/", { auth: { token: 1 } }), ["connect", "disconnect", "a"])
      socket.on("connect", () => say("state", socket.id, socket.recovered))
      await told("state")
      await wire.polled()
      await wire.inject('42["a",1,"offset-1"]')
      await told("a")
      await wire.polled()
      await wire.lose("out", "40")
      await wire.shut()
      await wire.seen("out", '40{"pid"')
      await wire.polled()
      await wire.inject('42["a",2,"offset-2"]', '40{"sid":"socket-1","pid":"private-1"}')
      await told("state", 2)
    },
    expected: {
      log: (way) => [
        ["connect"],
        ["state", "socket-1", false],
        ["a", 1, "offset-1"],
        ["disconnect", "transport close", shutDetails(way)],
        ["a", 2, "offset-2"],
        ["connect"],
        ["state", "socket-1", true],
      ],
      wire: [{ out: ['40{"token":1}'] }, { out: ['40{"pid":"<pid>","offset":"<offset>","token":1}'] }],
    },
  },
  {
    title: "A.18 without an event yet there is no offset",
    script: scripted('40{"sid":"socket-1","pid":"private-1"}'),
    async run({ connect, trace, told, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["connect"])
      await wire.polled()
      await wire.shut()
      await told("connect")
      return socket.recovered
    },
    expected: { result: true, wire: [{ out: ["40"] }, { out: ['40{"pid":"<pid>"}'] }] },
  },
  {
    title: "A.18 another pid is another session",
    script: scripted('40{"sid":"socket-1","pid":"private-1"}'),
    async run({ connect, trace, told, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["connect"])
      await wire.polled()
      await wire.lose("out", "40")
      await wire.shut()
      await wire.seen("out", "40", 2)
      await wire.polled()
      await wire.inject('40{"sid":"socket-2","pid":"private-2"}')
      await told("connect")
      return [socket.recovered, socket.id]
    },
    expected: { result: [false, "socket-2"] },
  },
  {
    title: "A.18 only a text that comes last is an offset",
    script: scripted('40{"sid":"socket-1","pid":"private-1"}'),
    async run({ connect, trace, told, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["connect", "a"])
      await wire.polled()
      await wire.inject('42["a","offset-1"]', '42["a",1]', '42["a",{"x":1}]')
      await told("a", 3)
      await wire.polled()
      await wire.shut()
      await told("connect")
    },
    expected: { wire: [{ out: ["40"] }, { out: ['40{"pid":"<pid>","offset":"<offset>"}'] }] },
  },
  {
    title: "A.18 without a pid nothing is remembered",
    script: scripted('40{"sid":"socket-1"}'),
    async run({ connect, trace, told, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["connect", "a"])
      await wire.polled()
      await wire.inject('42["a","offset-1"]')
      await told("a")
      await wire.polled()
      await wire.shut()
      await told("connect")
      return Boolean(socket.recovered)
    },
    expected: { result: false, wire: [{ out: ["40"] }, { out: ["40"] }] },
  },
  {
    title: "A.18 auth goes before what is remembered",
    script: scripted('40{"sid":"socket-1","pid":"private-1"}'),
    async run({ connect, trace, told, wire, once }) {
      const socket = connect("/", { auth: { pid: "mine" } })
      await once(socket, "connect")
      trace(socket, ["connect"])
      await wire.polled()
      await wire.shut()
      await told("connect")
    },
    expected: { wire: [{ out: ['40{"pid":"mine"}'] }, { out: ['40{"pid":"mine"}'] }] },
  },
  {
    title: "A.18 a server that recovers gives back id and what was missed",
    ...RECOVERING,
    async run({ connect, trace, told, wire, once, say }) {
      const other = connect("/", { forceNew: true })
      const socket = connect("/", { forceNew: true, reconnection: false, auth: { who: "me" } })
      await Promise.all([once(other, "connect"), once(socket, "connect")])
      await other.emitWithAck("watch")
      const { id } = socket
      socket.on("echo", (word) => say("echo", word))
      socket.on("everyone", (word) => say("everyone", word))
      socket.emit("echo", 1)
      await told("echo")
      // A session is there to come back to once its server has noticed that it was left. Another row's may be left late.
      const left = new Promise((resolve) => other.on("left", (who) => who === id && resolve()))
      const lost = Promise.all([once(socket, "disconnect"), left])
      socket.io.engine.close()
      await lost
      const gone = once(other, "everyone")
      other.emit("everyone", "missed")
      await gone
      socket.connect()
      await told("everyone")
      return [socket.recovered, socket.id === id]
    },
    wireVaries: "two connections are opened at once",
    expected: { log: [["echo", 1], ["everyone", "missed"]], result: [true, true] },
  },
  {
    title: "A.18 who says goodbye begins anew",
    ...RECOVERING,
    async run({ connect, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit("echo", 1)
      await once(socket, "echo")
      const { id } = socket
      socket.disconnect()
      await wire.ended()
      socket.connect()
      await once(socket, "connect")
      return [socket.recovered, socket.id === id]
    },
    expected: { result: [false, false] },
  },
  {
    title: "A.18 a server that recovers sends an offset with every event",
    ...RECOVERING,
    async run({ connect, once }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit("echo", 1)
      const args = await once(socket, "echo")
      return [args.length, typeof args[1]]
    },
    expected: {
      result: [2, "string"],
      wire: one(["40", '42["echo",1]'], ["0", '40{"sid":"<sid>","pid":"<pid>"}', '42["echo",1,"<offset>"]']),
    },
  },
])
