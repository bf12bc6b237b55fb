// The compiled core: unpacked and started inside the first `io()`, at once and without waiting. `parlor:wasm` is made
// by `build.mjs`: the code as text, what it imports, and its exports as functions by name.

import { bind, code, imports, memory as exportedMemory, reserved, start } from "parlor:wasm"
import { failure } from "./error.mjs"

export * from "parlor:wasm"

let loaded
let view
let names

export function load() {
  if (loaded) return
  let instance
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(code()), imports)
  } catch (cause) {
    const error = failure(
      "the page does not let WebAssembly run: its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src",
      "ERR_WASM_BLOCKED",
    )
    error.cause = cause
    throw error
  }
  bind(instance.exports)
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
