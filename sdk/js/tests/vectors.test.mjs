// The golden vectors of the official codecs, which Rust's codec is held to as well, for the one in the facade.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { encode } from "../facade/data.mjs"
import { Decoder } from "../facade/decoder.mjs"

const file = new URL("../../../protocol/tests/vectors/packets.json", import.meta.url)
const { socketio_encode, socketio_decode } = JSON.parse(readFileSync(file, "utf8"))

/** Where the official decoder is accidental: see `protocol/tests/vectors.rs`. */
const ACCIDENTS = new Map([
  ["", { packets: [], error: "unknown packet type" }],
  ['2 ["a"]', { packets: [{ type: 2, nsp: "/", data: ["a"] }] }],
  ['51-["a",{"_placeholder":true,"num":0.5}]', { packets: [], error: "invalid payload" }],
])

/** The official decoder's words, as far as ours has the same. */
function wordsOf(error) {
  // A placeholder that points at nothing makes data that is no data.
  if (error === "illegal attachments") return "invalid payload"
  return error?.startsWith("unknown packet type") ? "unknown packet type" : error
}

test("packets are encoded as the official encoder does it", () => {
  assert.equal(socketio_encode.length, 29)
  for (const { packet, frames } of socketio_encode) {
    const { type, nsp, id, data } = withBytes(packet)
    const messages = encode(type, nsp == "/" ? "" : `${nsp},`, id, data)
    assert.deepEqual([messages].flat(), withBytes(frames).map((it) => (typeof it == "string" ? `4${it}` : it)))
  }
})

test("packets are decoded as the official decoder does it", () => {
  assert.equal(socketio_decode.length, 84)
  for (const { frames, ...official } of socketio_decode) {
    const { packets, error } = ACCIDENTS.get(frames[0]) ?? official
    const decoded = decode(withBytes(frames), error)
    assert.deepEqual(decoded.packets, withBytes(packets), JSON.stringify(frames))
    assert.equal(wordsOf(decoded.error), wordsOf(error), JSON.stringify(frames))
  }
})

test("a header over a bound is refused", () => {
  const bound = `0/${"a".repeat(511)}`
  assert.equal(decode([bound]).packets.length, 1)
  assert.equal(decode([`${bound}a`]).error, "namespace too long")
  assert.equal(decode([`0/${"\u00fc".repeat(256)}`]).error, "namespace too long")
  assert.equal(decode(["511-[]"]).error, "too many attachments")
  assert.equal(decode(['2184467440737095516159["a"]']).error, "invalid payload")
})

/** Data that has attachments is looked at when they are there: what is to be refused gets them. */
function decode(frames, complete) {
  const packets = []
  const decoder = new Decoder(({ type, nsp, id, data }) => {
    packets.push({ type: type > 4 ? type - 3 : type, nsp, ...(id !== undefined && { id }), ...(data !== undefined && { data }) })
  })
  try {
    for (const frame of frames) decoder.add(frame)
    while (complete && decoder.unfinished_) decoder.add(new Uint8Array())
  } catch (error) {
    return { packets, error: error.message }
  }
  return { packets }
}

/** `{ $bin }` is bytes, in hexadecimal. */
function withBytes(value) {
  if (typeof value?.$bin == "string") return new Uint8Array(Buffer.from(value.$bin, "hex"))
  if (Array.isArray(value)) return value.map(withBytes)
  if (!value || typeof value != "object") return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, withBytes(it)]))
}
