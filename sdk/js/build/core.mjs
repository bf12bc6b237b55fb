// From the compiled crate to the module `parlor:wasm`: bound, optimised, and inlined as text.

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { UNPACK } from "./pack.mjs"

/** What any browser with references in WebAssembly has. Not `--all-features`: that output needs newer engines. */
const FEATURES = [
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "reference-types",
  "multivalue",
].map((name) => `--enable-${name}`)

/** Traps never happen, and no address is in the first kilobyte: smaller code. Three times: each finds what the one before has left. */
const SMALLER = ["-Oz", "-tnh", "-lmu", "-Oz", "-Oz"]

/** Where the text goes, once the rest has been minified: minifiers choose names by the letters they see. */
export const PLACE = "the core"

/** The optimised core, the names it knows its surroundings by, and the numbers of what it does. */
export function buildCore({ wasm, wasmOpt, folder }) {
  const optimised = join(folder, "optimised.wasm")
  const names = execFileSync(wasmOpt, [
    ...FEATURES,
    ...SMALLER,
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--minify-imports-and-exports-and-modules",
    wasm,
    "-o",
    optimised,
  ])
  const bytes = readFileSync(optimised)
  return { bytes, names: namesOf(JSON.parse(names)), acts: acts() }
}

/** The source of the module: it is the same whatever the code is. */
export const SOURCE = `
export function code() {
  const text = "${PLACE}"
  ${UNPACK}
}
`

/** By the names that the facade uses, those that were made of the core's imports and exports. */
function namesOf({ imports, exports }) {
  const short = [...imports.map(([, name, short]) => [name, short]), ...exports]
  return Object.fromEntries([["host_", "a"], ...short.map(([name, short]) => [`${name}_`, short])])
}

/** What can be asked of the core, with its numbers: the list in `acts.rs`. */
function acts() {
  const list = readFileSync(new URL("../src/acts.rs", import.meta.url), "utf8")
  return Object.fromEntries([...list.matchAll(/const (\w+): i32 = (\d+);/g)].map(([, name, number]) => [`ACT.${name}`, number]))
}
