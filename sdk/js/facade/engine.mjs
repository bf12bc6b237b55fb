// The Engine.IO session of a connection, for those who look at it: its id, its transport, and its events.

import { Emitter } from "./emitter.mjs"

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"]

/** One session. Every attempt to connect makes another. */
export class Engine extends Emitter {
  constructor(connection, name) {
    super()
    this.connection_ = connection
    this.readyState = "opening"
    this.transport = { name }
  }

  get writeBuffer() {
    return [...this.connection_.messages_.values()].map(({ data_ }) => ({ type: "message", data: data_ }))
  }

  close() {
    if (this.connection_.engine_ === this) this.connection_.act_(ACT.DISCARD)
    return this
  }

  handshake_(handshake) {
    this.id = handshake.sid
    this.connection_.queue_.push(() => this.fire_("handshake", handshake))
  }

  /** A packet came. */
  saw_(data) {
    if (!this.listeners_.size) return
    const text = typeof data == "string"
    const type = text ? TYPES[data[0]] : "message"
    if (text) data = data.slice(1)
    this.fire_("packet", { type, data })
    this.fire_("heartbeat")
    if (type == "message") {
      this.fire_("data", data)
      this.fire_("message", data)
    }
  }

  told_(event, ...values) {
    if (event == "open") {
      this.readyState = "open"
    } else if (event == "close") {
      this.readyState = "closed"
    } else if (event == "upgrading" || event == "upgrade") {
      values = [{ name: values[0] }]
      if (event == "upgrade") [this.transport] = values
    }
    this.fire_(event, ...values)
    if (event == "ping") this.fire_("pong")
  }
}
