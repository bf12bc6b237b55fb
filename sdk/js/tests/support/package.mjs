// Our package as npm would install it.

import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { required } from "./process.mjs"

/** A project that has installed the tarball and nothing else. `dist` is the folder with the package's files. */
export function installPackage() {
  const folder = mkdtempSync(join(tmpdir(), "parlor-npm-"))
  const tarball = join(folder, "parlor-client.tgz")
  cpSync(required("PARLOR_NPM_TARBALL"), tarball)
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n')
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", tarball], { cwd: folder })
  return {
    folder,
    dist: join(folder, "node_modules/parlor-client/dist"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
