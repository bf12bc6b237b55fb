// The typings, tried by the TypeScript compiler on code as users write it.

import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { cpSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { installPackage } from "./support/package.mjs"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

test("what is right compiles, and what is wrong does not", () => {
  const installed = installPackage()
  try {
    cpSync(here("types/usage.ts"), join(installed.folder, "usage.ts"))
    const words = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "", "usage.ts"]
    const { stdout, status } = spawnSync(here("node_modules/.bin/tsc"), words, { cwd: installed.folder, encoding: "utf8" })
    assert.equal(stdout, "")
    assert.equal(status, 0)
  } finally {
    installed.remove()
  }
})
