// Our package in this very process, as Node's two ways to load it give it; and servers that tell what reached them.

import { createServer } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { once } from "node:events"
import { connect, createServer as createTcpServer } from "node:net"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { writeFileSync } from "node:fs"
import { Server } from "socket.io"

/** How long anything may take before a test fails. */
const PATIENCE_MS = 10_000

export const loaders = {
  import(folder) {
    const file = join(folder, "loaded.mjs")
    writeFileSync(file, 'export * from "parlor-client"\n')
    return import(pathToFileURL(file))
  },
  require: (folder) => createRequire(join(folder, "loaded.cjs"))("parlor-client"),
}

/** Clients that end with their test. */
export function opener(io) {
  return (t, url, options) => {
    const socket = io(url, { forceNew: true, reconnection: false, ...options })
    t.after(() => socket.disconnect())
    return socket
  }
}

/** The arguments of the next event of that name. */
export async function heard(emitter, event) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS).unref()
  })
  return Promise.race([new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), late])
}

export async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** npm `socket.io` that echoes, with all the requests that it saw. `tls` makes it one for https. */
export async function startServer(t, { tls, ...options } = {}) {
  const server = tls ? createSecureServer(tls) : createServer()
  const io = new Server(server, options)
  io.on("connection", (socket) => socket.on("echo", (...args) => args.pop()(...args)))
  const requests = []
  for (const event of ["request", "upgrade"]) server.prependListener(event, (request) => requests.push(request))
  const url = await listen(t, server, tls ? "https" : "http")
  t.after(() => io.close())
  return { io, url, requests }
}

/** A server that does with requests what the test wants. */
export async function startBare(t, answer) {
  const server = createServer(answer)
  t.after(() => server.closeAllConnections())
  return listen(t, server, "http")
}

/** Stands before a server, and keeps what the client and the server have said, in the order in which it was said. */
export async function tap(t, url) {
  const { port } = new URL(url)
  const said = []
  let connections = 0
  const proxy = createTcpServer((client) => {
    const connection = connections++
    const server = connect(Number(port), "127.0.0.1")
    const pass = (from, to, side) => {
      from.on("data", (bytes) => said.push({ connection, side, bytes })).on("error", () => to.destroy()).pipe(to)
    }
    pass(client, server, "client")
    pass(server, client, "server")
  })
  const by = (side, wanted) => {
    const parts = said.filter((part) => part.side == side && (wanted ?? part.connection) == part.connection)
    return Buffer.concat(parts.map(({ bytes }) => bytes))
  }
  return {
    url: await listen(t, proxy, "http"),
    sent: () => by("client").toString("latin1"),
    received: () => by("server").toString("latin1"),
    frames: () => Array.from({ length: connections }, (_, connection) => framesOf(by("client", connection))).flat(),
  }
}

/** The data frames of a client, behind its request for a WebSocket. */
function framesOf(bytes) {
  const end = bytes.indexOf("\r\n\r\n") + 4
  if (!/^upgrade: websocket/im.test(bytes.subarray(0, end).toString("latin1"))) return []
  const frames = []
  for (let at = end; at + 6 <= bytes.length; ) {
    const short = bytes[at + 1] & 127
    if (short == 127) throw new RangeError("this needs 64 bits for its length")
    const [length, head] = short == 126 ? [bytes.readUInt16BE(at + 2), 8] : [short, 6]
    frames.push({ opcode: bytes[at] & 15, deflated: (bytes[at] & 64) != 0 })
    at += head + length
  }
  return frames
}

async function listen(t, server, scheme) {
  server.listen(0, "127.0.0.1")
  t.after(() => server.close())
  await once(server, "listening")
  return `${scheme}://127.0.0.1:${server.address().port}`
}
