// One connection to one server, with the namespaces on it.

import { Connection } from "./connection.mjs"
import { Emitter } from "./emitter.mjs"
import { Socket } from "./socket.mjs"
import { parseUri } from "./url.mjs"

const DEFAULTS = {
  path: "/socket.io",
  autoConnect: true,
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1000,
  reconnectionDelayMax: 5000,
  randomizationFactor: 0.5,
  timeout: 20000,
}

/** What can be changed later, at the numbers by which the core knows it. */
const [, , ...TUNABLE] = Object.keys(DEFAULTS)

export class Manager extends Emitter {
  nsps = {}

  constructor(uri, options) {
    super()
    if (uri && typeof uri == "object") {
      options = uri
      uri = undefined
    }
    this.opts = { ...DEFAULTS, ...options }
    const { path, addTrailingSlash, query, port, secure, hostname, host = hostname ?? (port && globalThis.location?.hostname) } = this.opts
    if (host) uri ??= `http${secure ? "s" : ""}://${host}${port ? `:${port}` : ""}`
    const target = parseUri(uri, path)
    this.opts.path = path.replace(/\/?$/, addTrailingSlash === false ? "" : "/")
    this.opts.query = Object.fromEntries(new URLSearchParams(target.query || query))
    this.uri = uri
    this.connection_ = new Connection(this, target.address, this.opts)
    TUNABLE.forEach((name, at) => {
      // None is as many as there may be, and a delay of none is the usual one.
      if (at > 0 && at < 4) this.opts[name] ||= DEFAULTS[name]
      this[name](this.opts[name])
    })
    if (this.opts.autoConnect) this.open()
  }

  socket(namespace, options) {
    const socket = (this.nsps[namespace] ??= new Socket(this, namespace, options))
    if (this.opts.autoConnect && !socket.active) socket.connect()
    return socket
  }

  open(done) {
    if (!this.opening_) {
      this.opening_ = true
      const settled = (error) => {
        this.off("open", settled).off("error", settled)
        done(error)
      }
      // One that is under way already calls nobody back.
      if (this.connection_.later_(ACT.OPEN, 0, !!done) && done) this.on("open", settled).on("error", settled)
    }
    return this
  }

  _close() {
    this.connection_.act_(ACT.CLOSE)
  }

  packet_(nsp, type, id, data) {
    if (this.hasListeners("packet")) this.fire_("packet", { type, nsp, data, ...(id >= 0 && { id }) })
  }

  told_(event, ...values) {
    const { engine, connection_ } = this
    let error = values[0] == "transport error" && values[1]
    if (event == "open" || event == "ping") engine.told_(event)
    if (event == "open") this.opening_ = true
    if (event == "close") {
      this.opening_ = false
      // Those who only look at the session hear of its end when everybody else has.
      connection_.queue_.push(() => engine?.ended_(...values))
      connection_.decoder_.destroy?.()
    }
    if (event == "error") {
      this.opening_ = false
      error = values[0]
      if (engine) engine.readyState = "closed"
    }
    if (error && error.code != "ERR_CONNECT_TIMEOUT") engine?.fire_("error", error)
    if (event == "close" && error) this.fire_("error", error)
    this.fire_(event, ...values)
    if (event == "ping") engine.fire_("pong")
  }
}

const { prototype } = Manager
prototype.connect = prototype.open

TUNABLE.forEach((name, at) => {
  prototype[name] = function (...value) {
    if (!value.length) return this.opts[name]
    const set = (this.opts[name] = value[0])
    // The first is on or off, and no timeout is no number.
    this.connection_.act_(ACT.TUNE, at, 0, at ? (set === false ? NaN : set) : !!set)
    return this
  }
})
