// A client whose connection is cut again and again; and the memories of WebAssembly in this page.

import { connect } from "./clients.mjs"
import { lastWire } from "./wire.mjs"
import { task } from "./time.mjs"

const PAGE_BYTES = 65_536

const memories = new Set()
const Instance = WebAssembly.Instance

/** Every instance's memory, whichever way it was made and whatever it is called. */
function note(instance, imports) {
  const own = [imports, instance.exports].flatMap((it) => Object.values(it ?? {}))
  for (const it of own.flatMap((it) => [it, ...Object.values(Object(it))])) {
    if (it instanceof WebAssembly.Memory) memories.add(it)
  }
  return instance
}

WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, [module, imports]) => note(new target(module, imports), imports),
})
for (const name of ["instantiate", "instantiateStreaming"]) {
  const native = WebAssembly[name]
  WebAssembly[name] = async (source, imports) => {
    const made = await native.call(WebAssembly, source, imports)
    note(made.instance ?? made, imports)
    return made
  }
}

/** How many pages of 64 KiB WebAssembly has here. */
export function wasmPages() {
  return [...memories].reduce((pages, { buffer }) => pages + buffer.byteLength / PAGE_BYTES, 0)
}

/** As soon as a client may try again. */
const AT_ONCE = { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 1, randomizationFactor: 0 }

let running

/** Connects; `reconnect` goes on from there. */
export async function startReconnecting({ client }) {
  running = new Reconnecting(await connect(client, AT_ONCE))
}

/** Cuts the connection until it has come back so many times in all; then it is up. */
export function reconnectUntil({ count }) {
  return running.until(count)
}

/** How often it came back; the client goes. */
export function stopReconnecting() {
  running.socket.disconnect()
  running = undefined
}

/** On each connection an event comes, a question is asked, and its answer comes; then it is cut. */
class Reconnecting {
  count = 0
  goal = 0
  reached = undefined
  failed = undefined

  constructor({ socket }) {
    this.socket = socket
    socket.on("connect", () => {
      this.count++
      this.converse().catch((error) => this.failed(error))
    })
  }

  until(count) {
    return new Promise((resolve, reject) => {
      this.goal = count
      this.reached = resolve
      this.failed = reject
      lastWire().cut()
    })
  }

  async converse() {
    const { socket } = this
    const wire = lastWire()
    const event = new Promise((resolve) => socket.once("message", resolve))
    wire.hear = async (frame) => {
      await task()
      wire.deliver('42["message",1]')
      wire.deliver(frame.replace(/^42(\d+).*/, "43$1[2]"))
    }
    const answer = new Promise((resolve) => socket.emit("question", { text: "who is there?" }, resolve))
    const heard = [await event, await answer]
    if (heard[0] !== 1 || heard[1] !== 2) throw new Error(`connection ${this.count} heard ${heard}`)
    await task()
    this.count < this.goal ? wire.cut() : this.reached()
  }
}
