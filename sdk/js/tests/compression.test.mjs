// What is compressed on its way to a server, and what `compress` has to do with it: `sdk/js/README.md` has the table.

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { heard, loaders, opener, startServer, tap } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const SHORT = "short".repeat(100)
const LONG = "long ".repeat(400)

let installed, open
before(async () => {
  installed = installPackage()
  open = opener((await loaders.import(installed.folder)).io)
})
after(() => installed?.remove())

describe("on a WebSocket in Node", () => {
  /** Which of the echoes were compressed. */
  async function deflated(t, options, ...echoes) {
    const { url } = await startServer(t, { perMessageDeflate: true })
    const { url: tapped, sent, frames } = await tap(t, url)
    const socket = open(t, tapped, { transports: ["websocket"], ...options })
    await heard(socket, "connect")
    const seen = []
    for (const echo of echoes) {
      const before = frames().length
      await echo(socket)
      seen.push(...frames().slice(before).map(({ opcode, deflated }) => `${opcode == 2 ? "binary" : "text"} ${deflated}`))
    }
    return { seen, offered: /permessage-deflate/.test(sent()) }
  }

  const echo = (value) => (socket) => socket.emitWithAck("echo", value)
  const plain = (value) => (socket) => socket.compress(false).emitWithAck("echo", value)

  test("messages of 1024 bytes and more are compressed, unless compress(false) says no", async (t) => {
    const units = (bytes) => "x".repeat(bytes - '420["echo",""]'.length)
    const { seen, offered } = await deflated(t, {}, echo(units(1023)), echo(units(1024)), plain(LONG))
    assert.deepEqual(seen, ["text false", "text true", "text false"])
    assert.ok(offered)
  })

  test("bytes count, not letters", async (t) => {
    assert.deepEqual((await deflated(t, {}, echo("ä".repeat(600)))).seen, ["text true"])
  })

  test("so are bytes, each message for itself", async (t) => {
    const long = Buffer.alloc(2000)
    const { seen } = await deflated(t, {}, echo(long), echo(new Blob([long])), echo(long.subarray(1000)), plain(long))
    const expected = ["binary true", "binary true", "binary false", "binary false"]
    assert.deepEqual(seen, expected.flatMap((message) => ["text false", message]))
  })

  test("perMessageDeflate.threshold is another size", async (t) => {
    const { seen } = await deflated(t, { perMessageDeflate: { threshold: 100 } }, echo(SHORT))
    assert.deepEqual(seen, ["text true"])
  })

  test("perMessageDeflate: false offers no compression", async (t) => {
    assert.deepEqual(await deflated(t, { perMessageDeflate: false }, echo(LONG)), { seen: ["text false"], offered: false })
  })
})

/** The coding of each POST but the first, which only joins the namespace. */
function echoes(sent) {
  const requests = sent.split(/(?=(?:GET|POST|OPTIONS) \S+ HTTP\/1.1\r)/)
  const posts = requests.filter((request) => request.startsWith("POST"))
  return posts.slice(1).map((request) => /^content-encoding: *(.*)\r$/im.exec(request)?.[1] ?? "plain")
}

/** Echoes by polling one after the other, in Node or in a page of another origin. */
const platforms = {
  Node: async (t, url) => echoAll(open(t, url, { transports: ["polling"] }), { SHORT, LONG }),
  async Chromium(t, url) {
    const web = await serve({
      "/": { html: "<!doctype html><link rel=icon href=data:,>" },
      "/index.mjs": `${installed.dist}/index.mjs`,
    })
    t.after(() => web.stop())
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page } = await openPage(browser, web.url)
    return page.evaluate(
      async ({ url, texts, echoAll }) => {
        const { io } = await import("/index.mjs")
        return Function(`return ${echoAll}`)()(io(url, { transports: ["polling"] }), texts)
      },
      { url, texts: { SHORT, LONG }, echoAll: String(echoAll) },
    )
  },
}

async function echoAll(socket, { SHORT, LONG }) {
  const answers = [
    await socket.emitWithAck("echo", SHORT),
    await socket.emitWithAck("echo", LONG),
    await socket.compress(false).emitWithAck("echo", LONG),
    await socket.emitWithAck("echo", { list: [LONG] }),
  ]
  socket.disconnect()
  return answers
}

for (const [platform, echo] of Object.entries(platforms)) {
  describe(`on polling in ${platform}`, () => {
    const rules = {
      "parlor-server": ["what is long is gzip, unless compress(false) says no", ["plain", "gzip", "plain", "gzip"]],
      "socket.io": ["nothing is gzip for a server that has not announced it", ["plain", "plain", "plain", "plain"]],
    }
    for (const [name, [rule, codings]] of Object.entries(rules)) {
      test(rule, async (t) => {
        const server = await servers[name]()
        t.after(() => server.stop())
        const { url, sent } = await tap(t, server.url)
        assert.deepEqual(await echo(t, url), [SHORT, LONG, LONG, { list: [LONG] }])
        assert.deepEqual(echoes(sent()).slice(0, 4), codings)
      })
    }
  })
}
