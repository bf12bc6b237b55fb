// The compiled core, started inside the first `io()`, at once and without waiting. `parlor:wasm` is made by `build.mjs`:
// what the core imports, and its exports as functions by name. `parlor:instance` is where its code comes from, which
// is the entry's choice: `inlined.mjs`, or `beside.mjs` in the entries named slim.

import { bind, memory as exportedMemory, reserved, start } from "parlor:wasm"
import { instance } from "parlor:instance"

export * from "parlor:wasm"

let loaded
let view
let names

export function load() {
  if (loaded) return
  bind(instance().exports)
  loaded = true
  start()
}

/** The core's memory. It moves when it grows. */
export function memory() {
  if (!view?.length) view = new Uint8Array(exportedMemory.buffer)
  return view
}

/** The event names that nobody may emit. */
export function reservedEvents() {
  return (names ??= reserved())
}
