// What JavaScript asks of the core, and the way back. The core is entered for one connection at a time: `current`.
// When it has been left, what it had to tell is told, in order. A listener that throws does not keep the others from
// being told: its error is thrown on its own.

import { core, load } from "./core.mjs"
import { Engine } from "./engine.mjs"
import { failure } from "./error.mjs"
import { unwatch, watch } from "./life.mjs"
import { setValue, stack, value } from "./host.mjs"
import { platform, transportClass, transportNames } from "./transport.mjs"

/** The connection that the core is at work for. */
export let current

/** The message that it is at work on. */
export let incoming

/** Longer than that, and browsers take a timer for a short one. It is harmless to wake early. */
const MAX_TIMER_MS = 2 ** 31 - 1

const USUAL = ["polling", "websocket"]

const nativeTimers = { setTimeout: setTimeout.bind(), clearTimeout: clearTimeout.bind() }

// A connection holds no place in the core once nobody can reach it.
const freed = new FinalizationRegistry((place) => core.free_(place, 0))

let reserved

/** The event names that nobody may emit. */
export function isReserved(event) {
  return reserved.has(event)
}

export class Connection {
  queue_ = []
  sockets_ = []
  named_ = new Map()
  transports_ = new Map()

  constructor(manager, address, options) {
    this.manager_ = manager
    this.address_ = address
    this.options_ = options
    load()
    const { transportImplementations, transports = transportImplementations ?? USUAL, upgrade, tryAllTransports, parser } = options
    if (options.transports && transportImplementations) {
      throw failure("transports and transportImplementations exclude one another", "ERR_BAD_OPTION")
    }
    // The unknown ones are left out.
    const known = transports.map((it) => transportNames.indexOf(it.transport_ ?? it)).filter((number) => number > 0)
    const digits = known.reduceRight((digits, number) => digits * 4 + number, 0)
    const flags = (upgrade === false ? 0 : 1) + (tryAllTransports ? 2 : 0) + (parser ? 4 : 0)
    this.place_ = core.create_(digits, flags, Math.random() + Date.now())
    freed.register(this, this.place_)
    if (!reserved) {
      this.act_(ACT.RESERVE)
      reserved = new Set(stack.splice(0))
    }
    if (parser) this.parse_(parser)
  }

  // What the user wants.

  socket_(namespace, socket) {
    const at = this.act_(ACT.SOCKET, 0, namespace == "/" ? 1 : 0)
    this.named_.set(namespace, at)
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
  act_(act, at, bits, number) {
    const older = this.queue_.length
    const result = this.enter_(act, at, bits, number)
    this.settle_(older)
    return result
  }

  /** Reports what a transport did, with what there is to see of it. */
  report_(act, id, cause, bits) {
    this.cause_ = cause
    this.act_(act, id, bits)
    this.cause_ = undefined
  }

  enter_(act, at = 0, bits = 0, number = NaN) {
    const outer = current
    current = this
    const result = core.act_(this.place_, act, at, bits, number)
    current = outer
    return result
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

  /** Has packets encoded and decoded by classes that the user brought. */
  parse_({ Encoder, Decoder }) {
    this.encoder_ = new Encoder()
    this.decoder_ = new Decoder()
    this.decoder_.on("decoded", (packet) => {
      setValue(packet.data)
      this.hear_(this.act_(ACT.PACKET, this.named_.get(packet.nsp) ?? -1, packet.type, packet.id ?? -1))
    })
  }

  decode_(message) {
    try {
      this.decoder_.add(message)
    } catch (error) {
      this.broken_ = error
      this.act_(ACT.BREAK)
    }
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

  /** What fails because a page is left is told when it comes back. */
  hide_() {
    this.hidden_ ??= new Promise((resolve) => (this.show_ = resolve))
  }

  lose_() {
    // This machine is there without a network too.
    if (!/\/\/localhost\b/.test(this.address_)) this.act_(ACT.LOSE)
  }

  /** Nobody is told of the end of a page. */
  vanish_() {
    if (this.options_.closeOnBeforeunload) for (const transport of this.transports_.values()) transport.close_(true)
  }

  // What the core wants.

  wake_(millis) {
    this.stop_(this.timer_)
    if (millis < 0) return unwatch(this)
    watch(this)
    this.timer_ = this.start_(() => this.attempt_(ACT.ELAPSED), Math.min(millis, MAX_TIMER_MS))
  }

  start_(what, millis) {
    const timer = this.timers_().setTimeout(what, millis)
    if (this.options_.autoUnref) timer.unref?.()
    return timer
  }

  stop_(timer) {
    this.timers_().clearTimeout(timer)
  }

  timers_() {
    return this.options_.useNativeTimers ? nativeTimers : globalThis
  }

  openTransport_(id, name, joins) {
    const { transportOptions, ...rest } = this.options_
    const own = transportOptions?.[name]
    const options = { ...rest, ...own, query: { ...rest.query, ...own?.query } }
    // Another transport may be tried for the same session.
    if (!joins && this.engine_?.readyState != "opening") {
      this.engine_ = this.manager_.engine = new Engine(this)
      this.kept_ = this.broken_ = undefined
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
    incoming = data
    if (typeof data != "string") return this.hear_(this.act_(ACT.BINARY, id))
    if (data[0] == "b") {
      const bytes = fromBase64(data)
      if (bytes) this.received_(id, bytes)
      else this.act_(ACT.MALFORMED, id)
      return
    }
    const head = unit(data, 0) | (unit(data, 1) << 8) | (unit(data, 2) << 16) | (unit(data, 3) << 24)
    this.hear_(this.act_(ACT.TEXT, id, head))
  }

  /** Most of what comes is an event that wants no answer: the core only says for which socket. */
  hear_(at) {
    if (at < 0) return
    const data = value
    const socket = this.sockets_[at]
    try {
      this.manager_.packet_(socket, 2, -1, data)
      socket.event_(data, -1)
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

/** One unit as `wire.rs` wants to see it. What is behind the end is not a number, and becomes 0. */
function unit(text, at) {
  return Math.min(text.charCodeAt(at), 255)
}

/** The bytes behind the first unit; `undefined` when it is not base64. */
function fromBase64(text) {
  try {
    return platform.binary_(Uint8Array.from(atob(text.slice(1)), (unit) => unit.charCodeAt(0)))
  } catch {}
}
