// What JavaScript asks of the core, and the way back. The core is entered for one connection at a time: `current`.
// When it has been left, what it had to tell is told, in order. A listener that throws does not keep the others from
// being told: its error is thrown on its own.

import { core, load } from "./core.mjs"
import { Decoder } from "./decoder.mjs"
import { Engine } from "./engine.mjs"
import { failure } from "./error.mjs"
import { live, watch } from "./life.mjs"
import { platform, transportClass, transportNames } from "./transport.mjs"
import { WRONG_PROTOCOL } from "./words.mjs"

/** The connection that the core is at work for. */
export let current

/** Longer than that, and browsers take a timer for a short one. It is harmless to wake early. */
const MAX_TIMER_MS = 2 ** 31 - 1

const nativeTimers = { setTimeout, clearTimeout }

// A connection holds no place in the core once nobody can reach it.
const freed = new FinalizationRegistry((place) => core.free_(place))

/** What packets are for, by their types. With attachments an event or an answer has a type of its own. */
const CONNECT = 0
const DISCONNECT = 1
const EVENT = 2
const ACK = 3
const CONNECT_ERROR = 4
const KINDS = [CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, EVENT, ACK]

/** The longest id of a session. Real ones have 20 units. */
const MAX_SID_UNITS = 128

export class Connection {
  queue_ = []
  todo_ = []
  sockets_ = []
  named_ = new Map()
  transports_ = new Map()

  constructor(manager, address, options) {
    this.manager_ = manager
    this.address_ = address
    this.options_ = options
    load()
    const { transports, transportImplementations, upgrade, tryAllTransports, parser, useNativeTimers } = options
    if (transports && transportImplementations) {
      throw failure("transports or transportImplementations, not both", "ERR_BAD_OPTION")
    }
    const digits = (transports ?? transportImplementations ?? transportNames).reduceRight((digits, it) => {
      const number = transportNames.indexOf(it.transport_ ?? it)
      // The unknown ones are left out.
      return number > 0 ? digits * 4 + number : digits
    }, 0)
    const flags = (upgrade !== false) + !!tryAllTransports * 2
    this.timers_ = useNativeTimers ? nativeTimers : globalThis
    this.place_ = core.create_(digits, flags)
    freed.register(this, this.place_)
    this.encoder_ = parser && new parser.Encoder()
    this.decoder_ = this.decoderOf_(parser)
  }

  // What the user wants.

  socket_(namespace, socket) {
    const at = this.act_(ACT.SOCKET)
    this.named_.set(namespace, socket)
    this.sockets_[at] = socket
    return at
  }

  /** Nobody is listening yet when `io()` connects: what there is to tell has to wait for its caller. */
  later_(act, at, bits) {
    const result = this.enter_(act, at, bits)
    queueMicrotask(() => this.settle_())
    return result
  }

  /** Who asks from within a listener hears at once of what follows, and not of what is older. */
  act_(act, at, bits, number, other) {
    const older = this.queue_.length
    const result = this.enter_(act, at, bits, number, other)
    this.settle_(older)
    return result
  }

  /** Reports what a transport did, with what there is to see of it. */
  report_(act, id, cause) {
    this.cause_ = cause
    this.act_(act, id)
    this.cause_ = undefined
  }

  /** What is left out is 0 in the core, and a number that is left out is none. */
  enter_(act, at, bits, number, other) {
    const outer = current
    current = this
    const result = core.act_(this.place_, act, at, bits, number, other)
    current = outer
    while (this.todo_.length) this.todo_.shift()()
    return result
  }

  /** Does what runs code that may be anybody's, such as a `WebSocket` class: when the core has been left. */
  outside_(what) {
    if (current) this.todo_.push(what)
    else what()
  }

  settle_(older = 0) {
    while (this.queue_.length > older) {
      try {
        this.queue_.splice(older, 1)[0]()
      } catch (error) {
        rethrow(error)
      }
    }
  }

  /** Sends the messages of one packet: they leave together. */
  send_(messages, compress_) {
    const list = typeof messages == "string" ? [messages] : messages
    if (this.engine_?.listeners_.size) list.forEach((data) => this.engine_.create_(data))
    const waiting = this.engine_?.waiting_
    const older = this.queue_.length
    for (const data_ of list) waiting?.push({ data_, compress_ })
    // Nothing is sent in a session that ends.
    if (!this.enter_(ACT.SEND)) waiting?.splice(-list.length)
    this.settle_(older)
  }

  /** Lets time pass. An attempt that is due begins when everybody has heard of it. */
  attempt_(act) {
    if (this.act_(act)) this.act_(ACT.ATTEMPT)
  }

  // What the page lives through.

  wakeUp_() {
    this.show_?.()
    this.hidden_ = this.show_ = undefined
    this.attempt_(ACT.WAKE)
  }

  // What the core wants.

  wake_(millis) {
    this.stop_(this.timer_)
    if (millis < 0) return live.delete(this)
    watch(this)
    this.timer_ = this.start_(() => this.attempt_(ACT.ELAPSED), Math.min(millis, MAX_TIMER_MS))
  }

  start_(what, millis) {
    // None of the two wants to be called as a method of `timers_`.
    const { setTimeout } = this.timers_
    const timer = setTimeout(what, millis)
    if (this.options_.autoUnref) timer.unref?.()
    return timer
  }

  stop_(timer) {
    const { clearTimeout } = this.timers_
    clearTimeout(timer)
  }

  openTransport_(id, name, joins) {
    const { options_ } = this
    const own = options_.transportOptions?.[name]
    const options = { ...options_, ...own, query: { ...options_.query, ...own?.query } }
    // Another transport may be tried for the same session.
    if (!joins && this.engine_?.readyState != "opening") {
      this.engine_ = this.manager_.engine = new Engine(this)
      this.broken_ = undefined
    }
    const transport = new (transportClass(name))(this, id, options, this.engine_)
    this.transports_.set(id, transport)
    if (joins) this.engine_.next_ = transport
    else this.engine_.transport = transport
  }

  closeTransport_(id, farewell) {
    const transport = this.transports_.get(id)
    this.transports_.delete(id)
    transport.close_(farewell)
    // The last transport of a session takes along what was not sent, when everybody has heard of it.
    queueMicrotask(() => {
      const { engine_ } = transport
      if ([...this.transports_.values()].some((it) => it.engine_ === engine_)) return
      engine_.waiting_ = []
    })
  }

  // What transports report.

  /** A frame, or one packet of a payload. */
  received_(id, data) {
    this.engine_.saw_(data)
    if (data[0] == "b") {
      const bytes = fromBase64(data)
      return bytes ? this.received_(id, bytes) : this.act_(ACT.MALFORMED, id)
    }
    const text = typeof data == "string"
    // Bytes are a message, whatever they begin with.
    const heard = this.act_(ACT.RECEIVED, id, text ? data.charCodeAt(0) : 0x34, data.length)
    if (heard == 1) this.decode_(text ? data.slice(1) : data)
    else if (heard) this.agree_(id, data.slice(1))
  }

  /** The server opens the session. */
  agree_(id, text) {
    let handshake
    try {
      handshake = JSON.parse(text)
    } catch {}
    const { sid, upgrades, pingInterval, pingTimeout } = handshake ?? {}
    if (typeof sid != "string" || !sid || sid.length > MAX_SID_UNITS) return this.act_(ACT.NO_HANDSHAKE, id)
    const offers = Array.isArray(upgrades) && upgrades.includes("websocket")
    const older = this.queue_.length
    this.engine_.handshake_(handshake)
    this.enter_(ACT.AGREED, offers, 0, numberOf(pingInterval), numberOf(pingTimeout))
    this.settle_(older)
  }

  /** What takes messages and gives packets: ours, or one that the user brought. */
  decoderOf_(parser) {
    const decoded = (packet) => this.packet_(packet)
    if (!parser) return new Decoder(decoded)
    const decoder = new parser.Decoder()
    decoder.on("decoded", decoded)
    return decoder
  }

  decode_(message) {
    try {
      this.decoder_.add(message)
    } catch (error) {
      this.broken_ = error
      this.act_(ACT.BREAK)
    }
  }

  /** A packet came. What it means to the connection is the core's to say; events and answers mean nothing to it. */
  packet_({ type, nsp, id = -1, data }) {
    const socket = this.named_.get(nsp)
    const kind = KINDS[type]
    try {
      this.manager_.packet_(nsp, kind, id, data)
      if (!socket?.active || kind === undefined) return
      if (kind == CONNECT) {
        if (!data?.sid || typeof data.sid != "string") {
          return socket.told_("connect_error", failure(WRONG_PROTOCOL, "ERR_WRONG_PROTOCOL"))
        }
        this.enter_(ACT.ACCEPTED, socket.at_)
      } else if (kind == DISCONNECT || kind == CONNECT_ERROR) {
        socket.leave_()
        this.act_(kind == DISCONNECT ? ACT.SENT_AWAY : ACT.REFUSED, socket.at_)
        if (kind == DISCONNECT) return
      }
      if (kind == CONNECT) socket.accepted_(data)
      else if (kind == EVENT) socket.event_(data, id)
      else if (kind == CONNECT_ERROR) socket.refused_(data)
      else socket.acked_(data, id)
    } catch (error) {
      rethrow(error)
    }
  }
}

/** An error of a listener. */
function rethrow(error) {
  queueMicrotask(() => {
    throw error
  })
}

function numberOf(value) {
  return typeof value == "number" ? value : 0
}

/** The bytes behind the first unit; `undefined` when it is not base64. */
function fromBase64(text) {
  try {
    return platform.binary_(Uint8Array.from(atob(text.slice(1)), (unit) => unit.charCodeAt(0)))
  } catch {}
}
