// What a page is told where WebAssembly does not run. A policy is nearly always the reason, and no engine says so
// in a way that a program can read.

import { failure } from "./error.mjs"

export function blocked(cause) {
  return failure(
    "WebAssembly does not run here: a page's Content-Security-Policy needs 'wasm-unsafe-eval' in script-src",
    "ERR_WASM_BLOCKED",
    { cause },
  )
}
