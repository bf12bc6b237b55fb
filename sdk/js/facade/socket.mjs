// One namespace on one connection: the user's handle. What it may do when is the core's to decide; here are the
// listeners, what waits for a connection, and the functions that wait for answers.

import { encode, sizeOf } from "./data.mjs"
import { Emitter, call, without } from "./emitter.mjs"
import { failure } from "./error.mjs"
import { isReserved } from "./words.mjs"

/** The types of packets. */
const CONNECT = 0
const DISCONNECT = 1
const EVENT = 2
const ACK = 3

const NO_FLAGS = {}

/** The most events that are kept before the server has let the socket in. One that sends more is broken. */
const MAX_EARLY_EVENTS = 10_000

/** The longest text that is taken for the place of an event. Real ones have 7 to 22 units. */
const MAX_OFFSET_UNITS = 128

export class Socket extends Emitter {
  connected = false
  recovered = false
  active = false
  sendBuffer = []
  receiveBuffer = []
  acks = new Map()
  ids = 0
  flags = NO_FLAGS
  queue_ = []
  any_ = { Any: [], AnyOutgoing: [] }

  constructor(manager, namespace, options = {}) {
    super()
    this.io = manager
    this.nsp = namespace
    this.auth = options.auth
    this.options_ = options
    this.connection_ = manager.connection_
    this.at_ = this.connection_.socket_(namespace, this)
    this.prefix_ = namespace == "/" ? "" : `${namespace},`
  }

  get disconnected() {
    return !this.connected
  }

  connect() {
    if (!this.connected) {
      if (!this.active) this.io.on("error", this.failed_).on("close", this.ended_)
      this.active = true
      this.connection_.later_(ACT.CONNECT, this.at_)
    }
    return this
  }

  disconnect() {
    this.leave_()
    if (this.connected) this.packet_(DISCONNECT)
    this.connection_.act_(ACT.DISCONNECT, this.at_)
    return this
  }

  emit(...args) {
    const [event] = args
    if (isReserved(event)) throw failure(`"${event}" is a reserved event name`, "ERR_RESERVED_EVENT")
    const { flags } = this
    this.flags = NO_FLAGS
    if (this.options_.retries && !flags.queued_ && !flags.volatile) return this.enqueue_(args, flags)
    const timeout = flags.timeout ?? this.options_.ackTimeout
    const packet = { type: EVENT, nsp: this.nsp, data: args, compress_: flags.compress }
    const listener = takeListener(args)
    if (listener) this.await_((packet.id = this.ids++), listener, flags.promise_, timeout)
    const { connection_ } = this
    const verdict = connection_.enter_(ACT.VERDICT, this.at_, flags.volatile)
    // Nobody hears of the end of a connection from within an emit.
    if (connection_.queue_.length) queueMicrotask(() => connection_.settle_())
    if (verdict > 1) this.send_(packet)
    else if (flags.queued_) this.putOff_(packet.id)
    else if (verdict) this.keep_(this.sendBuffer, packet)
    return this
  }

  emitWithAck(...args) {
    return new Promise((resolve, reject) => {
      this.flag_({ promise_: true }).emit(...args, (error, answer) => {
        error ? reject(error) : resolve(answer)
      })
    })
  }

  send(...args) {
    return this.emit("message", ...args)
  }

  get volatile() {
    return this.flag_({ volatile: true })
  }

  compress(compress) {
    return this.flag_({ compress })
  }

  timeout(timeout) {
    return this.flag_({ timeout })
  }

  flag_(flag) {
    this.flags = { ...this.flags, ...flag }
    return this
  }

  // What is kept.

  /** Bytes of what waits for a connection, and of what is sent until it is answered. */
  get bufferedBytes() {
    return [...this.sendBuffer, ...this.queue_].reduce((sum, packet) => sum + this.bytes_(packet), 0)
  }

  bytes_(packet) {
    const messages = () => [this.messages_(EVENT, packet.data, packet.id)].flat()
    return (packet.bytes_ ??= messages().reduce((sum, message) => sum + sizeOf(message), 0))
  }

  keep_(list, packet) {
    const { maxBufferedBytes } = this.io.opts
    if (maxBufferedBytes < Infinity && this.bufferedBytes + this.bytes_(packet) > maxBufferedBytes) {
      this.settled_(packet.id)
      throw failure(`maxBufferedBytes: more than ${maxBufferedBytes} wait`, "ERR_BUFFER_FULL")
    }
    list.push(packet)
  }

  send_({ data, id, compress_ }) {
    call(this.any_.AnyOutgoing, this, data)
    const messages = this.messages_(EVENT, data, id)
    // A listener, or a value that was asked what it is, may have left meanwhile.
    if (this.connected) this.connection_.send_(messages, compress_)
  }

  packet_(type, data, id) {
    this.connection_.send_(this.messages_(type, data, id))
  }

  messages_(type, data, id) {
    const { nsp } = this
    const { encoder_ } = this.connection_
    return encoder_
      ? encoder_.encode({ type, nsp, data, id }).map((it) => (typeof it == "string" ? `4${it}` : it))
      : encode(type, this.prefix_, id, data)
  }

  // Who waits for an answer.

  await_(id, listener_, errorFirst, timeout) {
    const waiting = { listener_, errorFirst_: errorFirst || timeout !== undefined }
    this.acks.set(id, waiting)
    if (timeout === undefined) return
    waiting.timer_ = this.connection_.start_(() => {
      this.sendBuffer = this.sendBuffer.filter((packet) => packet.id !== id)
      this.fail_(id, "operation has timed out", "ERR_ACK_TIMEOUT")
    }, timeout)
  }

  settled_(id) {
    const waiting = this.acks.get(id)
    this.acks.delete(id)
    this.connection_.stop_(waiting?.timer_)
    return waiting
  }

  fail_(id, message, code) {
    const waiting = this.settled_(id)
    if (waiting.errorFirst_) waiting.listener_.call(this, failure(message, code))
  }

  // What is sent until it is answered.

  enqueue_(args, flags) {
    const listener = takeListener(args)
    const entry = { tries_: 0, data: args, flags_: { ...flags, queued_: true, promise_: true } }
    entry.answer_ = (error, ...answer) => {
      // It may have been answered already.
      if (entry !== this.queue_[0]) return
      entry.sent_ = false
      // Without a time to answer in, the loss of a connection is no failure.
      const counts = (flags.timeout ?? this.options_.ackTimeout) !== undefined
      if (!error || (counts && entry.tries_ > this.options_.retries)) {
        this.queue_.shift()
        listener?.call(this, error, ...answer)
      }
      this.sendFirst_()
    }
    this.keep_(this.queue_, entry)
    this.sendFirst_()
    return this
  }

  sendFirst_() {
    const [first] = this.queue_
    if (!this.connected || !first || first.sent_) return
    first.sent_ = true
    first.tries_++
    this.flags = first.flags_
    this.emit(...first.data, first.answer_)
  }

  /** The first one cannot be sent now: that was no try. It is sent on the next connection. */
  putOff_(id) {
    this.settled_(id)
    const [first] = this.queue_
    first.sent_ = false
    first.tries_--
  }

  // What the core tells.

  told_(event, ...values) {
    if (event == "auth") this.authenticate_()
    else if (event == "connect_error") this.fire_(event, ...values)
    else this.ended_(...values)
  }

  /** The connection is gone, or the socket has left it. */
  ended_ = (...why) => {
    this.connected = false
    this.id = undefined
    this.receiveBuffer = []
    this.fire_("disconnect", ...why)
    const kept = new Set(this.sendBuffer.map(({ id }) => id))
    for (const id of [...this.acks.keys()]) {
      if (!kept.has(id)) this.fail_(id, "socket has been disconnected", "ERR_DISCONNECTED")
    }
  }

  /** The connection could not be made. */
  failed_ = (error) => {
    if (!this.connected) this.fire_("connect_error", error)
  }

  leave_() {
    this.active = false
    this.io.off("error", this.failed_).off("close", this.ended_)
  }

  authenticate_() {
    const { auth, pid_: pid, offset_: offset } = this
    const send = (data) => {
      if (this.connection_.enter_(ACT.AUTHENTICATED, this.at_)) this.packet_(CONNECT, pid ? { pid, offset, ...data } : data)
    }
    if (typeof auth != "function") return send(auth)
    const promise = auth.call(this, send)
    // What an async function throws is not ours to handle: the page hears of it.
    if (typeof promise?.then == "function") promise.then(send)
  }

  accepted_({ sid, pid }) {
    this.id = sid
    this.recovered = pid !== undefined && pid === this.pid_
    this.pid_ = pid
    this.connected = true
    for (const args of this.receiveBuffer) this.deliver_(args)
    this.receiveBuffer = []
    for (const packet of this.sendBuffer) this.send_(packet)
    this.sendBuffer = []
    if (this.queue_[0]) this.queue_[0].sent_ = false
    this.sendFirst_()
    this.fire_("connect")
  }

  refused_(answer) {
    const message = answer?.message ?? answer ?? "the server refused without a word"
    this.fire_("connect_error", failure(message, "ERR_REFUSED", { data: answer?.data }))
  }

  event_(args, ack) {
    // An event without data has no name: there is nobody to hand it to.
    if (!args) return
    if (ack >= 0) args.push(this.answer_(ack))
    if (this.connected) this.deliver_(args)
    else if (this.receiveBuffer.push(args) > MAX_EARLY_EVENTS) this.connection_.act_(ACT.BREAK)
  }

  deliver_(args) {
    call(this.any_.Any, this, args)
    const listeners = this.listeners_.get(args[0])
    if (listeners) call(listeners, this, args.slice(1))
    const last = args[args.length - 1]
    if (this.pid_ && args.length > 1 && typeof last == "string" && last.length <= MAX_OFFSET_UNITS) this.offset_ = last
  }

  /** The function that answers an event, once. */
  answer_(ack) {
    let answered
    return (...args) => {
      if (answered) return
      answered = true
      if (this.connected) this.packet_(ACK, args, ack)
    }
  }

  acked_(args, ack) {
    const waiting = args && this.settled_(ack)
    waiting?.listener_.apply(this, waiting.errorFirst_ ? [null, ...args] : args)
  }
}

const { prototype } = Socket
prototype.open = prototype.connect
prototype.close = prototype.disconnect

// Listeners for everything that comes, and for everything that leaves.
for (const suffix of ["Any", "AnyOutgoing"]) {
  const define = (name, change) => {
    prototype[name + suffix] = function (listener) {
      this.any_[suffix] = change(this.any_[suffix], listener)
      return this
    }
  }
  define("on", (list, listener) => [...list, listener])
  define("prepend", (list, listener) => [listener, ...list])
  define("off", (list, listener) => (listener ? without(list, listener) : []))
  prototype[`listeners${suffix}`] = function () {
    return this.any_[suffix]
  }
}

/** The function at the end, for the answer, if there is one. */
function takeListener(args) {
  return typeof args[args.length - 1] == "function" ? args.pop() : undefined
}
