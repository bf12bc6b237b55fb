// From the compiled crate to the module `parlor:wasm`: bound, optimised, and inlined as text.

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { pack, unpackSource } from "./pack.mjs"

/** What any browser with references in WebAssembly has. Not `--all-features`: that output needs newer engines. */
const FEATURES = [
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "reference-types",
  "multivalue",
].map((name) => `--enable-${name}`)

/** Traps never happen, and no address is in the first kilobyte: smaller code. Then twice, over simpler control flow. */
const SMALLER = ["-Oz", "-tnh", "-lmu", "--flatten", "--rereloop", "-Oz", "-Oz"]

/** What wasm-bindgen's glue is taken over for. `throw` is for panics, of which there are none, and would read text. */
const INTRINSICS = ["__wbindgen_init_externref_table", "__wbg___wbindgen_is_undefined"]
const THROW = "__wbg___wbindgen_throw"

/** Where the text goes, once the rest has been minified: minifiers choose names by the letters they see. */
export const PLACE = "the core"

/** Exports with a better name in the facade. */
const NAMES = {
  connection_new: "create",
  __wbg_connection_free: "free",
  __wbindgen_externrefs: "externrefs",
  __wbindgen_start: "start",
}

/** The optimised core, and the source of the module around it. */
export function buildCore({ wasm, wasmBindgen, wasmOpt, folder }) {
  execFileSync(wasmBindgen, ["--target", "bundler", "--no-typescript", "--out-dir", folder, "--out-name", "core", wasm])
  const optimised = join(folder, "optimised.wasm")
  const names = execFileSync(wasmOpt, [
    ...FEATURES,
    ...SMALLER,
    "--strip-debug",
    "--strip-producers",
    "--minify-imports-and-exports-and-modules",
    join(folder, "core_bg.wasm"),
    "-o",
    optimised,
  ])
  const bytes = readFileSync(optimised)
  const glue = readFileSync(join(folder, "core_bg.js"), "utf8")
  const { text, turn } = smallest(bytes)
  return { bytes, text, source: source(turn, JSON.parse(names), glue) }
}

function source(turn, { imports, exports }, glue) {
  const isHost = ([module]) => module == "./host.mjs"
  const host = imports.filter(isHost)
  const entries = imports.map((it) => `${it[2]}: ${isHost(it) ? `host_${it[1]}` : intrinsic(it[1], glue)}`)
  const bound = exports.map(([name, short]) => [exportName(name), short])
  return `
import { ${host.map(([, name]) => `${name} as host_${name}`).join(", ")} } from "./host.mjs"
export const imports = { a: { ${entries.join(", ")} } }
export let ${bound.map(([name]) => name).join(", ")}
export function bind(exports) {
  ({ ${bound.map(([name, short]) => `${short}: ${name}`).join(", ")} } = exports)
}
export function code() {
  const text = "${PLACE}"
  ${unpackSource(turn)}
}
`
}

/** The turn of the bytes that gzip likes best. */
function smallest(bytes) {
  let best
  for (let turn = 0; turn < 256; turn += 4) {
    const text = pack(bytes, turn)
    const size = gzipSync(text, { level: 9 }).length
    if (!best || size < best.size) best = { text, turn, size }
  }
  return best
}

function intrinsic(name, glue) {
  if (name.startsWith(THROW)) return "() => { throw Error() }"
  const body = glue.match(new RegExp(`function ${name}(\\([^]*?\n})`))?.[1]
  if (!body || !INTRINSICS.some((known) => name.startsWith(known))) {
    throw new Error(`the core imports ${name}: add it to INTRINSICS, or keep it out of the core`)
  }
  return `function ${body.replaceAll("wasm.__wbindgen_externrefs", "externrefs")}`
}

function exportName(name) {
  const bare = NAMES[name] ?? name.replace(/^connection_/, "")
  return bare.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
}
