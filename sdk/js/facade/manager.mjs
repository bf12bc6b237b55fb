// One connection to one server, with the namespaces on it.

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

/** What can be changed later, at the numbers by which the core knows it, with the value for it. */
const TUNABLE = [
  ["reconnection", (on) => (on ? 1 : 0)],
  // None is as many as there may be, and a delay of none is the usual one: as in socket.io-client.
  ["reconnectionAttempts", (attempts) => (attempts && attempts < Infinity ? attempts : -1)],
  ["reconnectionDelay", (delay) => delay || DEFAULTS.reconnectionDelay],
  ["reconnectionDelayMax", (delay) => delay || DEFAULTS.reconnectionDelayMax],
  ["randomizationFactor", (factor) => factor],
  ["timeout", (timeout) => (timeout === false ? NaN : timeout)],
]

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
    for (const [name] of TUNABLE) this[name](this.opts[name])
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
    this.connection_.later_(ACT.OPEN)
    return this
  }

  _close() {
    this.connection_.act_(ACT.CLOSE)
  }

  told_(event, ...values) {
    if (event == "open" || event == "close" || event == "ping") this.engine.told_(event, ...values)
    this.fire_(event, ...values)
  }
}

const { prototype } = Manager
prototype.connect = prototype.open

TUNABLE.forEach(([name, toCore], at) => {
  prototype[name] = function (...value) {
    if (!value.length) return this.opts[name]
    this.opts[name] = value[0]
    this.connection_.act_(ACT.TUNE, at, 0, toCore(value[0]))
    return this
  }
})
