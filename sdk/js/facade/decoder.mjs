// Packets of Socket.IO, out of the messages in which they come: the header of a text, and the attachments behind it. It
// stands where a parser of the user's may stand, and refuses what the protocol's own decoder refuses.

import { sizeOf } from "./data.mjs"
import { failure } from "./error.mjs"
import { isReserved } from "./words.mjs"

/** As in the protocol's `limits.rs`. */
const MAX_ATTACHMENTS = 10
const MAX_NAMESPACE_BYTES = 512

const MAX_ID = 2 ** 64

/** The type, the count of attachments, the namespace with the comma that ends it, the id. */
const HEADER = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)/

export class Decoder {
  constructor(decoded) {
    this.decoded_ = decoded
  }

  /** A message came. */
  add(message) {
    let packet = this.unfinished_
    this.unfinished_ = undefined
    if (typeof message == "string") {
      if (packet) refuse("got plaintext data when reconstructing a packet")
      packet = read(message)
    } else {
      if (!packet) refuse("got binary data when not reconstructing a packet")
      packet.attachments_.push(message)
    }
    if (packet.attachments_.length < packet.count_) this.unfinished_ = packet
    else this.decoded_(whole(packet))
  }

  /** What was half received came over another connection. */
  destroy() {
    this.unfinished_ = undefined
  }
}

/** The packet that a text begins, without its data. */
function read(text) {
  // As most do.
  if (text.startsWith("2[")) return { type: 2, nsp: "/", attachments_: [], json_: text.slice(1) }
  const [header, digit, count_, nsp = "/", id] = HEADER.exec(text) ?? refuse("unknown packet type: expected a digit from 0 to 6")
  const binary = digit > 4
  if (binary ? !(count_ > 0) : count_) refuse("Illegal attachments")
  if (count_ > MAX_ATTACHMENTS) refuse("too many attachments")
  // A unit has three bytes at most.
  if (nsp.length * 3 > MAX_NAMESPACE_BYTES && sizeOf(nsp) > MAX_NAMESPACE_BYTES) refuse("namespace too long")
  if (id > MAX_ID) refuse("invalid payload")
  return { type: +digit, nsp, id: id ? +id : undefined, count_, attachments_: [], json_: text.slice(header.length) }
}

/** The packet with its data, the attachments in their places. */
function whole({ type, nsp, id, json_, attachments_ }) {
  const data = json_ ? parse(json_, attachments_) : undefined
  if (json_ && !fits(type, data)) refuse("invalid payload")
  return { type, nsp, id, data }
}

function parse(json, attachments) {
  const attach = (_, value) => {
    if (value?._placeholder !== true) return value
    if (typeof value.num != "number" || !(value.num in attachments)) throw 0
    return attachments[value.num]
  }
  try {
    return attachments.length ? JSON.parse(json, attach) : JSON.parse(json)
  } catch {
    // It fits no packet.
  }
}

/** Whether a packet of that type may hold such data: the table of the protocol. */
function fits(type, data) {
  const list = Array.isArray(data)
  const object = data && typeof data == "object" && !list
  const name = list && data[0]
  if (type == 2 || type == 5) return typeof name == "number" || (typeof name == "string" && !isReserved(name))
  if (type == 4) return object || typeof data == "string"
  return type == 0 ? object : type > 1 && list
}

function refuse(message) {
  throw failure(message, "ERR_BAD_SERVER")
}
