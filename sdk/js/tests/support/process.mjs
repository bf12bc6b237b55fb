// Servers in processes of their own: each says where it listens in its first line.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const START_LIMIT_MS = 20_000

/** The servers that the clients are tried on, by name: `start(environment)` gives `{ url, stop }`. */
export const servers = {
  "socket.io": (env) =>
    start(process.execPath, [fileURLToPath(new URL("../fixtures/socketio_server.mjs", import.meta.url))], env),
  "parlor-server": (env) => start(required("PARLOR_TEST_SERVER_BIN"), ["--listen", "127.0.0.1:0"], env),
}

/** The README's server. */
export const hello = () => start(required("PARLOR_HELLO_BIN"), ["127.0.0.1:0"])

/** A server of the guide: `first` or `chat`. */
export const guide = (name) => start(required(`PARLOR_GUIDE_${name.toUpperCase()}_BIN`), ["127.0.0.1:0"])

/** An environment variable that the test command sets. */
export function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run these tests by \`cargo xtask test npm\``)
  return value
}

const running = new Set()
process.once("exit", () => running.forEach((server) => server.kill("SIGKILL")))

async function start(program, words, env = {}) {
  const server = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } })
  running.add(server)
  const kill = () => {
    running.delete(server)
    server.kill("SIGKILL")
  }
  const line = await firstLine(server, program).catch((error) => {
    kill()
    throw error
  })
  const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1]
  if (!url) throw new Error(`${program} said \`${line}\``)
  return {
    url,
    async stop() {
      const gone = once(server, "exit")
      kill()
      await gone
    },
  }
}

async function firstLine(server, program) {
  const lines = createInterface({ input: server.stdout })
  const signal = AbortSignal.timeout(START_LIMIT_MS)
  const failed = once(server, "error", { signal }).then(([error]) => Promise.reject(error))
  const ended = once(lines, "close", { signal }).then(() => Promise.reject(new Error(`${program} said nothing`)))
  const [line] = await Promise.race([once(lines, "line", { signal }), failed, ended])
  for (const other of [failed, ended]) other.catch(() => {})
  return line
}
