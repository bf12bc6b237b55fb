// The projects of this folder, each as somebody who copied it would have it: with the packages of its lock file, and
// our tarball on top. That happens beside the tarball, so nothing is left in the tree.

import { execFileSync, spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { dirname, join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { fileURLToPath } from "node:url"
import { addPackage } from "../../js/tests/support/package.mjs"
import { required } from "../../js/tests/support/process.mjs"

/** Installing and building take seconds; a machine that shares its cores may take many. */
const RUN_LIMIT_MS = 300_000
const START_LIMIT_MS = 60_000

const QUIET = { ...process.env, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" }
delete QUIET.FORCE_COLOR

/** The folder with the project, installed. */
export function install(name) {
  const source = fileURLToPath(new URL(`../${name}`, import.meta.url))
  const folder = join(dirname(required("PARLOR_NPM_TARBALL")), "projects", name)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    if (entry != "node_modules") rmSync(join(folder, entry), { recursive: true })
  }
  cpSync(source, folder, { recursive: true, filter: (path) => !/[\\/](node_modules|dist)$/.test(path) })
  installLocked(folder)
  addPackage(folder)
  return folder
}

/** What the lock file says, unless that is there already. */
function installLocked(folder) {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8")
  const modules = join(folder, "node_modules")
  const stamp = join(modules, ".parlor-installed")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") == lock) return
  run(folder, "npm", ["ci", "--no-audit", "--no-fund"])
  mkdirSync(modules, { recursive: true })
  writeFileSync(stamp, lock)
}

/** Runs a program to its end, and gives what it printed. */
export function run(folder, program, words) {
  try {
    return execFileSync(program, words, { cwd: folder, env: QUIET, encoding: "utf8", timeout: RUN_LIMIT_MS, stdio: "pipe" })
  } catch (error) {
    throw new Error(`${program} ${words.join(" ")}: ${error.message}\n${error.stdout}`)
  }
}

/** One of the programs that the project has installed. */
export const tool = (folder, name) => join(folder, "node_modules/.bin", name)

/** Starts a program that serves until it is stopped, and finds its address in what it prints. */
export async function start(folder, program, words) {
  // A group of its own, so that what it starts ends with it.
  const server = spawn(program, words, { cwd: folder, env: QUIET, detached: true, stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(server, "exit")
  const kill = () => process.kill(-server.pid, "SIGKILL")
  process.once("exit", kill)
  const stop = async () => {
    process.removeListener("exit", kill)
    if (server.exitCode === null) kill()
    await exited
  }
  try {
    return { url: await address(server), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function address(server) {
  const late = AbortSignal.timeout(START_LIMIT_MS)
  late.addEventListener("abort", () => server.stdout.destroy())
  let said = ""
  for await (const part of server.stdout.iterator({ destroyOnReturn: false })) {
    said += stripVTControlCharacters(String(part))
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
    if (!url) continue
    server.stdout.resume()
    return url
  }
  throw new Error(`no address in what it said: ${said}`)
}
