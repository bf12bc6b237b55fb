// What must hold whatever code of the user does in the middle of things. The server is a mock of a WebSocket: each test
// says what it answers.

import assert from "node:assert/strict"
import { once } from "node:events"
import { after, before, test } from "node:test"
import { installPackage } from "./support/package.mjs"

const opened = []

const HEARTBEAT = '"pingInterval":25000,"pingTimeout":20000'

/** It opens and lets every namespace in; the rest is what the test says. */
class Mock {
  static heartbeat = HEARTBEAT
  static refusals = 0
  sent = []
  constructor() {
    opened.push(this)
    const refused = Mock.refusals-- > 0
    queueMicrotask(() => {
      if (refused) return this.onerror?.({})
      this.onopen?.({})
      this.say(`0{"sid":"s","upgrades":[],${Mock.heartbeat},"maxPayload":1000000}`)
    })
  }
  send(frame) {
    if (this.closed) return
    this.sent.push(frame)
    const [, namespace = ""] = /^40(\/\w+,)?/.exec(frame) ?? []
    if (frame.startsWith("40")) queueMicrotask(() => this.say(`40${namespace}{"sid":"x"}`))
    this.answers?.(frame)
  }
  say(data) {
    this.onmessage?.({ data })
  }
  cut() {
    this.onclose?.({})
  }
  close() {
    this.closed = true
  }
}

let installed, io
before(async () => {
  installed = installPackage()
  globalThis.WebSocket = Mock
  ;({ io } = await import(`${installed.dist}/index.mjs`))
})
after(() => installed?.remove())

async function connected(options) {
  const socket = io("http://mock", { transports: ["websocket"], forceNew: true, reconnectionDelay: 1, ...options })
  await once(socket, "connect")
  return { socket, wire: opened.at(-1) }
}

test("a WebSocket class may use its connection while it is made, written to and closed", async () => {
  const heard = []
  let socket
  let meddles = true
  class Meddler extends Mock {
    constructor() {
      super()
      socket.emit("made")
    }
    send(frame) {
      super.send(frame)
      if (frame === '42["ask"]') {
        this.say('42["at once"]')
        socket.emit("answered")
      }
    }
    close() {
      super.close()
      if (!meddles) return
      socket.emit("closed")
      socket.connect()
    }
  }
  globalThis.WebSocket = Meddler
  try {
    socket = io("http://mock", { transports: ["websocket"], forceNew: true, autoConnect: false, reconnectionDelay: 1 })
    socket.on("at once", () => heard.push("at once"))
    socket.connect()
    await once(socket, "connect")
    const first = opened.at(-1)
    socket.emit("ask")
    assert.deepEqual(heard, ["at once"])
    assert.deepEqual(first.sent, ["40", '42["made"]', '42["ask"]', '42["answered"]'])
    socket.io.engine.close()
    await once(socket, "connect")
    assert.notEqual(opened.at(-1), first)
    assert.deepEqual(opened.at(-1).sent.slice(0, 2), ["40", '42["closed"]'])
  } finally {
    globalThis.WebSocket = Mock
    meddles = false
    socket.disconnect()
  }
})

test("an emit that throws leaves the connection as it was", async () => {
  const { socket, wire } = await connected()
  assert.throws(() => socket.emit("a", 1n), TypeError)
  assert.throws(() => socket.onAnyOutgoing(() => { throw new Error("no") }).emit("a"), /no/)
  socket.offAnyOutgoing()
  wire.say("2")
  socket.emit("b")
  await turn()
  assert.deepEqual(wire.sent, ["40", "3", '42["b"]'])
  socket.disconnect()
  await turn()
  assert(wire.closed)
})

test("nothing is sent behind a goodbye that a value says while it is written", async () => {
  const { socket, wire } = await connected()
  const other = socket.io.socket("/other")
  await once(other, "connect")
  socket.emit("a", { toJSON: () => socket.disconnect() && 1 })
  await turn()
  assert.deepEqual(wire.sent, ["40", "40/other,", "41"])
  other.disconnect()
})

test("what is emitted after the heartbeat has expired is answered on the next connection", async () => {
  Mock.heartbeat = '"pingInterval":10,"pingTimeout":10'
  const { socket } = await connected()
  Mock.heartbeat = HEARTBEAT
  const until = Date.now() + 60
  while (Date.now() < until);
  const told = []
  socket.on("disconnect", (reason) => told.push(reason))
  const answer = socket.emitWithAck("a")
  assert.deepEqual(told, [], "nobody hears of it from within the emit")
  await once(socket, "connect")
  const wire = opened.at(-1)
  assert.deepEqual(wire.sent, ["40", '420["a"]'])
  wire.say('430["ok"]')
  assert.equal(await answer, "ok")
  assert.deepEqual(told, ["ping timeout"])
  socket.disconnect()
})

test("what is sent until it is answered is sent once on each connection, and answered once", async () => {
  const { socket: other, wire } = await connected()
  const socket = other.io.socket("/third", { retries: 3 })
  await once(socket, "connect")
  const answers = []
  const ask = (word) => socket.emit(word, (error, answer) => answers.push([word, error, answer]))
  // The other namespace is older, and hears of the end first, while this one still looks connected.
  other.on("disconnect", () => ask("a"))
  wire.cut()
  await once(socket, "connect")
  ask("b")
  const next = opened.at(-1)
  await turn()
  const events = () => next.sent.filter((frame) => frame.startsWith("42"))
  assert.deepEqual(events(), ['42/third,1["a"]'])
  next.say('43/third,1["1"]')
  next.say('43/third,1["again"]')
  await turn()
  assert.deepEqual(events(), ['42/third,1["a"]', '42/third,2["b"]'])
  next.say('43/third,2["2"]')
  assert.deepEqual(answers, [["a", null, "1"], ["b", null, "2"]])
  other.disconnect()
  socket.disconnect()
})

test("a callback of open bounds one attempt, and no later ones", async () => {
  const socket = io("http://mock", { transports: ["websocket"], forceNew: true, autoConnect: false, reconnectionDelay: 1 })
  const told = []
  socket.io.open((error) => told.push(error))
  socket.connect()
  await once(socket, "connect")
  Mock.refusals = 2
  opened.at(-1).cut()
  await once(socket, "connect")
  assert.deepEqual(told, [undefined])
  socket.disconnect()
})

test("listeners of one event all hear of it before anybody hears of the next", async () => {
  const told = []
  const { socket, wire } = await connected({ reconnection: false })
  socket.io.on("close", () => {
    told.push("close")
    socket.emit("kept")
  })
  socket.io.on("close", () => told.push("close too"))
  socket.io.engine.on("close", () => told.push("engine close"))
  wire.cut()
  assert.deepEqual(told, ["close", "close too", "engine close"])
})

test("with forceBase64 a goodbye comes behind what was emitted before it", async () => {
  const { socket, wire } = await connected({ forceBase64: true })
  socket.emit("a", new Uint8Array([1]))
  socket.disconnect()
  await turn()
  assert.deepEqual(wire.sent, ["40", '451-["a",{"_placeholder":true,"num":0}]', "bAQ==", "41"])
  assert(wire.closed)
})

test("without transports there is nothing to close, and nobody falls over it", async () => {
  const socket = io("http://mock", { transports: [], forceNew: true, reconnection: false })
  const [error] = await once(socket, "connect_error")
  assert.equal(error.code, "ERR_NO_TRANSPORTS")
  socket.disconnect()
  await turn()
})

/** A task of its own, behind every microtask. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve))
}
