// A server that does not keep to the protocol: the page is told in the documented words, and the WebAssembly goes on.

import assert from "node:assert/strict"
import { createServer } from "node:http"
import { once } from "node:events"
import { after, before, test } from "node:test"
import { installPackage } from "./support/package.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const HANDSHAKE = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
const JOINED = '40{"sid":"x"}'

/** What the server answers to GET after GET; then what the page is told. */
const ROWS = [
  ["a handshake that is no JSON", ["0{"], ["connect_error", "invalid handshake"]],
  ["a handshake without a session", ["0{}"], ["connect_error", "invalid handshake"]],
  ["a handshake with an absurd session", [`0{"sid":"${"s".repeat(100_000)}"}`], ["connect_error", "invalid handshake"]],
  ["something that is not Engine.IO", ["<html>"], ["connect_error", "server error"]],
  ["an empty body", [""], ["connect_error", "server error"]],
  ["an answer without a sid", [HANDSHAKE, "40{}"], ["connect_error", "v2.x"]],
  ["a packet of no known type", [HANDSHAKE, JOINED, "49"], ["disconnect", "parse error"]],
  ["an event that is no JSON", [HANDSHAKE, JOINED, '42["a'], ["disconnect", "parse error"]],
  ["an event with a reserved name", [HANDSHAKE, JOINED, '42["disconnect"]'], ["disconnect", "parse error"]],
  ["an event that is no array", [HANDSHAKE, JOINED, '42{"a":1}'], ["disconnect", "parse error"]],
  ["a binary event without its attachments", [HANDSHAKE, JOINED, '451-["a"]\x1e42["b"]'], ["disconnect", "parse error"]],
  ["an attachment out of the blue", [HANDSHAKE, JOINED, "bAAAA"], ["disconnect", "parse error"]],
  ["a placeholder of nothing", [HANDSHAKE, JOINED, '451-["a",{"_placeholder":true,"num":7}]\x1ebAAAA'], ["disconnect", "parse error"]],
  ["more attachments than anybody sends", [HANDSHAKE, JOINED, '4599999999999999999999-["a"]'], ["disconnect", "parse error"]],
  ["base64 that is none", [HANDSHAKE, JOINED, "b*"], ["disconnect", "transport error"]],
  ["an Engine.IO packet of no known type", [HANDSHAKE, JOINED, "9"], ["disconnect", "transport error"]],
  ["an endless namespace", [HANDSHAKE, JOINED, `42/${"n".repeat(100_000)}`], ["disconnect", "parse error"]],
  ["an ack of nothing", [HANDSHAKE, JOINED, '4318446744073709551615["a"]\x1e42["last"]'], ["last"]],
  ["an event of no name", [HANDSHAKE, JOINED, '42\x1e42["last"]'], ["last"]],
  ["an event for somebody else", [HANDSHAKE, JOINED, '42/other,["a"]\x1e42["last"]'], ["last"]],
  ["the end of the session", [HANDSHAKE, JOINED, "1"], ["disconnect", "transport close"]],
]

let installed, web, browser, tab
before(async () => {
  installed = installPackage()
  web = await serve({
    "/": { html: "<!doctype html><link rel=icon href=data:,>" },
    "/index.mjs": `${installed.dist}/index.mjs`,
  })
  browser = await launchBrowser()
  tab = await openPage(browser, web.url)
})
after(async () => {
  await browser?.close()
  await web?.stop()
  installed?.remove()
})

for (const [name, bodies, [event, words]] of ROWS) {
  test(`${name}: ${event}${words ? ` (${words})` : ""}`, async () => {
    const server = await answering(bodies)
    try {
      await tab.refresh()
      const told = await tab.page.evaluate(listen, { url: server.url, wanted: event })
      if (words) assert.match(told, new RegExp(words))
      assert.deepEqual(tab.errors, [])
    } finally {
      server.stop()
    }
  })
}

/** Resolves to what came with the first event of that name. */
async function listen({ url, wanted }) {
  const { io } = await import("/index.mjs")
  const socket = io(url, { transports: ["polling"], reconnection: false, forceNew: true })
  return new Promise((resolve, reject) => {
    socket.on(wanted, (value) => resolve(value?.message ?? value))
    setTimeout(() => reject(new Error(`no ${wanted}`)), 5000)
  })
}

/** A server that answers each GET with the next body, holds the rest, and is content with every POST. */
async function answering(bodies) {
  const left = [...bodies]
  const server = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*")
    if (request.method === "POST") response.end("ok")
    else if (left.length) response.end(left.shift())
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
