// The servers of the round trips, each in a process of its own, which says where it listens in its first line.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setting } from "./settings.mjs"

const START_LIMIT_MS = 20_000

const SERVERS = {
  node: () => start(process.execPath, [setting("PARLOR_BENCH_NODE")]),
  parlor: () => start(setting("PARLOR_BENCH_PARLOR"), []),
}

/** These servers, running: `{ urls, stop }`. */
export async function startServers(names) {
  const running = await Promise.all(names.map((name) => SERVERS[name]()))
  return {
    urls: Object.fromEntries(names.map((name, at) => [name, running[at].url])),
    stop: () => running.forEach(({ stop }) => stop()),
  }
}

export async function start(program, words) {
  // What tells us where things are begins as a server's settings do, and one that knows its settings refuses it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PARLOR_")))
  const server = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], env })
  const stop = () => server.kill("SIGKILL")
  process.once("exit", stop)
  const lines = createInterface({ input: server.stdout })
  const signal = AbortSignal.timeout(START_LIMIT_MS)
  const failed = once(server, "error", { signal }).then(([error]) => Promise.reject(error))
  failed.catch(() => {})
  const [line] = await Promise.race([once(lines, "line", { signal }), failed])
  const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1]
  if (!url) throw new Error(`${program} said \`${line}\``)
  return { url, stop }
}
