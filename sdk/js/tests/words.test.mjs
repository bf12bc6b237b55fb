// What the facade says and bounds in the place of the core is what the core's own sources say: each list stands in Rust,
// and the copy that JavaScript has to have is compared with it.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { EVENTS, REASONS, WHY, WRONG_PROTOCOL, isReserved } from "../facade/words.mjs"

const root = new URL("../../../", import.meta.url)
const read = (path) => readFileSync(new URL(path, root), "utf8")

/** The names of an enum's variants, in order. */
function variants(path, name) {
  const [, body] = new RegExp(`enum ${name} \\{([^]*?)\\n\\}`).exec(read(path))
  return [...body.matchAll(/^ {4}(\w+)(?:\(.*\))?,$/gm)].map(([, variant]) => variant)
}

/** What a `match` of `Self::Variant => "text"` says, by variant. */
function texts(path, variants) {
  const source = read(path)
  return variants.map((variant) => new RegExp(`Self::${variant}(?:\\(.*?\\))? => "(.*?)"`).exec(source)?.[1])
}

function constant(path, name) {
  return new RegExp(`const ${name}: \\w+ = ([\\d_]+);`).exec(read(path))[1].replaceAll("_", "")
}

test("reasons are the protocol's, in its order", () => {
  const said = texts("protocol/src/reason.rs", variants("protocol/src/reason.rs", "Reason"))
  assert.equal(said[0], "io client disconnect")
  // What only servers say is not there.
  assert.deepEqual(REASONS.slice(1), said.slice(0, 7))
})

test("events have the names of what the core tells, in its order", () => {
  const OTHERS = { Upgrading: "upgrading", UpgradeError: "upgradeError" }
  const names = variants("sdk/js/src/tell.rs", "Event").map((name) => OTHERS[name] ?? name.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase())
  assert.deepEqual(EVENTS, names)
})

test("failures are worded as the protocol words them, in the order in which the core tells them", () => {
  const whys = variants("sdk/js/src/tell.rs", "Why")
  assert.equal(WHY.length, whys.length)
  const worded = ["Poll", "Post", "WebSocket", "Malformed", "Handshake"]
  assert.deepEqual(
    worded.map((why) => WHY[whys.indexOf(why)][0]),
    texts("protocol/src/engine/client/report.rs", worded),
  )
  const attempts = ["Timeout", "NoTransports", "Closed"]
  assert.deepEqual(
    attempts.map((why) => WHY[whys.indexOf(why)][0]),
    texts("protocol/src/client/output.rs", attempts),
  )
  assert.ok(read("protocol/src/client/output.rs").replace(/\\\n\s*/g, "").includes(WRONG_PROTOCOL))
})

test("the reserved names are the protocol's", () => {
  const [, list] = /RESERVED_EVENTS[^=]*=\s*\[([^]*?)\]/.exec(read("protocol/src/socket/packet.rs"))
  const names = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name)
  assert.equal(names.length, 6)
  assert.ok(names.every(isReserved))
  assert.equal(read("sdk/js/facade/words.mjs").match(/RESERVED = \[(.*)\]/)[1].split(",").length, names.length)
})

test("bounds are the protocol's", () => {
  const copies = [
    ["decoder.mjs", "MAX_ATTACHMENTS", "MAX_ATTACHMENTS"],
    ["decoder.mjs", "MAX_NAMESPACE_BYTES", "MAX_NAMESPACE_BYTES"],
    ["connection.mjs", "MAX_SID_UNITS", "MAX_SID_BYTES"],
    ["socket.mjs", "MAX_EARLY_EVENTS", "MAX_EARLY_EVENTS"],
    ["socket.mjs", "MAX_OFFSET_UNITS", "MAX_OFFSET_BYTES"],
  ]
  for (const [file, copy, name] of copies) {
    const [, value] = new RegExp(`const ${copy} = ([\\d_]+)`).exec(read(`sdk/js/facade/${file}`))
    assert.equal(value.replaceAll("_", ""), constant("protocol/src/limits.rs", name), copy)
  }
})

test("the usual times of reconnecting are the protocol's", () => {
  const rust = read("protocol/src/client/reconnection.rs")
  const millis = (field) => Number(new RegExp(`\\b${field}: Millis::new\\(([\\d_]+)\\)`).exec(rust)[1].replaceAll("_", ""))
  const usual = (option) => Number(new RegExp(`${option}: ([\\d.]+)`).exec(read("sdk/js/facade/manager.mjs"))[1])
  assert.equal(usual("reconnectionDelay"), millis("delay"))
  assert.equal(usual("reconnectionDelayMax"), millis("delay_max"))
  assert.equal(usual("randomizationFactor"), Number(/\brandomization: ([\d.]+)/.exec(rust)[1]))
  const [, attempt] = /ATTEMPT_TIMEOUT: Duration = Duration::from_millis\(([\d_]+)\)/.exec(read("protocol/src/limits.rs"))
  assert.equal(usual("timeout"), Number(attempt.replaceAll("_", "")))
})
