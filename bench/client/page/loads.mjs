// What a client is put to, on a mock: each load does a chunk of operations at once and waits until all of it arrived.
//
// Everything is counted on both sides. A sum over the ids that depends on their order says whether what arrived is what
// was sent; before a load is measured, every payload is looked at as a whole.

import { PAYLOADS, idIn, indexOf, next } from "./payloads.mjs"
import { drain } from "./time.mjs"

const EVENT = "message"

/** How many, and which, in which order. */
class Ledger {
  count = 0
  sum = 0

  add(id) {
    this.count++
    this.sum = (Math.imul(this.sum, 31) + id) | 0
  }
}

class Load {
  constructor({ socket, wire }, payload) {
    this.socket = socket
    this.wire = wire
    this.pool = PAYLOADS[payload]
    this.at = 0
    this.sent = new Ledger()
    this.heard = new Ledger()
    /** What arrives, as a whole, while somebody wants to see it. */
    this.seen = undefined
    // Bound once: what waits for it is in the measured part.
    this.isHeard = () => this.heard.count >= this.sent.count
    this.missing = () => `${this.heard.count} of ${this.sent.count} arrived`
  }

  /** The index of the next payload. */
  take() {
    const { at } = this
    this.at = next(at)
    this.sent.add(this.pool.values[at].id)
    return at
  }

  /** Fails unless everything has arrived, once and in order. */
  settle() {
    const { sent, heard } = this
    for (const { count, sum } of [this.asked ?? heard, heard]) {
      if (count !== sent.count) throw new Error(`${count} of ${sent.count} arrived`)
      if (sum !== sent.sum) throw new Error(`${count} arrived, but not what was sent, or not in its order`)
    }
  }

  /** Each payload once, looked at as a whole. */
  async prove() {
    const seen = (this.seen = [])
    await this.chunk(this.pool.texts.length)
    this.seen = undefined
    this.settle()
    const wrong = seen.findIndex((text, at) => text !== this.expected(at))
    if (wrong >= 0 || seen.length !== this.pool.texts.length) {
      throw new Error(`not what was sent: ${seen[wrong]} and not ${this.expected(wrong)}`)
    }
  }
}

class Emit extends Load {
  constructor(client, payload) {
    super(client, payload)
    this.wire.hear = (frame) => {
      this.heard.add(idIn(frame))
      this.seen?.push(frame)
    }
  }

  expected(at) {
    return `42["${EVENT}",${this.pool.texts[at]}]`
  }

  chunk(size) {
    for (let done = 0; done < size; done++) this.socket.emit(EVENT, this.pool.values[this.take()])
    return drain(this.isHeard, this.missing)
  }
}

class Receive extends Load {
  constructor(client, payload) {
    super(client, payload)
    this.socket.on(EVENT, (...args) => {
      this.heard.add(args[0].id)
      this.seen?.push(JSON.stringify(args))
    })
  }

  expected(at) {
    return this.pool.answers[at]
  }

  chunk(size) {
    for (let done = 0; done < size; done++) this.wire.deliver(this.pool.events[this.take()])
    return drain(this.isHeard, this.missing)
  }
}

class Ask extends Load {
  constructor(client, payload) {
    super(client, payload)
    this.waiting = []
    this.asked = new Ledger()
    this.wire.hear = (frame) => this.answer(frame)
    this.isAsked = () => this.asked.count >= this.sent.count
    this.unasked = () => `${this.asked.count} of ${this.sent.count} questions arrived`
  }

  /** `42N[…]` gets `43N[…]` with the same payload, in one piece as from a network. */
  answer(frame) {
    const id = idIn(frame)
    const answer = `43${frame.slice(2, frame.indexOf("["))}${this.pool.answers[indexOf(id)]}`
    answer.charCodeAt(0)
    this.waiting.push(answer)
    this.asked.add(id)
  }

  expected(at) {
    return this.pool.answers[at]
  }

  async chunk(size) {
    for (let done = 0; done < size; done++) this.ask(this.pool.values[this.take()])
    await drain(this.isAsked, this.unasked)
    const { waiting } = this
    this.waiting = []
    for (const frame of waiting) this.wire.deliver(frame)
    await drain(this.isHeard, this.missing)
  }

  ask(value) {
    const { id } = value
    this.socket.emit(EVENT, value, (...args) => {
      if (args[0].id === id) this.heard.add(id)
      this.seen?.push(JSON.stringify(args))
    })
  }
}

const LOADS = { emit: Emit, receive: Receive, ask: Ask }

export function load(name, client, payload) {
  return new LOADS[name](client, payload)
}
