// One table of scenarios, with our client and with the one it stands in for, on the server it was made for and on
// ours, over every way to connect. Where a row fails with `socket.io-client`, the row is wrong.

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { recoveryScenarios, scenarios } from "./scenarios.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const here = (path) => new URL(path, import.meta.url)

const CLIENTS = ["parlor-client", "socket.io-client"]

const WAYS = {
  "polling only": { transports: ["polling"], transport: "polling", webSockets: 0 },
  "websocket only": { transports: ["websocket"], transport: "websocket", webSockets: 1 },
  "polling upgraded to websocket": { transports: ["polling", "websocket"], transport: "websocket", webSockets: 1 },
}

const SCENARIO_LIMIT_MS = 10_000

let installed, web, browser
before(async () => {
  installed = installPackage()
  web = await serve({
    "/": { html: "<!doctype html><title>parity</title><link rel=icon href=data:,>" },
    "/parlor-client.mjs": `${installed.dist}/index.mjs`,
    "/socket.io-client.mjs": here("node_modules/socket.io-client/dist/socket.io.esm.min.js"),
    "/scenarios.mjs": here("scenarios.mjs"),
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await web?.stop()
  installed?.remove()
})

for (const [serverName, start] of Object.entries(servers)) {
  describe(`on ${serverName}`, () => {
    let server
    before(async () => {
      server = await start()
    })
    after(() => server?.stop())

    for (const client of CLIENTS) {
      for (const [way, { transports, transport, webSockets }] of Object.entries(WAYS)) {
        describe(`${client}, ${way}`, () => {
          let tab
          before(async () => {
            tab = await openPage(browser, web.url)
          })
          after(() => tab?.close())

          for (const [name, { expected }] of Object.entries(scenarios)) {
            test(name, async () => {
              const { result, expectedErrors } = await run(tab, client, server.url, name, transports)
              assert.deepEqual(result, plain(expected))
              assert.deepEqual(tab.errors, expectedErrors)
            })
          }

          test("the page sees the transport it asked for", async () => {
            const { sockets, ...seen } = await watch(tab, client, server.url, transports, transport)
            const began = transports[0]
            const upgradedTo = began !== transport && transport
            assert.deepEqual(seen, { began, upgradedTo, seenByServer: transport, transport })
            assert.equal(sockets.length, webSockets)
          })
        })
      }
    }
  })
}

for (const [serverName, start] of Object.entries(servers)) {
  describe(`on ${serverName} with recovery`, () => {
    let server, tab
    before(async () => {
      server = await start({ RECOVERY: "1" })
      tab = await openPage(browser, web.url)
    })
    after(async () => {
      await tab?.close()
      await server?.stop()
    })

    for (const client of CLIENTS) {
      for (const [way, { transports }] of Object.entries(WAYS)) {
        for (const [name, { expected }] of Object.entries(recoveryScenarios)) {
          test(`${client}, ${way}: ${name}`, async () => {
            const { result } = await run(tab, client, server.url, name, transports)
            assert.deepEqual(result, plain(expected))
          })
        }
      }
    }
  })
}

/** Runs one scenario in a fresh page. */
async function run(tab, client, url, name, transports) {
  await tab.refresh()
  const words = { client, url, name, transports, limit: SCENARIO_LIMIT_MS }
  const { result, expectedErrors } = await tab.page.evaluate(runInPage, words)
  return { result: result && plain(result), expectedErrors }
}

async function runInPage({ client, url, name, transports, limit }) {
  const { io } = await import(`/${client}.mjs`)
  const { recoveryScenarios, scenarios } = await import("/scenarios.mjs")
  const connect = (namespace, options) => io(url + namespace, { transports, ...options })
  const expectedErrors = []
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`not done in ${limit} ms`)), limit))
  const { run } = scenarios[name] ?? recoveryScenarios[name]
  const done = run({ connect, expectErrors: (...messages) => expectedErrors.push(...messages) })
  return { result: await Promise.race([done, late]), expectedErrors }
}

/** Connects until the transport is the one in the end, and tells what the page and its network have seen. */
async function watch(tab, client, url, transports, transport) {
  await tab.refresh()
  const seen = await tab.page.evaluate(watchInPage, { client, url, transports, transport })
  return { ...seen, sockets: tab.sockets.filter((socket) => socket.includes("transport=websocket")) }
}

async function watchInPage({ client, url, transports, transport }) {
  const { io } = await import(`/${client}.mjs`)
  const socket = io(url, { transports })
  const { engine } = socket.io
  const began = engine.transport.name
  // The upgrade may be done before the namespace is joined.
  const upgraded = began !== transport && new Promise((resolve) => engine.on("upgrade", ({ name }) => resolve(name)))
  const upgradedTo = await upgraded
  const seenByServer = await socket.emitWithAck("transport")
  return { began, upgradedTo, seenByServer, transport: engine.transport.name }
}

/** As JSON has it: what crosses from the page to here. */
function plain(value) {
  return JSON.parse(JSON.stringify(value))
}
