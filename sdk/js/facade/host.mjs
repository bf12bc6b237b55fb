// What the core asks of JavaScript; `host.rs` is the other side. None of these calls back into the core, and none
// calls a listener of the user: what there is to tell is kept in the connection's queue until the core has been left.
// Only what the user put in the place of the browser's own, such as a `WebSocket` class, can run here. The build gives each the name by which the core imports it.

import { decode, encoder, shapeOf } from "./data.mjs"
import { memory } from "./core.mjs"
import { current, incoming } from "./connection.mjs"
import { failure, hintOf } from "./error.mjs"
import { transportNames } from "./transport.mjs"

const decoder = new TextDecoder()

/** What the core has put together for the user. */
export const stack = []

/** What the last message held. */
export let value

const strings = []

/** Text that is part of the core: it is always the same at its address. */
function fixed(address, length) {
  return (strings[address] ??= string(address, length))
}

function string(address, length) {
  return decoder.decode(memory().subarray(address, address + length))
}

export function setValue(data) {
  value = data
}

let skew = 0
let last = 0
let websocketWorks = 0

export const host = {
  // The message that is being received.

  custom_() {
    const connection = current
    const message = typeof incoming == "string" ? incoming.slice(1) : incoming
    tell(() => connection.decode_(message))
  },

  head_(address, units) {
    const view = memory()
    let named
    for (let at = 0; at < units; at++) {
      const unit = incoming.charCodeAt(at + 1)
      if (unit > 127) return encoder.encodeInto(incoming.slice(1, units), view.subarray(address, address + units * 3)).written
      view[address + at] = unit
      // Anything may stand in the name of a namespace, also what looks like JSON: it ends with a comma.
      if (unit == 0x2f) named = true
      if (unit == 0x2c) named = false
      if (isNaN(unit) || (!named && (unit == 0x5b || unit == 0x7b || unit == 0x22))) return at
    }
    return units
  },

  socket_: (address, length) => current.named_.get(string(address, length)) ?? -1,

  keep_() {
    current.kept_ = { text_: incoming, attachments_: [] }
  },

  attach_() {
    current.kept_.attachments_.push(incoming)
  },

  parse_(at) {
    const { kept_ } = current
    const text = kept_?.text_ ?? incoming
    current.kept_ = undefined
    value = at < text.length ? decode(text.slice(at), kept_?.attachments_) : undefined
    return shapeOf(value)
  },

  number_(address, length) {
    const it = value[fixed(address, length)]
    return typeof it == "number" ? it : NaN
  },

  session_() {
    const { sid } = value
    if (typeof sid != "string") return 0
    current.engine_.handshake_(value)
    return sid.length
  },

  offers_: (kind) => (Array.isArray(value.upgrades) && value.upgrades.includes(transportNames[kind]) ? 1 : 0),

  accepts_: () => (value?.sid && typeof value.sid == "string" ? 1 : 0),

  // What has to be told to sockets about that value.

  tellAccepted_(at) {
    tellSocket(at, 0, -1, (socket, data) => socket.accepted_(data))
  },

  leave_(at) {
    current.sockets_[at].leave_()
  },

  tellRefused_(at) {
    tellSocket(at, 4, -1, (socket, data) => socket.refused_(data))
  },

  tellEvent_(at, ack) {
    tellSocket(at, 2, ack, (socket, data) => socket.event_(data, ack))
  },

  tellAck_(at, ack) {
    tellSocket(at, 3, ack, (socket, data) => socket.acked_(data, ack))
  },

  // The world.

  /** The wall clock counts while a laptop sleeps; when somebody sets it back, time goes on from where it was. */
  now_() {
    const now = Date.now()
    if (now + skew < last) skew = last - now
    return (last = now + skew)
  },

  wake_(millis) {
    current.wake_(millis)
  },

  open_(id, kind, joins) {
    current.openTransport_(id, transportNames[kind], joins)
  },

  poll_(id) {
    current.transports_.get(id).poll_()
  },

  pong_(id) {
    current.transports_.get(id).engine_.waiting_.push({ data_: "3" })
  },

  write_: (id) => current.transports_.get(id).writeWaiting_(),

  control_(id, upgrade) {
    const transport = current.transports_.get(id)
    transport.write_(upgrade ? "5" : "2probe")
    transport.flush_()
  },

  close_(id, farewell) {
    current.closeTransport_(id, farewell)
  },

  remember_(works) {
    if (works >= 0) websocketWorks = works
    return current.options_.rememberUpgrade ? websocketWorks : 0
  },

  // What there is to tell.

  text_(address, length) {
    stack.push(fixed(address, length))
  },

  numeral_(value) {
    stack.push(value)
  },

  failure_() {
    const [message, code, description] = stack.splice(-3)
    const error = failure(message, code)
    if (code == "ERR_BAD_SERVER") error.hint = hintOf("other")
    if (description >= 0) Object.assign(error, { type: "TransportError", description }, current.cause_)
    stack.push(error)
  },

  details_() {
    stack.push({ description: stack.pop(), ...current.cause_ })
  },

  broken_() {
    current.broken_ = failure(stack.pop(), "ERR_BAD_SERVER")
  },

  tell_(target, address, length) {
    const event = fixed(address, length)
    // It follows every write.
    if (event == "drain" && !current.engine_.hasListeners(event)) return
    const values = stack.splice(0)
    const { engine_, manager_, sockets_, broken_, cause_ } = current
    if (broken_ && values[0] == "parse error") values.push(broken_)
    if (event == "upgradeError") explain(values[0], cause_)
    const listener = target >= 0 ? sockets_[target] : target == -1 ? engine_ : manager_
    tell(() => listener.told_(event, ...values))
  },
}

/** Why a probe failed, in the words of engine.io-client. */
function explain(error, cause) {
  error.transport = "websocket"
  if (cause) error.message += cause.context ? ": transport closed" : ": Error: websocket error"
}

function tell(what) {
  current.queue_.push(what)
}

function tellSocket(at, type, id, what) {
  const data = value
  const socket = current.sockets_[at]
  const { manager_ } = current
  tell(() => {
    manager_.packet_(socket, type, id, data)
    what(socket, data)
  })
}
