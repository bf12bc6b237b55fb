// Our package as npm would install it.

import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { required } from "./process.mjs"

/** A project that has installed the tarball and nothing else. `dist` is the folder with the package's files. */
export function installPackage() {
  const folder = mkdtempSync(join(tmpdir(), "parlor-npm-"))
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n')
  addPackage(folder)
  return {
    folder,
    dist: join(folder, "node_modules/parlor-client/dist"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Installs the tarball into a project on top of what it has. Nothing is fetched: `ws` is the one locked for the tests. */
export function addPackage(folder) {
  const modules = join(folder, "node_modules")
  // An earlier one of the same version would be taken for this one.
  rmSync(join(modules, "parlor-client"), { recursive: true, force: true })
  cpSync(fileURLToPath(new URL("../node_modules/ws", import.meta.url)), join(modules, "ws"), { recursive: true })
  const words = ["install", "--offline", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
  execFileSync("npm", [...words, required("PARLOR_NPM_TARBALL")], { cwd: folder })
}
