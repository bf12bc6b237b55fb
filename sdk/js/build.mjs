// Makes the npm package: one file per way to load it, and the tarball. `cargo xtask npm` calls this with the compiled
// crate and the tools:
//
//   WASM          the crate `parlor-client-js`, as cargo built it
//   WASM_BINDGEN  the program of the locked version
//   WASM_OPT      the program
//   OUT           where the tarball goes

import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { PLACE, buildCore } from "./build/core.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(setting("OUT"))
const work = join(out, "work")
const pack = join(out, "package")
const dist = join(pack, "dist")

for (const folder of [work, pack]) rmSync(folder, { recursive: true, force: true })
for (const folder of [work, dist]) mkdirSync(folder, { recursive: true })

const core = buildCore({
  wasm: resolve(setting("WASM")),
  wasmBindgen: setting("WASM_BINDGEN"),
  wasmOpt: setting("WASM_OPT"),
  folder: work,
})

await bundle("index.mjs", { format: "esm" })
await bundle("index.cjs", { format: "cjs", entry: "export.cjs" })
await bundle("parlor-client.min.js", { format: "iife", entry: "export.script.mjs" })

cpSync(join(here, "index.d.ts"), join(dist, "index.d.ts"))
cpSync(join(here, "README.md"), join(pack, "README.md"))
for (const license of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(here, "../..", license), join(pack, license))
writeManifest()
execFileSync("npm", ["pack", "--silent", "--pack-destination", out], { cwd: pack })
printSizes()

async function bundle(file, { format, entry = "index.mjs" }) {
  const { outputFiles } = await build({
    write: false,
    entryPoints: [join(here, "facade", entry)],
    bundle: true,
    minify: true,
    format,
    // What runs WebAssembly with references has all of it.
    target: "es2022",
    // Names that end so are ours alone.
    mangleProps: /[^_]_$/,
    legalComments: "none",
    plugins: [{ name: "parlor:wasm", setup: provideCore }],
  })
  writeFileSync(join(dist, file), inlined(outputFiles[0].text))
}

/** The script with the core's text in it: first, because gzip does best when the two are not mixed. */
function inlined(script) {
  const [, opening, rest] = /^((?:"use strict";)?(?:\(\(\)=>\{)?)([^]*)$/.exec(script.replace(`"${PLACE}"`, "$core"))
  return `${opening}var $core=${JSON.stringify(core.text)};${rest}`
}

function provideCore({ onResolve, onLoad }) {
  onResolve({ filter: /^parlor:wasm$/ }, () => ({ path: "wasm", namespace: "parlor" }))
  onLoad({ filter: /.*/, namespace: "parlor" }, () => ({ contents: core.source, resolveDir: join(here, "facade") }))
}

/** The manifest that is published: without what only the build needs. */
function writeManifest() {
  const { devDependencies, scripts, ...manifest } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"))
  writeFileSync(join(pack, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
}

function printSizes() {
  const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length
  const rows = ["index.mjs", "parlor-client.min.js"].map((file) => [file, readFileSync(join(dist, file))])
  rows.push(["the WebAssembly in it", core.bytes])
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
