// The page's `WebSocket`, which both clients find in its place: the real one, or one that nothing lies behind.
//
// Loaded before either client, because a client may look for its WebSocket when it is imported.

import { task } from "./time.mjs"

const Real = globalThis.WebSocket
const CONNECTING = 0
const OPEN = 1
const CLOSED = 3

/** Engine.IO's and Socket.IO's defaults. No batch takes so long that a ping would be due. */
const HANDSHAKE = { sid: "mock", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 }

let isMocked = true
let last

/** From now on `new WebSocket` gives mocks, or real ones. */
export function mockWebSockets(mocked) {
  isMocked = mocked
}

/** The mock that was opened last. */
export const lastWire = () => last

/** A server of a few lines, in the place of a connection. What is sent to it after the handshake, `hear` gets. */
class Wire {
  url
  protocol = ""
  extensions = ""
  binaryType = "blob"
  bufferedAmount = 0
  readyState = CONNECTING
  onopen = null
  onmessage = null
  onerror = null
  onclose = null
  hear = ignore
  listeners = new Map()

  constructor(url) {
    this.url = url
    last = this
    this.open()
  }

  async open() {
    await task()
    if (this.readyState !== CONNECTING) return
    this.readyState = OPEN
    this.tell("open", { type: "open", target: this })
    this.deliver(`0${JSON.stringify(HANDSHAKE)}`)
  }

  send(frame) {
    if (this.readyState === CONNECTING) throw new Error("it is not open yet")
    if (this.readyState !== OPEN) return
    if (frame === "40") this.join()
    else this.hear(frame)
  }

  async join() {
    await task()
    if (this.readyState === OPEN) this.deliver('40{"sid":"mocked"}')
  }

  /** As if this had come from the server. */
  deliver(frame) {
    this.tell("message", { type: "message", data: frame, target: this })
  }

  /** As if the connection had broken. */
  cut() {
    this.readyState = CLOSED
    this.tell("close", { type: "close", code: 1006, reason: "", wasClean: false, target: this })
  }

  close() {
    if (this.readyState !== CLOSED) this.goodbye()
  }

  async goodbye() {
    this.readyState = CLOSED
    await task()
    this.tell("close", { type: "close", code: 1005, reason: "", wasClean: true, target: this })
  }

  tell(name, event) {
    this[`on${name}`]?.(event)
    if (this.listeners.size) for (const listener of this.listeners.get(name) ?? []) listener.call(this, event)
  }

  addEventListener(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener])
  }

  removeEventListener(name, listener) {
    const others = (this.listeners.get(name) ?? []).filter((other) => other !== listener)
    others.length ? this.listeners.set(name, others) : this.listeners.delete(name)
  }
}

function ignore() {}

/** `new` on this gives something else: nothing lies between a client and its real WebSocket. */
function Switch(url, protocols) {
  if (isMocked) return new Wire(String(url))
  return protocols === undefined ? new Real(url) : new Real(url, protocols)
}
Object.assign(Switch, { CONNECTING, OPEN, CLOSING: 2, CLOSED })

globalThis.WebSocket = Switch
