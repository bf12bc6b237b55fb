// `parlor-client/slim`: what `ready()` takes, and what it says when it cannot have it.

import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { readFile } from "node:fs/promises"
import { after, before, beforeEach, test } from "node:test"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { serveFolder } from "./support/folder.mjs"
import { install } from "./support/project.mjs"

const CORE = "parlor-client.wasm"
const OFFLINE = { autoConnect: false }

let dist, web, bytes, fresh
let count = 0
before(async () => {
  dist = join(install("node"), "node_modules/parlor-client/dist")
  bytes = await readFile(join(dist, CORE))
  web = await serveFolder(dist)
})
after(() => web?.stop())
beforeEach(async () => {
  // A module of its own for each test: what is loaded stays loaded.
  fresh = await import(`${pathToFileURL(join(dist, "slim.node.mjs"))}?${count++}`)
})

/** All that may be given; without anything, it is the file beside the script. */
const SOURCES = {
  nothing: () => undefined,
  "an address as text": () => `${web.url}/${CORE}`,
  "an address": () => new URL(`${web.url}/${CORE}`),
  "a file's address": () => pathToFileURL(join(dist, CORE)),
  "a request": () => new Request(`${web.url}/${CORE}`),
  "an answer": () => fetch(`${web.url}/${CORE}`),
  "an answer without the type of WebAssembly": () => new Response(bytes),
  bytes: () => bytes,
  "a buffer": () => new Uint8Array(bytes).buffer,
  "a compiled module": () => new WebAssembly.Module(bytes),
  "a promise of any of them": () => Promise.resolve(bytes),
}

for (const [name, source] of Object.entries(SOURCES)) {
  test(`ready() takes ${name}`, async () => {
    assert.equal(await fresh.ready(source()), undefined)
    assert.equal(fresh.io("http://127.0.0.1", OFFLINE).connected, false)
  })
}

test("io() before ready() says what to do", async () => {
  const early = { code: "ERR_NOT_READY", message: /`await ready\(\)` first/ }
  assert.throws(() => fresh.io("http://127.0.0.1", OFFLINE), early)
  assert.throws(() => new fresh.Manager("http://127.0.0.1", OFFLINE), early)
  const loading = fresh.ready()
  assert.throws(() => fresh.io("http://127.0.0.1", OFFLINE), early)
  await loading
  fresh.io("http://127.0.0.1", OFFLINE)
})

test("it is loaded once, whoever asks again", async () => {
  const first = fresh.ready()
  assert.equal(fresh.ready(`${web.url}/gone`), first)
  await first
})

test("what failed may be tried again", async () => {
  await assert.rejects(fresh.ready(`${web.url}/gone`), { code: "ERR_WASM_LOAD" })
  await fresh.ready()
  fresh.io("http://127.0.0.1", OFFLINE)
})

test("what cannot be loaded is named", async () => {
  const page = new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } })
  const rows = [
    [`${web.url}/gone`, /: http:\/\/127\.0\.0\.1:\d+\/gone answered 404 null$/],
    ["http://127.0.0.1:1/", /: fetch failed$/],
    // A development server's answer to whatever it does not know.
    [page, / answered 200 text\/html$/],
    [bytes.subarray(0, 100), /: WebAssembly\.compile\(\): /],
    [{}, /: WebAssembly\.compile\(\): Argument 0 must be/],
  ]
  for (const [source, message] of rows) await assert.rejects(fresh.ready(source), { code: "ERR_WASM_LOAD", message })
})

test("the WebAssembly of another build is refused", async () => {
  const other = Buffer.from(bytes)
  other[other.length - 1] ^= 1
  const expected = { code: "ERR_WASM_LOAD", message: /: it belongs to another build of parlor-client$/ }
  await assert.rejects(fresh.ready(other), expected)
})

test("require gives io with ready on it", async () => {
  const io = createRequire(join(dist, "here.cjs"))("./slim.node.cjs")
  await io.ready()
  assert.equal(io("http://127.0.0.1", OFFLINE).connected, false)
})
