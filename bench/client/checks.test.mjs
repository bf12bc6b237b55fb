// The measurements notice what goes wrong: a figure of messages that did not arrive would be worth nothing.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { read } from "./lib/arguments.mjs"
import { bundleAll } from "./lib/packages.mjs"
import { FLOOR, OURS, THEIRS } from "./lib/rows.mjs"
import { measure } from "./lib/run.mjs"
import { openTab } from "./lib/tab.mjs"

const WORKS = ["emit", "receive", "ask"]
const SHORT = { payload: "small", chunk: 100, warmUp: 1, measure: 1 }

let bundles, tab
before(async () => {
  bundles = await bundleAll()
  tab = await openTab(bundles)
})
after(() => tab?.close())

/** A client `broken`: socket.io-client over a mock with that fault. It comes late, after everything was looked at. */
const breakWire = (fault) =>
  tab.run(async ([fault, theirs]) => {
    const [{ add }, { lastWire }, { io }] = await Promise.all(
      ["/page/clients.mjs", "/page/wire.mjs", `/clients/${theirs}.mjs`].map((path) => import(path)),
    )
    const FAULTY = 1_234
    const faults = {
      lose: (pass) => (frame, count) => count === FAULTY || pass(frame),
      double: (pass) => (frame, count) => {
        pass(frame)
        if (count === FAULTY) pass(frame)
      },
      swap: (pass) => {
        let held
        return (frame, count) => {
          if (count === FAULTY) return (held = frame)
          pass(frame)
          if (count === FAULTY + 1) pass(held)
        }
      },
      change: (pass) => (frame) => pass(frame.replace("ada", "bob")),
    }
    add("broken", {
      io(url, options) {
        const socket = io(url, options)
        const wire = lastWire()
        for (const way of ["send", "deliver"]) {
          const passed = faults[fault](wire[way].bind(wire))
          let count = 0
          // What is no event is left alone.
          const native = wire[way].bind(wire)
          wire[way] = (frame) => (/^4[23]/.test(frame) ? passed(frame, ++count) : native(frame))
        }
        return socket
      },
    })
  }, [fault, THEIRS])

const batch = (client, work, more) => tab.call("batch", { client, work, ...SHORT, ...more })

test("every client does every work, of either size and in any chunk", async () => {
  for (const client of [FLOOR, THEIRS, OURS]) {
    for (const work of WORKS) {
      for (const more of [{}, { payload: "medium" }, { chunk: 1 }]) {
        const { operations, millis } = await batch(client, work, more)
        assert.ok(operations >= 2_000 && millis > 0, `${client} ${work}: ${operations} in ${millis} ms`)
      }
    }
  }
})

test("a mock that loses one message makes the batch fail", async () => {
  await breakWire("lose")
  await assert.rejects(batch("broken", "emit"), /1\d\d\d of 1\d\d\d arrived/)
  await assert.rejects(batch("broken", "receive"), /1\d\d\d of 1\d\d\d arrived/)
  await assert.rejects(batch("broken", "ask"), /1\d\d\d of 1\d\d\d questions arrived/)
})

test("a message that comes twice makes the batch fail", async () => {
  await breakWire("double")
  await assert.rejects(batch("broken", "emit"), /\d+ of \d+ arrived/)
  await assert.rejects(batch("broken", "receive"), /\d+ of \d+ arrived/)
})

test("messages that change their places make the batch fail", async () => {
  await breakWire("swap")
  for (const work of WORKS) await assert.rejects(batch("broken", work), /not what was sent, or not in its order/)
})

test("a message with another text makes the batch fail", async () => {
  await breakWire("change")
  for (const work of WORKS) await assert.rejects(batch("broken", work), /not what was sent: .*"bob"/)
})

test("a row that fails is told, and the others are measured all the same", async () => {
  await breakWire("lose")
  const { rows, rounds } = read(["emit-small", "size", "--quick"])
  const pace = { warmUp: 1, measure: 1 }
  const broken = { ...tab, call: (name, words) => tab.call(name, words.client === OURS ? { ...words, client: "broken" } : words) }
  const results = await measure({ rows, rounds, pace }, broken, bundles, () => {})
  assert.match(results.get("emit-small").failure, /^1\d\d\d of 1\d\d\d arrived$/)
  assert.deepEqual(results.get("size").figures[OURS], [bundles[OURS].gzip])
})

test("an answer that is not to its question makes the round trips fail", async () => {
  await tab.run(async () => {
    const { add } = await import("/page/clients.mjs")
    let told = 0
    const emit = (event, text, answered) => setTimeout(() => answered(++told === 50 ? "something else" : text))
    const on = (event, listener) => event === "connect" && setTimeout(listener)
    add("mistaken", { io: () => ({ on, emit, disconnect() {} }) })
  })
  const words = { client: "mistaken", url: "http://127.0.0.1:9", inFlight: 4, warmUp: 20, measure: 400 }
  await assert.rejects(tab.call("trips", words), /1 answers are not what was asked/)
})

test("what a client keeps of each connection is seen in the heap", async () => {
  await tab.run(async (theirs) => {
    const [{ add }, { io }] = await Promise.all(["/page/clients.mjs", `/clients/${theirs}.mjs`].map((path) => import(path)))
    const kept = []
    const keep = () => kept.push(Array.from({ length: 128 }, (_, at) => ({ at })))
    add("keeping", { io: (...words) => io(...words).on("connect", keep) })
  }, THEIRS)
  const keeping = await growth("keeping", 50, 150)
  const plain = await growth(THEIRS, 50, 150)
  // 128 objects of 16 bytes or more.
  assert.ok(keeping - plain > 100 * 128 * 16, `${keeping} and ${plain}`)
})

async function growth(client, from, to) {
  await tab.call("startReconnecting", { client })
  await tab.call("reconnectUntil", { count: from })
  const before = await tab.heapBytes()
  await tab.call("reconnectUntil", { count: to })
  const after = await tab.heapBytes()
  await tab.call("stopReconnecting")
  return after - before
}

test("WebAssembly that takes a page more is seen", async () => {
  const before = await tab.call("wasmPages")
  assert.ok(before > 0, "our package has none, or it is not seen")
  await tab.run(() => {
    // A module that exports a memory of two pages.
    const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2, 7, 5, 1, 1, 0x6d, 2, 0]
    new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.m.grow(1)
  })
  assert.equal(await tab.call("wasmPages"), before + 3)
})

test("a page that asks for more than was counted makes the call fail", async () => {
  await tab.run(() => fetch("/core.wasm"))
  await assert.rejects(tab.call("wasmPages"), /the page asked for \/core\.wasm, which nobody counted/)
})
