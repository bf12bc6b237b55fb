// The compiled core, started inside the first `io()`, at once and without waiting. `parlor:instance` is where its code
// comes from, which is the entry's choice: `inlined.mjs`, or `beside.mjs` in the entries named slim. What can be asked of
// it has numbers, which the build puts in the place of `ACT.…`.

import { instance } from "parlor:instance"

export let core
let view

export function load() {
  core ??= instance().exports
}

/** The core's memory. It moves when it grows. */
export function memory() {
  if (!view?.length) view = new Uint8Array(core.memory_.buffer)
  return view
}
