// The core in a file of its own, in Node: its `fetch` does not read files.
import { readFile } from "node:fs/promises"
import { readyFrom } from "./beside.mjs"

export * from "./export.node.mjs"
export { default } from "./export.node.mjs"

export const ready = (source = new URL("./parlor-client.wasm", import.meta.url)) => readyFrom(source, open)

function open(place) {
  const isFile = /^file:/.test(place.href ?? place)
  return isFile ? readFile(new URL(place)) : fetch(place)
}
