// In Node: what requests look like, over which connections they go, and when they end.

import assert from "node:assert/strict"
import { once } from "node:events"
import { Agent } from "node:http"
import { after, before, test } from "node:test"
import { heard, loaders, opener, startBare, startServer, tap } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"

const HANDSHAKE = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'

let installed, open
before(async () => {
  installed = installPackage()
  open = opener((await loaders.import(installed.folder)).io)
})
after(() => installed?.remove())

test("a POST says what it holds, and every request of polling accepts everything", async (t) => {
  const { url, requests } = await startServer(t)
  await open(t, url, { transports: ["polling"] }).emitWithAck("echo", "1")
  for (const { method, headers } of requests) {
    assert.equal(headers.accept, "*/*")
    assert.equal(headers["content-type"], method == "POST" ? "text/plain;charset=UTF-8" : undefined)
  }
  assert.deepEqual([...new Set(requests.map(({ method }) => method))].sort(), ["GET", "POST"])
})

for (const transport of ["polling", "websocket"]) {
  const transports = [transport]

  test(`extraHeaders are sent (${transport})`, async (t) => {
    const { url, requests } = await startServer(t)
    await heard(open(t, url, { transports, extraHeaders: { "X-Mine": "a", cookie: "b=1" } }), "connect")
    for (const { headers } of requests) assert.deepEqual([headers["x-mine"], headers.cookie], ["a", "b=1"])
  })

  test(`a header that cannot be sent is told in a connect_error (${transport})`, async (t) => {
    const { url } = await startServer(t)
    const [error] = await heard(open(t, url, { transports, extraHeaders: { "X-Mine": "a\nb" } }), "connect_error")
    assert.equal(error.code, "ERR_TRANSPORT")
  })

  test(`an agent makes the connections (${transport})`, async (t) => {
    const { url } = await startServer(t)
    const agent = new Agent({ keepAlive: true })
    t.after(() => agent.destroy())
    let made = 0
    const { createConnection } = agent
    agent.createConnection = function (...args) {
      made++
      return createConnection.apply(this, args)
    }
    await heard(open(t, url, { transports, agent }), "connect")
    assert.ok(made > 0)
  })

  test(`localAddress is where connections come from: one that is not ours fails (${transport})`, async (t) => {
    const { url } = await startServer(t)
    await heard(open(t, url, { transports, localAddress: "127.0.0.1" }), "connect")
    await heard(open(t, url, { transports, localAddress: "192.0.2.1" }), "connect_error")
  })

  test(`family chooses among the addresses of a name (${transport})`, async (t) => {
    const { url } = await startServer(t)
    const named = url.replace("127.0.0.1", "localhost")
    await heard(open(t, named, { transports, family: 4 }), "connect")
    await heard(open(t, named, { transports, family: 6 }), "connect_error")
  })

  test(`a request ends when the time to connect is over, and throws nothing (${transport})`, async (t) => {
    let seen
    const url = await startBare(t, ({ socket }) => (seen = socket))
    await heard(open(t, url, { transports, timeout: 200 }), "connect_error")
    // What is thrown out of turn fails this test.
    if (!seen.destroyed) await once(seen, "close", { signal: AbortSignal.timeout(5000) })
  })

  test(`maxPayload bounds what is received (${transport})`, async (t) => {
    const { url } = await startServer(t)
    const socket = open(t, url, { transports, maxPayload: 2000 })
    assert.equal(await socket.emitWithAck("echo", "x".repeat(1000)), "x".repeat(1000))
    socket.emit("echo", "x".repeat(3000), () => assert.fail("it was received"))
    const [reason] = await heard(socket, "disconnect")
    assert.equal(reason, "transport error")
  })
}

test("a WebSocket has its origin and its protocols", async (t) => {
  const { url, requests } = await startServer(t)
  const options = { transports: ["websocket"], origin: "http://elsewhere", protocols: ["one", "two"] }
  await heard(open(t, url, options), "connect")
  const { headers } = requests[0]
  assert.deepEqual([headers.origin, headers["sec-websocket-protocol"]], ["http://elsewhere", "one,two"])
})

test("requestTimeout ends a request of polling that is not answered", async (t) => {
  const url = await startBare(t, () => {})
  const [error] = await heard(open(t, url, { transports: ["polling"], requestTimeout: 100 }), "connect_error")
  assert.equal(error.code, "ERR_TRANSPORT")
})

test("requestTimeout is no reason to ask again", async (t) => {
  let polls = 0
  const url = await startBare(t, (request, response) => {
    if (request.method == "POST") return response.end("ok")
    if (!/sid=/.test(request.url)) return response.end(HANDSHAKE)
    if (polls++ == 0) response.end('40{"sid":"x"}')
  })
  const [reason] = await heard(open(t, url, { transports: ["polling"], requestTimeout: 200 }), "disconnect")
  assert.deepEqual([reason, polls], ["transport error", 2])
})

test("a connection that was kept and is closed meanwhile is replaced by another one", async (t) => {
  const used = new Set()
  const lost = []
  const url = await startBare(t, (request, response) => {
    if (used.has(request.socket)) {
      lost.push(request.method)
      return request.socket.destroy()
    }
    used.add(request.socket)
    if (request.method == "POST") return response.end("ok")
    if (!/sid=/.test(request.url)) return response.end(HANDSHAKE)
    if (used.size < 4) response.end('40{"sid":"x"}')
  })
  await heard(open(t, url, { transports: ["polling"] }), "connect")
  assert.ok(lost.length > 0)
})

test("a long answer comes compressed", async (t) => {
  const { url } = await startServer(t)
  const { url: tapped, received } = await tap(t, url)
  const long = "long ".repeat(1000)
  assert.equal(await open(t, tapped, { transports: ["polling"] }).emitWithAck("echo", long), long)
  assert.match(received(), /^content-encoding: gzip\r$/im)
  assert.ok(!received().includes(long))
})
