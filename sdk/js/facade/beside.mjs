// The core whose code is a file of its own: loaded by `ready()`, which has to be over before the first `io()`.
// `CORE_BUILD` is the name of the section by which the file is known to belong to this very script.

import { blocked } from "./blocked.mjs"
import { failure } from "./error.mjs"
import { host } from "./host.mjs"

/** The smallest module there is: an engine that refuses it refuses them all. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

let started
let pending

export function instance() {
  if (!started) throw failure("`await ready()` first: parlor-client/slim has not loaded its WebAssembly yet", "ERR_NOT_READY")
  return started
}

/** Loads the core once. What failed may be tried again. `open` reads what has an address. */
export function readyFrom(source, open) {
  pending ??= begin(source, open).catch((error) => {
    pending = undefined
    throw error
  })
  return pending
}

async function begin(source, open) {
  const module = await compiled(source, open).catch((cause) => {
    throw cause.code == "ERR_WASM_LOAD" ? cause : explained(cause)
  })
  if (!WebAssembly.Module.customSections(module, CORE_BUILD).length) {
    throw unloadable("it belongs to another build of parlor-client")
  }
  started = await WebAssembly.instantiate(module, { host_: host })
}

async function compiled(source, open) {
  const given = await source
  const hasAddress = typeof given == "string" || given instanceof URL || given instanceof Request
  const found = hasAddress ? await open(given) : given
  if (found instanceof WebAssembly.Module) return found
  if (!(found instanceof Response)) return WebAssembly.compile(found)
  const type = found.headers.get("Content-Type")
  // Development servers answer with a page where there is no file.
  if (!found.ok || /html/.test(type)) throw unloadable(`${found.url} answered ${found.status} ${type}`)
  // Only what is called by its right name may be compiled while it comes.
  return type == "application/wasm" ? WebAssembly.compileStreaming(found) : WebAssembly.compile(await found.arrayBuffer())
}

function explained(cause) {
  try {
    new WebAssembly.Module(EMPTY)
  } catch {
    return blocked(cause)
  }
  return unloadable(cause.message, cause)
}

function unloadable(why, cause) {
  return failure(`the WebAssembly of parlor-client/slim could not be loaded: ${why}`, "ERR_WASM_LOAD", { cause })
}
