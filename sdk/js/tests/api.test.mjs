// docs/COMPATIBILITY.md against the two clients: it names all that socket.io-client has, and what it says of ours is so.

import assert from "node:assert/strict"
import { once } from "node:events"
import { readFileSync, readdirSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { pathToFileURL } from "node:url"
import * as theirs from "socket.io-client"
import { installPackage } from "./support/package.mjs"
import { namesAtRun, namesInTypings, publicMembers } from "./support/surface.mjs"

const HERE = ["same", "differs", "ours"]
const MISSING = ["not yet", "never"]
const STATES = [...HERE, ...MISSING, "private"]

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8")

const table = rowsOf(read("../../../docs/COMPATIBILITY.md"))
const typings = namesInTypings(new URL("node_modules/", import.meta.url))
let installed, deaf, ours, atRun
before(async () => {
  installed = installPackage()
  ours = await import(pathToFileURL(join(installed.dist, "node.mjs")))
  // Whoever waits for an answer would keep the process alive.
  deaf = createServer((connection) => connection.destroy()).listen(0, "127.0.0.1")
  await once(deaf, "listening")
  const url = `http://127.0.0.1:${deaf.address().port}`
  atRun = { theirs: namesAtRun(theirs, url), ours: namesAtRun(ours, url) }
  atRun.ours.Exports.push(...Object.keys(await import(pathToFileURL(join(installed.dist, "slim.node.mjs")))))
})
after(() => {
  deaf?.close()
  installed?.remove()
})

test("each row of the table has a state that there is, and a test where something is here", () => {
  for (const { names, state, tests } of table) {
    assert(STATES.includes(state), `${names}: there is no state ${state}`)
    if (HERE.includes(state) && !isPrivateThere(names)) assert(tests, `${names}: no test`)
  }
})

test("the table names all that the typings of socket.io-client declare", () => {
  assert.deepEqual(unnamed(typings), [])
})

test("the table names all that socket.io-client has when it runs", () => {
  assert.deepEqual(unnamed(atRun.theirs), [])
})

test("the table names nothing that neither has", () => {
  const known = (section) => [typings[section], atRun.theirs[section]].flatMap((names) => names ?? [])
  // The engine's own end is no reason in their typings, and some private names come into being later.
  const extra = ["forced close", "_reconnecting", "skipReconnect"]
  const theirs = entries().filter(({ state, name }) => state != "ours" && !extra.includes(name))
  const left = theirs.filter(({ section, name }) => !known(section).includes(name))
  assert.deepEqual(left, [])
})

test("nothing is called private that is public there", () => {
  const hidden = entries().filter(({ section, name, state }) => state == "private" && typings[section]?.includes(name))
  assert.deepEqual(hidden, [])
})

test("what the table says is here is here, and what it says is missing is missing", () => {
  const wrong = []
  for (const { section, name, state, type } of entries()) {
    const here = atRun.ours[section]?.includes(name)
    // What they too have only later, and types, are not there to be seen.
    const visible = state == "ours" || atRun.theirs[section]?.includes(name)
    if (here === undefined || type) continue
    if (HERE.includes(state) && visible && !here) wrong.push(`${section}: ${name} is ${state}, and not here`)
    if (MISSING.includes(state) && here) wrong.push(`${section}: ${name} is ${state}, and here`)
  }
  assert.deepEqual(wrong, [])
})

test("what our typings promise is here, unless the table says that it is not yet", () => {
  const types = read("../index.d.ts")
  const promised = { Manager: "class Manager", Socket: "class Socket", Engine: "interface Engine", Transport: "class Transport" }
  const missing = Object.entries(promised).flatMap(([section, declaration]) => {
    const notYet = entries().filter((it) => it.section == section && it.state == "not yet").map(({ name }) => name)
    // An id comes with the connection.
    const excused = [...atRun.ours[section], ...notYet, "id"]
    const names = publicMembers(types, declaration).filter((name) => !excused.includes(name))
    return names.map((name) => `${section}: ${name}`)
  })
  assert.deepEqual(missing, [])
})

test("every code of an error is in the typings, and no other", () => {
  const folders = ["../facade/", "../src/"].map((path) => new URL(path, import.meta.url))
  const files = (folder) => readdirSync(folder, { recursive: true }).filter((name) => /\.(mjs|cjs|rs)$/.test(name))
  const sources = folders.flatMap((folder) => files(folder).map((name) => readFileSync(new URL(name, folder), "utf8")))
  const codes = (text) => [...new Set(text.match(/"ERR_\w+"/g))].sort()
  assert.deepEqual(codes(read("../index.d.ts")), codes(sources.join("\n")))
})

/** The table: `{ section, names, state, type, tests }` for each row. */
function rowsOf(page) {
  const rows = []
  let section
  for (const line of page.split("\n")) {
    section = /^## (.*)/.exec(line)?.[1] ?? section
    const [, names, what, tests] = /^\| (`.*`) \| (.*?) \| (.*) ?\|$/.exec(line) ?? []
    if (!names) continue
    const [state] = what.split(":")
    const named = [...names.matchAll(/`([^`(]+)[^`]*`/g)].map(([, name]) => name)
    rows.push({ section, names: named, state, type: what == "same: types", tests: tests.trim() })
  }
  return rows
}

function entries() {
  return table.flatMap(({ section, names, state, type }) => names.map((name) => ({ section, name, state, type })))
}

/** Names by section of which the table knows nothing. */
function unnamed(sections) {
  const named = new Set(entries().map(({ section, name }) => `${section}: ${name}`))
  const all = Object.entries(sections).flatMap(([section, names]) => names.map((name) => `${section}: ${name}`))
  return all.filter((name) => !named.has(name))
}

function isPrivateThere(names) {
  return names.every((name) => !Object.values(typings).flat().includes(name))
}
