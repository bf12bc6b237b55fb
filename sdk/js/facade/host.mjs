// What the core asks of JavaScript; `host.rs` is the other side. None of these calls back into the core, and none
// runs code of the user: what there is to tell is kept in the connection's queue until the core has been left.

import { INVALID, bytesOf, decode, encode } from "./data.mjs"
import { memory, reservedEvents } from "./core.mjs"
import { current } from "./connection.mjs"

export { failure, refusal } from "./error.mjs"
export { fromBase64, toBase64 } from "./data.mjs"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

// Text.

export function text(address, length) {
  return decoder.decode(memory().subarray(address, address + length))
}

export function length(value) {
  return typeof value == "string" ? value.length : -1
}

export function head(text, from, address, units, stop) {
  const view = memory()
  const end = Math.min(text.length - from, units)
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(from + at)
    if (unit > 127) return encoder.encodeInto(text.substr(from, units), view.subarray(address, address + units * 3)).written
    view[address + at] = unit
    if (stop && (unit == 0x5b || unit == 0x7b || unit == 0x22)) return at + 1
  }
  return Math.max(end, 0)
}

export function join(before, first, second, after) {
  return (before ?? "") + character(first) + character(second) + after
}

function character(code) {
  return code < 0 ? "" : String.fromCharCode(code)
}

export function split(text, code) {
  return text.split(character(code))
}

export function bytes(value) {
  return typeof value == "string" ? encoder.encode(value).length : value.byteLength
}

// Values.

export function item(array, at) {
  return array?.[at]
}

export function list() {
  return []
}

export function push(array, value) {
  array.push(value)
}

export function field(value, name) {
  return value?.[name]
}

export function number(value) {
  return typeof value == "number" ? value : NaN
}

export function numeral(value) {
  return value
}

export function details(description) {
  return { description }
}

export function parse(text, from, bytes, attachments) {
  for (; bytes > 0; from++) {
    const unit = text.charCodeAt(from)
    // A character of four bytes is two units.
    bytes -= unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) == 0xd800 ? 2 : 3
  }
  return from < text.length ? decode(text.slice(from), attachments) : undefined
}

export function shape(value) {
  if (value === undefined) return 0
  if (value === INVALID) return 1
  if (typeof value == "string") return 3
  if (!value || typeof value != "object") return 4
  if (!Array.isArray(value)) return 2
  if (!value.length) return 5
  const name = value[0]
  if (typeof name == "string") return 9 + reservedEvents().indexOf(name)
  return typeof name == "number" ? 6 : 7
}

export function attachments(data) {
  return data?.attachments_.length ?? 0
}

export function attachment(data, at) {
  return data.attachments_[at]
}

export function seal(header, data) {
  if (!data) return header
  if (data.onsent_) current.queue_.push(data.onsent_)
  return header + data.json_
}

/** What stands first is the event's name. A longer text is the user's. */
export function offset(event) {
  const last = event.length > 1 && event[event.length - 1]
  return last?.length > 128 ? undefined : last
}

export function rejoin(auth, pid, offset) {
  return encode({ pid, offset, ...(auth?.json_ && JSON.parse(auth.json_)) })
}

// The world.

let skew = 0
let last = 0

/** The wall clock counts while a laptop sleeps; when somebody sets it back, time goes on from where it was. */
export function now() {
  const now = Date.now()
  if (now + skew < last) skew = last - now
  return (last = now + skew)
}

export function wake(millis) {
  current.wake_(millis)
}

export function openTransport(id, name, protocol, sid) {
  current.openTransport_(id, name, protocol, sid)
}

export function joinSession(id, sid) {
  const transport = current.transports_.get(id)
  if (transport) transport.target_.sid = sid
}

export function poll(id) {
  current.transports_.get(id).poll_()
}

export function post(id, body) {
  current.transports_.get(id).post_(body)
}

export function frame(id, data) {
  current.transports_.get(id).send_(data)
}

export function taken(id) {
  current.taken_(id)
}

export function closeTransport(id) {
  current.closeTransport_(id)
}

// What there is to tell.

function tell(what) {
  current.queue_.push(what)
}

export function tellManager(event, value, details) {
  const { manager_ } = current
  tell(() => manager_.told_(event, value, details))
}

export function tellEngine(event, value) {
  const { engine_ } = current
  tell(() => engine_.told_(event, value))
}

export function tellSocket(at, event, value, details, active) {
  const socket = current.sockets_[at]
  tell(() => socket.told_(event, value, details, active > 0))
}

export function tellAuthenticate(at) {
  const socket = current.sockets_[at]
  tell(() => socket.authenticate_())
}

export function tellJoined(at, sid, recovered) {
  const socket = current.sockets_[at]
  tell(() => socket.joined_(sid, recovered > 0))
}

export function tellEvent(at, args, ack) {
  const socket = current.sockets_[at]
  const { visit_ } = socket
  tell(() => socket.event_(args, ack, visit_))
}

export function tellAck(at, key, error, args) {
  const socket = current.sockets_[at]
  tell(() => socket.acked_(key, error, args))
}
