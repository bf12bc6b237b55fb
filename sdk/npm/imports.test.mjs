// Nothing happens at import: no wish for a window, no request, no timer, no WebAssembly, no new global.

import assert from "node:assert/strict"
import { before, test } from "node:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { install, run } from "./support/project.mjs"

const NAMES =
  "Fetch,Manager,NodeWebSocket,NodeXHR,Socket,WebSocket,WebTransport,XHR,connect,default,io,protocol"
const SLIM_NAMES = `${NAMES},ready`
// As of socket.io-client, the classes of transports are not among them.
const NAMES_OF_IO = "Manager,Socket,connect,default,io,protocol"
const SLIM_NAMES_OF_IO = `${NAMES_OF_IO},ready`

/** Each way to load it, and what it gives. */
const ENTRIES = [
  ["module", 'import("parlor-client")', NAMES],
  ["module", 'import("parlor-client/dist/index.mjs")', NAMES],
  ["module", 'import("parlor-client/slim")', SLIM_NAMES],
  ["module", 'import("parlor-client/dist/slim.mjs")', SLIM_NAMES],
  ["commonjs", 'require("parlor-client")', NAMES_OF_IO],
  ["commonjs", 'require("parlor-client/dist/index.cjs")', NAMES_OF_IO],
  ["commonjs", 'require("parlor-client/slim")', SLIM_NAMES_OF_IO],
]

/** Whatever touches one of these during the import has said so. */
const TRAPS = `
const touched = []
const trap = (holder, name) => {
  const value = holder[name]
  Object.defineProperty(holder, name, { configurable: true, get: () => (touched.push(name), value) })
}
for (const name of ["window", "self", "document", "location", "navigator", "fetch", "WebSocket", "WebAssembly"]) trap(globalThis, name)
trap(globalThis, "addEventListener")
// \`useNativeTimers\` is what the clock was at import: it may be looked at, but nothing may be set.
for (const name of ["setTimeout", "setInterval"]) {
  const value = globalThis[name]
  globalThis[name] = (...words) => (touched.push(name), value(...words))
}
const before = Object.getOwnPropertyNames(globalThis)
`

let folder
before(() => {
  folder = install("node")
})

for (const [kind, load, names] of ENTRIES) {
  test(`nothing happens at ${load}`, () => {
    const script = join(folder, kind == "module" ? "import.mjs" : "import.cjs")
    writeFileSync(
      script,
      `${TRAPS}
      const settle = (loaded) => {
        const touchedByIt = touched.slice()
        const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name))
        console.log(JSON.stringify({ names: Object.keys(loaded).sort().join(), touched: touchedByIt, added }))
      }
      ${kind == "module" ? `settle(await ${load})` : `settle(${load})`}`,
    )
    const { names: found, touched, added } = JSON.parse(run(folder, process.execPath, [script]))
    assert.equal(found, names)
    assert.deepEqual({ touched, added }, { touched: [], added: [] })
  })
}
