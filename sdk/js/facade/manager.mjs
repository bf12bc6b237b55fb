// One connection to one server, with the namespaces on it.

import * as core from "./core.mjs"
import { Connection } from "./connection.mjs"
import { Emitter } from "./emitter.mjs"
import { Socket } from "./socket.mjs"
import { parseUri } from "./url.mjs"

const DEFAULTS = {
  path: "/socket.io",
  transports: ["polling", "websocket"],
  autoConnect: true,
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1000,
  reconnectionDelayMax: 5000,
  randomizationFactor: 0.5,
  timeout: 20000,
}

export class Manager extends Emitter {
  nsps = {}

  constructor(uri, options) {
    super()
    if (uri && typeof uri == "object") {
      options = uri
      uri = undefined
    }
    this.opts = { ...DEFAULTS, ...options }
    const { path, addTrailingSlash, query } = this.opts
    const target = parseUri(uri, path)
    this.opts.path = path.replace(/\/$/, "") + (addTrailingSlash === false ? "" : "/")
    this.opts.query = Object.fromEntries(new URLSearchParams(query ?? target.query))
    this.uri = uri
    this.connection_ = new Connection(this, target.address, this.opts)
    this.retune_()
    if (this.opts.autoConnect) this.open()
  }

  socket(namespace, options) {
    const known = this.nsps[namespace]
    const socket = known ?? (this.nsps[namespace] = new Socket(this, namespace, options))
    if (this.opts.autoConnect && !socket.active) socket.connect()
    return socket
  }

  open(done) {
    if (done) {
      const settled = (error) => {
        this.off("open", settled).off("error", settled)
        done(error)
      }
      this.on("open", settled).on("error", settled)
    }
    this.connection_.later_(core.open)
    return this
  }

  connect(done) {
    return this.open(done)
  }

  _close() {
    this.connection_.run_(core.close)
  }

  told_(event, value, details) {
    const { engine } = this
    if (event == "open" || event == "close") engine.told_(event, value)
    if (event == "ping") engine.told_(event)
    if (value === undefined) this.fire_(event)
    else if (details === undefined) this.fire_(event, event == "open" ? undefined : value)
    else this.fire_(event, value, details)
  }

  retune_() {
    const { reconnection, reconnectionAttempts, reconnectionDelay, reconnectionDelayMax, randomizationFactor } = this.opts
    this.connection_.reconnection_(
      reconnection ? 1 : 0,
      // None is as many as there may be: as in socket.io-client.
      reconnectionAttempts && reconnectionAttempts < Infinity ? reconnectionAttempts : -1,
      reconnectionDelay || DEFAULTS.reconnectionDelay,
      reconnectionDelayMax || DEFAULTS.reconnectionDelayMax,
      randomizationFactor,
    )
  }
}

for (const name of [
  "reconnection",
  "reconnectionAttempts",
  "reconnectionDelay",
  "reconnectionDelayMax",
  "randomizationFactor",
]) {
  Manager.prototype[name] = function (...value) {
    if (!value.length) return this.opts[name]
    this.opts[name] = value[0]
    this.retune_()
    return this
  }
}
