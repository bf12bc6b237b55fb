// A polling session on the wire. The server's polls and the client's are answered apart, so that packets can be put in,
// held back or lost between them.

import { setMaxListeners } from "node:events"
import { join, split } from "./record.mjs"

export class PollingSession {
  packets = []
  client = undefined
  /** Cut with the session; a poll can also be hung up on alone. */
  aborted = new AbortController()
  hungUpOn = new AbortController()

  constructor(wire, connection) {
    this.wire = wire
    this.connection = connection
    // Every request of the session listens, one after another.
    setMaxListeners(0, this.aborted.signal)
  }

  /** The client's GET: it is answered as soon as there is something. */
  poll(request, respond) {
    const { record } = this.wire
    record.mostPolls = Math.max(record.mostPolls, this.client ? 2 : 1)
    this.client = { request, respond }
    record.changed()
    this.pump()
  }

  get polled() {
    return Boolean(this.client)
  }

  /** Packets for the client, whoever sends them. */
  put(packets) {
    for (const packet of packets) {
      this.wire.record.received(this.connection, packet)
      this.packets.push(packet)
    }
    queueMicrotask(() => this.pump())
  }

  pump() {
    if (!this.client) return
    if (this.packets.length) return this.answer({ status: 200, body: join(this.packets.splice(0)) })
    if (!this.asking) this.ask(this.client.request)
  }

  answer(answer) {
    const { respond } = this.client
    this.client = undefined
    respond(answer)
  }

  /** Fails the poll that is held now. */
  fail(answer) {
    this.wire.record.received(this.connection, `status ${answer.status}`)
    this.answer(answer)
  }

  async ask(request) {
    this.asking = true
    const signal = AbortSignal.any([this.aborted.signal, this.hungUpOn.signal])
    const answer = await this.wire.backend.request(request, undefined, signal).catch(() => undefined)
    this.asking = false
    if (!answer) return
    if (answer.status != 200) {
      this.wire.record.received(this.connection, `status ${answer.status}`)
      return this.client && this.answer(answer)
    }
    // What passes at once comes in one payload, as it was sent.
    for (const packet of split(answer.body)) this.wire.gates.in.pass(packet, () => this.put([packet]))
    this.pump()
  }

  /** The client's POST. */
  async post(request, body, respond) {
    const { record, gates, backend } = this.wire
    const packets = split(body)
    for (const packet of packets) record.sent(this.connection, packet)
    record.posts.push(packets.length)
    await gates.out.opened()
    const kept = packets.filter((packet) => !gates.out.loses(packet))
    if (!kept.length) return respond({ status: 200, body: "ok" })
    const answer = await backend.request(request, join(kept), this.aborted.signal).catch(() => undefined)
    if (answer) respond(answer)
  }

  /** The client has left its poll. What it posts, a farewell perhaps, still gets to the server. */
  hungUp() {
    this.client = undefined
    this.hungUpOn.abort()
    this.wire.record.changed()
  }

  cut() {
    if (this.isCut) return
    this.isCut = true
    this.wire.record.received(this.connection, "cut")
    this.stop()
  }

  stop() {
    this.aborted.abort()
  }
}
