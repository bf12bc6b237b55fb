// What an error of connecting says beside the words of socket.io-client: what to look at.

import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { installPackage } from "./support/package.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

let installed, io
before(async () => {
  installed = installPackage()
  ;({ io } = await import(`${installed.dist}/node.mjs`))
})
after(() => installed?.remove())

const ANSWERS = [
  ["nothing at the path", 404, "Not Found", "xhr poll error", /option path/],
  ["a page that is not let in", 403, "no", "xhr poll error", /does not let this page in/],
  ["a session that is not known", 400, '{"code":1,"message":"Session ID unknown"}', "xhr poll error", /must stick/],
  ["a transport that is not taken", 400, '{"code":0,"message":"Transport unknown"}', "xhr poll error", /option transports/],
  ["another version", 400, '{"code":5,"message":"Unsupported protocol version"}', "xhr poll error", /another version/],
  ["a Socket.IO server of version 2", 200, '85:0{"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1}2:40', "server error", /no server of Socket.IO 3/],
  ["a page in the place of a server", 200, "<!doctype html>", "server error", /no server of Socket.IO 3/],
]

for (const [name, status, body, message, hint] of ANSWERS) {
  test(`${name} is told with what to look at`, async () => {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1")
    await once(server, "listening")
    const error = await failure(io, `http://127.0.0.1:${server.address().port}`, ["polling"])
    server.close()
    assert.equal(error.message, message)
    assert.match(error.hint, hint)
  })
}

test("a session that another server has is told by the post that meets it with what to look at", async () => {
  const server = createServer(({ method, url }, response) => {
    if (method == "POST") response.writeHead(400).end('{"code":1,"message":"Session ID unknown"}')
    else if (!url.includes("sid=")) response.end('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}')
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const socket = io(`http://127.0.0.1:${server.address().port}`, { transports: ["polling"], reconnection: false })
  const [reason, details] = await once(socket, "disconnect")
  server.closeAllConnections()
  server.close()
  assert.equal(reason, "transport error")
  assert.equal(details.message, "xhr post error")
  assert.match(details.hint, /must stick/)
})

for (const [transport, hint] of [
  ["polling", /does the server run/],
  ["websocket", /no WebSocket/],
]) {
  test(`a server that is not there is told with what to look at, by ${transport}`, async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address()
    server.close()
    await once(server, "close")
    assert.match((await failure(io, `http://127.0.0.1:${port}`, [transport])).hint, hint)
  })
}

test("in a page, a server that does not allow its origin is no answer, and CORS is named", async () => {
  const server = createServer((_, response) => response.end("0{}")).listen(0, "127.0.0.1")
  await once(server, "listening")
  const web = await serve({
    "/": { html: "<!doctype html><title>hints</title><link rel=icon href=data:,>" },
    "/parlor-client.mjs": `${installed.dist}/index.mjs`,
  })
  const browser = await launchBrowser()
  const tab = await openPage(browser, web.url)
  const hint = await tab.page.evaluate(async (url) => {
    const { io } = await import("/parlor-client.mjs")
    const socket = io(url, { transports: ["polling"], reconnection: false })
    return new Promise((resolve) => socket.on("connect_error", ({ hint }) => resolve(hint)))
  }, `http://127.0.0.1:${server.address().port}`)
  await browser.close()
  await web.stop()
  server.close()
  assert.match(hint, /origin \(CORS\)/)
})

function failure(io, url, transports) {
  const socket = io(url, { transports, reconnection: false, forceNew: true })
  return once(socket, "connect_error").then(([error]) => error)
}
