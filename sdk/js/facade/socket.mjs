// One namespace on one connection: the user's handle. What it may do when is the core's to decide; here are the
// listeners, and the functions that wait for answers.

import * as core from "./core.mjs"
import { encode } from "./data.mjs"
import { Emitter, remove } from "./emitter.mjs"
import { failure } from "./error.mjs"

export class Socket extends Emitter {
  connected = false
  recovered = false
  active = false
  flags_ = {}
  acks_ = new Map()
  keys_ = 0
  any_ = []
  anyOutgoing_ = []
  /** Counts the user's goodbyes: what arrived before one is not told after it. */
  visit_ = 0

  constructor(manager, namespace, options) {
    super()
    this.io = manager
    this.nsp = namespace
    this.auth = options?.auth
    this.ackTimeout_ = options?.ackTimeout
    this.connection_ = manager.connection_
    this.at_ = this.connection_.socket_(namespace, this)
  }

  get disconnected() {
    return !this.connected
  }

  connect() {
    if (this.connected) return this
    this.active = true
    this.connection_.later_(core.connect, this.at_)
    return this
  }

  disconnect() {
    this.visit_++
    this.active = false
    this.connection_.run_(core.disconnect, this.at_)
    return this
  }

  emit(event, ...args) {
    if (core.reservedEvents().includes(event)) {
      throw failure(`"${event}" is a reserved event name`, "ERR_RESERVED_EVENT")
    }
    const flags = this.flags_
    this.flags_ = {}
    const timeout = flags.timeout ?? this.ackTimeout_
    let key = -1
    if (typeof args[args.length - 1] == "function") {
      const listener_ = args.pop()
      key = this.keys_++
      this.acks_.set(key, { listener_, errorFirst_: flags.promise_ || timeout !== undefined })
    }
    const named = [event, ...args]
    const data = encode(named)
    if (this.anyOutgoing_.length) data.onsent_ = () => call(this.anyOutgoing_, this, named)
    this.connection_.emit_(this.at_, data, flags, key, timeout ?? -1)
    return this
  }

  emitWithAck(event, ...args) {
    return new Promise((resolve, reject) => {
      this.flags_.promise_ = true
      this.emit(event, ...args, (error, answer) => (error ? reject(error) : resolve(answer)))
    })
  }

  send(...args) {
    return this.emit("message", ...args)
  }

  get volatile() {
    this.flags_.volatile = true
    return this
  }

  compress(compress) {
    this.flags_.compress = compress
    return this
  }

  timeout(timeout) {
    this.flags_.timeout = timeout
    return this
  }

  onAny(listener) {
    this.any_.push(listener)
    return this
  }

  prependAny(listener) {
    this.any_.unshift(listener)
    return this
  }

  offAny(listener) {
    removeAny(this.any_, listener)
    return this
  }

  listenersAny() {
    return this.any_
  }

  onAnyOutgoing(listener) {
    this.anyOutgoing_.push(listener)
    return this
  }

  prependAnyOutgoing(listener) {
    this.anyOutgoing_.unshift(listener)
    return this
  }

  offAnyOutgoing(listener) {
    removeAny(this.anyOutgoing_, listener)
    return this
  }

  listenersAnyOutgoing() {
    return this.anyOutgoing_
  }

  // What the core tells.

  told_(event, value, details, active) {
    this.active = active
    if (event == "disconnect") {
      this.connected = false
      this.id = undefined
    }
    if (details !== undefined) this.fire_(event, value, details)
    else if (value !== undefined) this.fire_(event, value)
    else this.fire_(event)
  }

  authenticate_() {
    const send = (auth) => this.connection_.run_(core.authenticate, this.at_, auth === undefined ? auth : encode(auth))
    const { auth } = this
    if (typeof auth != "function") return send(auth)
    const promise = auth.call(this, send)
    // What an async function throws is not ours to handle: the page hears of it.
    if (typeof promise?.then == "function") promise.then(send)
  }

  joined_(id, recovered) {
    this.id = id
    this.recovered = recovered
    this.connected = true
  }

  event_(args, ack, visit) {
    if (visit != this.visit_) return
    if (ack >= 0) args.push(this.answer_(ack))
    call(this.any_, this, args)
    this.fire_(...args)
  }

  /** The function that answers an event, once. */
  answer_(ack) {
    let answered
    return (...args) => {
      if (answered) return
      answered = true
      this.connection_.run_(core.answer, this.at_, ack, encode(args))
    }
  }

  acked_(key, error, args) {
    const { listener_, errorFirst_ } = this.acks_.get(key)
    this.acks_.delete(key)
    if (!errorFirst_) error || listener_.apply(this, args)
    else if (error) listener_.call(this, error)
    else listener_.call(this, null, ...args)
  }
}

const { prototype } = Socket
prototype.open = prototype.connect
prototype.close = prototype.disconnect

function call(listeners, socket, args) {
  for (const listener of [...listeners]) listener.apply(socket, args)
}

/** Without a listener: all of them. */
function removeAny(listeners, listener) {
  if (listener) remove(listeners, listener)
  else listeners.length = 0
}
