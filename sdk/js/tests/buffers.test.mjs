// What a socket keeps while it cannot send, or until it is answered: it can be counted and bounded, and what was accepted
// is sent.

import assert from "node:assert/strict"
import { join } from "node:path"
import { after, afterEach, before, test } from "node:test"
import { pathToFileURL } from "node:url"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"

const LIMIT_MS = 5000
const LIMITED = { timeout: LIMIT_MS }

let installed, server, io
const opened = []
before(async () => {
  installed = installPackage()
  server = await servers["socket.io"]({ QUIET: "1" })
  ;({ io } = await import(pathToFileURL(join(installed.dist, "node.mjs"))))
})
afterEach(() => opened.splice(0).forEach((socket) => socket.disconnect()))
after(async () => {
  await server?.stop()
  installed?.remove()
})

/** A socket that does not connect before it is told to. */
function idle(options) {
  const socket = io(server.url, { autoConnect: false, forceNew: true, transports: ["polling"], ...options })
  opened.push(socket)
  return socket
}

const utf8 = (text) => Buffer.byteLength(text)

test("bufferedBytes are those of what is kept, as UTF-8 and binary", () => {
  const socket = idle()
  const texts = ['42["a","b"]', '42["ä","😀"]', '420["a"]']
  const binary = '451-["a",{"_placeholder":true,"num":0}]'
  const counts = [socket.bufferedBytes]
  const emit = (...args) => counts.push(socket.emit(...args).bufferedBytes)
  emit("a", "b")
  emit("ä", "😀")
  emit("a", () => {})
  emit("a", new Uint16Array(3))
  const steps = [0, ...texts.map(utf8), utf8(binary) + 6]
  assert.deepEqual(counts, steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, bytes) => sum + bytes)))
  assert.ok(utf8(texts[1]) > texts[1].length)
})

test("bufferedBytes are those that a parser makes", () => {
  class Encoder {
    encode = ({ data }) => [data.join(""), new Uint8Array(5)]
  }
  class Decoder {
    on() {}
  }
  const socket = idle({ parser: { Encoder, Decoder } })
  // JSON could not hold it.
  assert.equal(socket.emit("a", 10n).bufferedBytes, utf8("4a10") + 5)
})

test("with retries bufferedBytes count what is not answered yet", LIMITED, async () => {
  const socket = idle({ retries: 3, ackTimeout: LIMIT_MS })
  const bytes = utf8('42["echo","ü"]')
  assert.equal(socket.emit("echo", "ü").emit("echo", "ü").bufferedBytes, 2 * bytes)
  assert.equal(socket.sendBuffer.length, 0)
  const last = socket.emitWithAck("echo", "ü")
  assert.equal(socket.bufferedBytes, 3 * bytes)
  socket.connect()
  assert.equal(await last, "ü")
  assert.equal(socket.bufferedBytes, 0)
})

const KINDS = { "without retries": {}, "with retries": { retries: 3, ackTimeout: LIMIT_MS } }

for (const [kind, options] of Object.entries(KINDS)) {
  /** A socket with room for three of these, and not for a fourth. */
  const bounded = () => idle({ ...options, maxBufferedBytes: 3.5 * utf8('42["echo",1]') })

  test(`with maxBufferedBytes what has no room is refused, and what was accepted is sent (${kind})`, LIMITED, async () => {
    const socket = bounded()
    const sent = []
    socket.onAnyOutgoing((event, value) => sent.push(value))
    const accepted = [1, 2, 3].map((value) => socket.emitWithAck("echo", value))
    const full = socket.bufferedBytes
    assert.throws(() => socket.emit("echo", 4), { code: "ERR_BUFFER_FULL" })
    assert.equal(socket.bufferedBytes, full)
    socket.connect()
    assert.deepEqual(await Promise.all(accepted), [1, 2, 3])
    // There is room again.
    assert.equal(await socket.emitWithAck("echo", 5), 5)
    assert.deepEqual(sent, [1, 2, 3, 5])
  })

  test(`with maxBufferedBytes emitWithAck rejects what has no room (${kind})`, async () => {
    const socket = bounded()
    await assert.rejects(socket.emitWithAck("echo", "x".repeat(100)), { code: "ERR_BUFFER_FULL" })
    await assert.rejects(socket.timeout(1).emitWithAck("echo", "x".repeat(100)), { code: "ERR_BUFFER_FULL" })
    assert.deepEqual([socket.bufferedBytes, socket.acks.size], [0, 0])
  })

  test(`with maxBufferedBytes a volatile event is dropped, and not refused (${kind})`, () => {
    const socket = bounded()
    for (const value of [1, 2, 3]) socket.emit("echo", value)
    const full = socket.bufferedBytes
    assert.equal(socket.volatile.emit("echo", "x".repeat(100)).bufferedBytes, full)
  })
}

test("an event that has waited too long makes room", async () => {
  const socket = idle()
  await assert.rejects(socket.timeout(1).emitWithAck("echo", 1), { code: "ERR_ACK_TIMEOUT" })
  assert.equal(socket.bufferedBytes, 0)
})
