// What is in the tarball, and whether package managers, bundlers, Node and TypeScript find it where they look.

import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { publint } from "publint"
import { required } from "../js/tests/support/process.mjs"

const TARBALL = required("PARLOR_NPM_TARBALL")

const FILES = [
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "dist/index.cjs",
  "dist/index.d.cts",
  "dist/index.d.ts",
  "dist/index.mjs",
  "dist/node.cjs",
  "dist/node.mjs",
  "dist/parlor-client.min.js",
  "dist/parlor-client.wasm",
  "dist/slim.d.cts",
  "dist/slim.d.ts",
  "dist/slim.mjs",
  "dist/slim.node.cjs",
  "dist/slim.node.mjs",
  "package.json",
]

/** What TypeScript's resolution before 2022 cannot see, because it knows no `exports`. */
const OLD_RESOLUTION = "node10"

const unpacked = (file) => execFileSync("tar", ["-xzOf", TARBALL, `package/${file}`])

test("the tarball has these files and no other", () => {
  const names = String(execFileSync("tar", ["-tzf", TARBALL])).trim().split("\n")
  assert.deepEqual(names.map((name) => name.replace(/^package\//, "")).sort(), FILES)
})

test("the manifest is without what only the build needs, and asks for ws alone", () => {
  const manifest = JSON.parse(unpacked("package.json"))
  assert.deepEqual(Object.keys(manifest.dependencies), ["ws"])
  assert.equal(manifest.sideEffects, false)
  for (const name of ["devDependencies", "scripts"]) assert.ok(!(name in manifest), name)
})

test("only files for Node import what a page has not", () => {
  const imports = /(?:\bfrom|\bimport|\brequire\()\s*["'](?:ws|node:[\w/]+)["']/
  const found = FILES.filter((file) => /\.[cm]?js$/.test(file) && imports.test(unpacked(file)))
  assert.deepEqual(found.filter((file) => !file.includes("node.")), [])
  assert.ok(found.includes("dist/slim.node.mjs"))
})

test("publint has nothing to say", async () => {
  const file = readFileSync(TARBALL)
  const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.length)
  const { messages } = await publint({ pack: { tarball }, strict: true })
  assert.deepEqual(messages, [])
})

test("TypeScript finds the types of each entry, for import and for require", async () => {
  const { problems, types } = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(TARBALL))), {
    excludeEntrypoints: ["./parlor-client.wasm", /^\.\/dist\//, "./package.json"],
  })
  assert.equal(types.kind, "included")
  assert.deepEqual(problems.filter((problem) => problem.resolutionKind != OLD_RESOLUTION), [])
})
