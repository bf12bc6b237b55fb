// What JavaScript asks of the core, and the way back. The core is entered for one connection at a time: `current`.
// When it has been left, what it had to tell is told, in order. A listener that throws does not keep the others from
// being told: its error is thrown on its own.

import * as core from "./core.mjs"
import { Engine } from "./engine.mjs"
import { PollingTransport, WebSocketTransport } from "./transport.mjs"

/** The connection that the core is at work for. */
export let current

/** Longer than that, and browsers take a timer for a short one. It is harmless to wake early. */
const MAX_TIMER_MS = 2 ** 31 - 1

// A connection holds no place in the core once nobody can reach it.
const freed = new FinalizationRegistry((place) => core.free(place, 0))

const VOLATILE = 1
const COMPRESS = 2

export class Connection {
  queue_ = []
  sockets_ = []
  transports_ = new Map()

  constructor(manager, address, options) {
    this.manager_ = manager
    this.address_ = address
    this.options_ = options
    const { transports, upgrade, timeout, forceBase64 } = options
    core.load()
    const seed = Math.random() + Date.now()
    this.place_ = core.create(
      transports,
      upgrade === false ? 0 : 1,
      timeout === false ? -1 : timeout,
      seed,
      forceBase64 ? 1 : 0,
    )
    freed.register(this, this.place_)
  }

  // What the user wants.

  socket_(namespace, socket) {
    const at = this.run_(core.socket, namespace)
    this.sockets_[at] = socket
    return at
  }

  reconnection_(...settings) {
    this.run_(core.reconnection, ...settings)
  }

  emit_(socket, data, flags, key, timeout) {
    current = this
    const bits = (flags.volatile ? VOLATILE : 0) | (flags.compress === false ? 0 : COMPRESS)
    core.emit(this.place_, socket, data, bits, key, timeout)
    this.settle_()
  }

  /** Nobody is listening yet when `io()` connects: what there is to tell has to wait for its caller. */
  later_(method, ...args) {
    current = this
    method(this.place_, ...args)
    queueMicrotask(() => this.settle_())
  }

  run_(method, ...args) {
    current = this
    const result = method(this.place_, ...args)
    this.settle_()
    return result
  }

  settle_() {
    let tell
    while ((tell = this.queue_.shift())) {
      try {
        tell()
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  // What the core wants.

  wake_(millis) {
    clearTimeout(this.timer_)
    if (millis >= 0) this.timer_ = setTimeout(() => this.run_(core.timeout), Math.min(millis, MAX_TIMER_MS))
  }

  openTransport_(id, name, protocol, sid) {
    const { path, query, transportOptions, ...rest } = this.options_
    const own = transportOptions?.[name]
    const options = { path, ...rest, ...own, query: { ...query, ...own?.query } }
    const polling = name == "polling"
    const scheme = polling ? "http" : "ws"
    const target = { scheme, address: this.address_, name, protocol, sid, options }
    this.transports_.set(id, new (polling ? PollingTransport : WebSocketTransport)(this, id, target))
    if (!sid) this.engine_ = this.manager_.engine = new Engine(this, name)
  }

  taken_(id) {
    queueMicrotask(() => this.sent_(id))
  }

  closeTransport_(id) {
    this.transports_.get(id)?.close_()
    this.transports_.delete(id)
  }

  // What transports report.

  opened_(id) {
    this.run_(core.opened, id)
  }

  received_(id, data) {
    this.run_(typeof data == "string" ? core.text : core.binary, id, data)
  }

  polled_(id, body) {
    this.run_(core.polled, id, body)
  }

  sent_(id) {
    this.run_(core.sent, id)
  }

  pollFailed_(id, status) {
    this.run_(core.pollFailed, id, status)
  }

  postFailed_(id, status) {
    this.run_(core.postFailed, id, status)
  }

  websocketFailed_(id) {
    this.run_(core.websocketFailed, id)
  }

  closed_(id) {
    this.run_(core.closed, id)
  }
}
