// The core whose code is in this very file. It is small enough to be compiled where it is needed, without waiting.

import { code } from "parlor:wasm"
import { blocked } from "./blocked.mjs"
import { host } from "./host.mjs"

export function instance() {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(code()), { host_: host })
  } catch (cause) {
    throw blocked(cause)
  }
}
