// Makes the npm package: one file per way to load it, and the tarball. README.md says which is for whom. `cargo xtask npm`
// calls this with the compiled crate and the tools:
//
//   WASM      the crate `parlor-client-js`, as cargo built it
//   WASM_OPT  the program
//   OUT       where the tarball goes

import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { PLACE, SOURCE, buildCore } from "./build/core.mjs"
import { nameBuild } from "./build/name.mjs"
import { shortNames } from "./build/names.mjs"
import { pack as packed } from "./build/pack.mjs"

/** The scripts. `node`: may import `ws` and Node's modules. `slim`: the core is not in it, but in a file beside it. */
const OUTPUTS = [
  { file: "index.mjs", entry: "index.mjs", format: "esm" },
  { file: "index.cjs", entry: "export.cjs", format: "cjs" },
  { file: "node.mjs", entry: "export.node.mjs", format: "esm", node: true },
  { file: "node.cjs", entry: "export.node.cjs", format: "cjs", node: true },
  { file: "slim.mjs", entry: "export.slim.mjs", format: "esm", slim: true },
  { file: "slim.node.mjs", entry: "export.slim.node.mjs", format: "esm", node: true, slim: true },
  { file: "slim.node.cjs", entry: "export.slim.node.cjs", format: "cjs", node: true, slim: true },
  { file: "parlor-client.min.js", entry: "export.script.mjs", format: "iife" },
]

const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(setting("OUT"))
const work = join(out, "work")
const pack = join(out, "package")
const dist = join(pack, "dist")

for (const folder of [work, pack]) rmSync(folder, { recursive: true, force: true })
for (const folder of [work, dist]) mkdirSync(folder, { recursive: true })

const core = buildCore({
  wasm: resolve(setting("WASM")),
  wasmOpt: setting("WASM_OPT"),
  folder: work,
})

const named = nameBuild(core.bytes)

// The scripts differ little: what suits the first suits them all.
const first = (names) => compile(OUTPUTS[0], names)
const text = packed(core.bytes, (await first(core.names)).script)
const names = await shortNames(core.names, facade(), text, first)

for (const output of OUTPUTS) await bundle(output)
writeFileSync(join(dist, "parlor-client.wasm"), named.bytes)
writeTypes()

cpSync(join(here, "README.md"), join(pack, "README.md"))
for (const license of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(here, "../..", license), join(pack, license))
writeManifest()
execFileSync("npm", ["pack", "--silent", "--pack-destination", out], { cwd: pack })
printSizes()

async function bundle(output) {
  const { script } = await compile(output, names)
  writeFileSync(join(dist, output.file), output.slim ? script : inlined(script))
}

/** An output as a script without the core, and the names that became of those that end in `_`. */
async function compile({ entry, format, node, slim }, known) {
  const { outputFiles, mangleCache } = await build({
    write: false,
    entryPoints: [join(here, "facade", entry)],
    bundle: true,
    minify: true,
    format,
    platform: node ? "node" : "browser",
    // A page has neither, and an import of them from its files must fail here.
    external: node ? ["ws", "node:*"] : [],
    // What runs WebAssembly with references has all of it.
    target: "es2022",
    // Names that end so are ours alone.
    mangleProps: /[^_]_$/,
    mangleCache: known,
    legalComments: "none",
    define: { ...core.acts, CORE_BUILD: JSON.stringify(named.name), ...(format == "cjs" && { "import.meta.url": "importMetaUrl" }) },
    inject: slim && format == "cjs" ? [join(here, "build/place.cjs.mjs")] : [],
    plugins: [{ name: "parlor:core", setup: (hooks) => provideCore(hooks, slim ? "beside.mjs" : "inlined.mjs") }],
  })
  return { script: outputFiles[0].text, names: mangleCache }
}

/** All sources that use such names. */
function facade() {
  const files = readdirSync(join(here, "facade"), { recursive: true }).filter((file) => file.endsWith(".mjs"))
  return files.map((file) => readFileSync(join(here, "facade", file), "utf8")).join("")
}

/** The script with the core's text in it: first, because gzip does best when the two are not mixed. */
function inlined(script) {
  const [, opening, rest] = /^((?:"use strict";)?(?:\(\(\)=>\{)?)([^]*)$/.exec(script.replaceAll(`"${PLACE}"`, "$core"))
  return `${opening}var $core="${text}";${rest}`
}

function provideCore({ onResolve, onLoad }, instance) {
  onResolve({ filter: /^parlor:wasm$/ }, () => ({ path: "wasm", namespace: "parlor" }))
  onLoad({ filter: /.*/, namespace: "parlor" }, () => ({ contents: SOURCE, resolveDir: join(here, "facade") }))
  onResolve({ filter: /^parlor:instance$/ }, () => ({ path: join(here, "facade", instance) }))
}

/** The typings. TypeScript tells by a file's name whether it describes a module or what `require` gives. */
function writeTypes() {
  for (const name of ["index", "slim"]) {
    const types = readFileSync(join(here, `${name}.d.ts`), "utf8")
    writeFileSync(join(dist, `${name}.d.ts`), types)
    writeFileSync(join(dist, `${name}.d.cts`), types.replace(/(?<= from "\.\/\w+)\.js(?=")/g, ".cjs"))
  }
}

/** The manifest that is published: without what only the build needs. */
function writeManifest() {
  const { devDependencies, scripts, ...manifest } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"))
  writeFileSync(join(pack, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
}

function printSizes() {
  const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length
  const rows = ["index.mjs", "parlor-client.min.js", "slim.mjs", "parlor-client.wasm"].map((file) => [file, readFileSync(join(dist, file))])
  console.log(`${"".padEnd(24)}${"bytes".padStart(8)}${"gzip -9".padStart(9)}`)
  for (const [name, bytes] of rows) {
    console.log(`${name.padEnd(24)}${String(bytes.length).padStart(8)}${String(gzip(bytes)).padStart(9)}`)
  }
}

function setting(name) {
  const value = process.env[name]
  if (!value) throw new Error(`set ${name}: see the top of build.mjs`)
  return value
}
