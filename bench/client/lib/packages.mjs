// The two packages as a page gets them: installed as npm does, bundled as people bundle.

import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants } from "node:zlib"
import { build } from "esbuild"
import { OURS, THEIRS } from "./rows.mjs"
import { setting } from "./settings.mjs"

/** The folder in which `npm ci` has installed what this package depends on. */
const HERE = fileURLToPath(new URL("..", import.meta.url))

/** Every package's bundle by its name: the text, and its sizes. */
export async function bundleAll() {
  const folder = mkdtempSync(join(tmpdir(), "parlor-bench-"))
  try {
    install(folder, setting("PARLOR_NPM_TARBALL"))
    return { [THEIRS]: await bundle(THEIRS, HERE), [OURS]: await bundle(OURS, folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function install(folder, packed) {
  const tarball = join(folder, "parlor-client.tgz")
  cpSync(packed, tarball)
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n')
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", tarball], { cwd: folder })
}

async function bundle(name, folder) {
  const { outputFiles } = await build({
    stdin: { contents: `export { io } from "${name}"`, resolveDir: folder },
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  })
  const [{ contents, text }] = outputFiles
  const bytes = Buffer.from(contents)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  return {
    text,
    minified: bytes.length,
    // The program, whose name the bound has: Node's zlib differs from it by a percent, either way.
    gzip: execFileSync("gzip", ["-9", "-n"], { input: bytes }).length,
    brotli: brotliCompressSync(bytes, quality).length,
  }
}
