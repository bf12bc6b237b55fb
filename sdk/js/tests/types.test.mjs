// The typings, tried by the TypeScript compiler on code as users write it. A file of theirs imports socket.io-client, and
// compiles against our package when that one word is another.

import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { installPackage } from "./support/package.mjs"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const THEIRS = "socket.io-client"
const OURS = "parlor-client"

/** How TypeScript looks for a package's typings: as Node does, in both of its versions, and as bundlers do. */
const LOOKUPS = {
  nodenext: ["--module", "nodenext", "--moduleResolution", "nodenext"],
  node16: ["--module", "node16", "--moduleResolution", "node16"],
  bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
}

let installed
before(() => {
  installed = installPackage()
  symlinkSync(here(`node_modules/${THEIRS}`), join(installed.folder, "node_modules", THEIRS))
})
after(() => installed?.remove())

for (const [lookup, words] of Object.entries(LOOKUPS)) {
  describe(`looked up as ${lookup} does`, () => {
    test("what users write compiles against the typings of socket.io-client", () => compile("usage.ts", THEIRS, words))
    test("what users write compiles against ours, with another import", () => compile("usage.ts", OURS, words))
    test("what the typings of socket.io-client refuse is an error there", () => compile("refused.ts", THEIRS, words))
    test("what the typings of socket.io-client refuse is an error here too", () => compile("refused.ts", OURS, words))
    test("what is ours alone compiles, and what is wrong does not", () => compile("own.ts", undefined, words))
    test("every public name of socket.io-client's typings is in ours", () => compile("names.ts", undefined, words))
  })
}

test("a CommonJS file has the same types", () => {
  for (const client of [THEIRS, OURS]) compile("usage.ts", client, LOOKUPS.nodenext, "usage.cts")
  compile("own.ts", undefined, LOOKUPS.nodenext, "own.cts")
})

test("the slim entry has the same types", () => compile("usage.ts", `${OURS}/slim`, LOOKUPS.bundler))

/** Compiles a file of `types/`, the import of socket.io-client made one of `client`. */
function compile(file, client, lookup, name = file) {
  const text = readFileSync(here(`types/${file}`), "utf8")
  writeFileSync(join(installed.folder, name), client ? text.replaceAll(`"${THEIRS}"`, `"${client}"`) : text)
  const words = ["--noEmit", "--strict", "--target", "es2022", "--types", "", ...lookup, name]
  const { stdout, status } = spawnSync(here("node_modules/.bin/tsc"), words, { cwd: installed.folder, encoding: "utf8" })
  assert.equal(stdout, "")
  assert.equal(status, 0)
}
