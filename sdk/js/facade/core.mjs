// The compiled core, started inside the first `io()`, at once and without waiting. `parlor:instance` is where its code
// comes from, which is the entry's choice: `inlined.mjs`, or `beside.mjs` in the entries named slim. What can be asked of
// it has numbers (`acts.rs`), which the build puts in the place of `ACT.…`.

import { instance } from "parlor:instance"

export let core

export function load() {
  core ??= instance().exports
}
