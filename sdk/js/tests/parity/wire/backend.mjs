// What stands behind the wire: a real server, or a script that has the packets a row gives it.

import { Agent, request as httpRequest } from "node:http"
import WebSocket from "ws"

/** A server at some address. */
export class RealServer {
  agent = new Agent({ keepAlive: true })

  constructor(url) {
    this.url = url
  }

  /** Resolves to status, headers and body. */
  request({ method, url, headers }, body, signal) {
    return new Promise((resolve, reject) => {
      const { host, connection, "content-length": _, ...rest } = headers
      const length = method == "POST" ? { "content-length": Buffer.byteLength(body) } : {}
      const options = { method, headers: { ...rest, ...length, "accept-encoding": "identity" }, agent: this.agent, signal }
      const forwarded = httpRequest(this.url + url, options, async (response) => {
        const parts = []
        try {
          for await (const part of response) parts.push(part)
        } catch (error) {
          return reject(error)
        }
        // Bodies are read on their way: no client is told that it may compress them.
        const { "accept-encoding": _, ...headers } = response.headers
        resolve({ status: response.statusCode, headers, body: Buffer.concat(parts).toString() })
      })
      forwarded.on("error", reject)
      forwarded.end(body)
    })
  }

  /** Resolves to `{ send, close, terminate, onpacket, onclose }` once it is open. */
  websocket({ url, headers }) {
    const protocols = headers["sec-websocket-protocol"]?.split(/, */) ?? []
    const { origin, cookie } = headers
    const options = { perMessageDeflate: false, headers: { ...(origin && { origin }), ...(cookie && { cookie }) } }
    const socket = new WebSocket(this.url.replace("http", "ws") + url, protocols, options)
    const early = []
    const end = {
      send: (packet) => socket.send(packet),
      close: (code) => (code >= 1000 && code < 5000 && code != 1005 && code != 1006 ? socket.close(code) : socket.close()),
      terminate: () => socket.terminate(),
      onpacket: (packet) => early.push(packet),
      onclose: () => {},
      start: () => early.splice(0).forEach((packet) => end.onpacket(packet)),
    }
    socket.on("message", (data, binary) => end.onpacket(binary ? data : data.toString()))
    socket.on("close", (code) => end.onclose(code))
    return new Promise((resolve, reject) => {
      socket.on("open", () => resolve(end))
      socket.on("error", reject)
    })
  }

  stop() {
    this.agent.destroy()
  }
}

const HANDSHAKE = { upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000 }

/** A server that says what the row's `script` says: `handshake` (an object, or text), the `headers` of it, and `replies`, from the beginning of a packet to packets. */
export class ScriptedServer {
  constructor({ handshake = {}, replies = {}, headers = {} } = {}) {
    this.headers = headers
    this.sessions = 0
    this.handshake = handshake
    this.replies = Object.entries(replies)
    this.held = []
    this.queue = []
  }

  /** Every session has another name. */
  opening() {
    const { handshake } = this
    if (typeof handshake == "string") return handshake
    return `0${JSON.stringify({ ...HANDSHAKE, sid: `engine-${++this.sessions}`, ...handshake })}`
  }

  async request({ method, url }, body, signal) {
    signal?.throwIfAborted()
    const ok = (text) => ({ status: 200, headers: {}, body: text })
    if (method == "POST") {
      body.split("\x1e").forEach((packet) => this.reply(packet, (answer) => this.queue.push(answer)))
      if (this.queue.length) this.held.splice(0).forEach((answer) => answer())
      return ok("ok")
    }
    if (!url.includes("sid=")) return { ...ok(this.opening()), headers: this.headers }
    if (!this.queue.length) await new Promise((resolve, reject) => {
      this.held.push(resolve)
      signal?.addEventListener("abort", () => reject(signal.reason))
    })
    return ok(this.queue.splice(0).join("\x1e"))
  }

  async websocket({ url }) {
    const opening = url.includes("sid=") ? [] : [this.opening()]
    const end = {
      send: (packet) => this.reply(packet, (answer) => end.onpacket(answer)),
      close() {},
      terminate() {},
      onpacket() {},
      onclose() {},
      start: () => opening.forEach((packet) => end.onpacket(packet)),
    }
    return end
  }

  reply(packet, send) {
    const found = this.replies.find(([beginning]) => String(packet).startsWith(beginning))
    for (const answer of found ? [found[1]].flat() : []) send(answer)
  }

  stop() {}
}
