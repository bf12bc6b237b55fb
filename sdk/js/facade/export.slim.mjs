// The core in a file of its own. Bundlers know this very form of `new URL` and bring the file along.
import { readyFrom } from "./beside.mjs"

export * from "./index.mjs"
export { default } from "./index.mjs"

export const ready = (source = new URL("./parlor-client.wasm", import.meta.url)) => readyFrom(source, fetch)
