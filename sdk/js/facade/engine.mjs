// The Engine.IO session of a connection, for those who look at it: its id, its transport, and its events.

import { Emitter } from "./emitter.mjs"
import { failure } from "./error.mjs"

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"]

/** One session. Every attempt to connect makes another. */
export class Engine extends Emitter {
  readyState = "opening"
  binaryType = "arraybuffer"
  waiting_ = []
  /** So many of those have been written, and are not on their way yet. */
  written_ = 0

  constructor(connection) {
    super()
    this.connection_ = connection
  }

  /** What has not been taken by a transport yet. */
  get writeBuffer() {
    return this.waiting_.map(({ data_ }) => packetOf(data_))
  }

  /** Sends a message of Engine.IO. */
  send(data, options, sent) {
    // It may be over, and the connection at another session.
    if (this.connection_.engine_ === this && this.readyState != "closed") {
      if (sent) this.once("flush", sent)
      this.connection_.send_([typeof data == "string" ? `4${data}` : data], options?.compress)
    }
    return this
  }

  close() {
    if (this.connection_.engine_ === this && this.readyState != "closed") {
      this.readyState = "closing"
      this.connection_.act_(ACT.DISCARD)
    }
    return this
  }

  handshake_(handshake) {
    const { sid, maxPayload } = handshake
    this.id = this.sid_ = sid
    this.limit_ = typeof maxPayload == "number" ? maxPayload : 0
    this.connection_.queue_.push(() => this.fire_("handshake", handshake))
  }

  /** A packet came. */
  saw_(frame) {
    if (!this.listeners_.size) return
    const packet = packetOf(frame)
    this.fire_("packet", packet)
    this.fire_("heartbeat")
    if (packet.type == "message") {
      this.fire_("data", packet.data)
      this.fire_("message", packet.data)
    }
  }

  /** A packet is going to leave. */
  create_(frame) {
    this.fire_("packetCreate", packetOf(frame))
  }

  /** The session ends, and with it a probe that is under way. What was not sent is still there when that is told. */
  ended_(...values) {
    const { next_ } = this
    if (next_) this.told_("upgradeError", failure("probe error: socket closed", "ERR_UPGRADE", { transport: next_.name }))
    this.readyState = "closed"
    this.id = null
    this.fire_("close", ...values)
  }

  told_(event, ...values) {
    const { next_ } = this
    if (event == "open") this.readyState = event
    if (event == "upgrade") this.transport = next_
    if (/upgrad(e|ing)$/.test(event)) values = [next_]
    if (/upgrade/.test(event)) this.next_ = undefined
    this.fire_(event, ...values)
  }
}

Engine.prototype.write = Engine.prototype.send

/** A frame as those see it who look at packets. */
function packetOf(frame) {
  if (typeof frame != "string") return { type: "message", data: frame }
  const packet = { type: TYPES[frame[0]] }
  if (frame.length > 1) packet.data = frame.slice(1)
  return packet
}
