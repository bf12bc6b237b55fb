// Pages with a Content-Security-Policy. WebAssembly needs a word in it, and a page without that word hears which.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { servers } from "../js/tests/support/process.mjs"
import { launchBrowser } from "../js/tests/support/web.mjs"
import { serveFolder } from "./support/folder.mjs"
import { install } from "./support/project.mjs"
import { says } from "./support/says.mjs"

const PAGES = ["/module.html", "/classic.html", "/slim.html"]
const TOLD =
  "ERR_WASM_BLOCKED: WebAssembly does not run here: a page's Content-Security-Policy needs 'wasm-unsafe-eval' in script-src"

let folder, server, browser
before(async () => {
  folder = install("page")
  server = await servers["socket.io"]()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test("a page whose policy forbids WebAssembly is told what to allow", async () => {
  await withPolicy("script-src 'self'", async (url) => {
    for (const page of PAGES) assert.equal(await says(browser, `${url}${page}?server=${server.url}`, /./), TOLD)
  })
})

test("a page whose policy allows WebAssembly, and nothing else of the kind, works", async () => {
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src 'self' ${server.url} ${server.url.replace("http", "ws")}`
  await withPolicy(policy, async (url) => {
    for (const page of PAGES) await says(browser, `${url}${page}?server=${server.url}`, /^hello$/)
  })
})

test("a slim page whose policy forbids to fetch the file hears that it could not be loaded", async () => {
  await withPolicy("script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'", async (url) => {
    await says(browser, `${url}/slim.html?server=${server.url}`, /^ERR_WASM_LOAD: .*: Failed to fetch$/)
  })
})

test("a server that does not know the type of WebAssembly does no harm", async () => {
  const site = await serveFolder(folder, { types: { ".wasm": "application/octet-stream" } })
  try {
    await says(browser, `${site.url}/slim.html?server=${server.url}`, /^hello$/)
  } finally {
    await site.stop()
  }
})

test("a slim page may host the file elsewhere", async () => {
  const cdn = await serveFolder(folder, { headers: { "Access-Control-Allow-Origin": "*" } })
  try {
    await withPolicy(`script-src 'self' 'wasm-unsafe-eval'; connect-src ${cdn.url} ${server.url} ws:`, async (url) => {
      const core = `${cdn.url}/node_modules/parlor-client/dist/parlor-client.wasm`
      await says(browser, `${url}/slim.html?server=${server.url}&core=${core}`, /^hello$/)
    })
  } finally {
    await cdn.stop()
  }
})

async function withPolicy(policy, visit) {
  const site = await serveFolder(folder, { headers: { "Content-Security-Policy": policy } })
  try {
    await visit(site.url)
  } finally {
    await site.stop()
  }
}
