// The one page, in a headless Chromium: it has the bundles and the programs of `page/`, and nothing else.

import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { openPage } from "./browser.mjs"
import { setting } from "./settings.mjs"

/** Collecting once is not enough where something is told later that it was collected. */
const COLLECTIONS = 5
const VISIT_LIMIT_MS = 20_000

export async function openTab(bundles) {
  const server = await serve(bundles)
  const page = await openPage(setting("PARLOR_CHROMIUM"))
  const tab = { page, server }
  await visit(tab, Object.keys(bundles))
  return {
    version: page.version,
    call: (name, words) => call(tab, name, words),
    heapBytes: () => heapBytes(tab),
    /** Loads the page anew: what ran before has left nothing behind. */
    reload: () => visit(tab, Object.keys(bundles)),
    /** Runs a function in the page: for tests, which break something there. */
    run: page.run,
    async close() {
      await page.close()
      server.stop()
    },
  }
}

async function visit({ page, server }, clients) {
  // What is there has a mark, so that one can tell when it is gone.
  await page.run(() => (globalThis.isLeft = true))
  await page.send("Page.navigate", { url: server.url })
  const end = performance.now() + VISIT_LIMIT_MS
  while (await page.run((url) => globalThis.isLeft || location.origin !== url, server.url)) {
    if (performance.now() > end) throw new Error("the browser does not open the page")
  }
  await page.run(async (clients) => {
    globalThis.errors = []
    addEventListener("error", ({ message }) => errors.push(message))
    addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)))
    const { open } = await import("/page/main.mjs")
    await open(clients)
  }, clients)
}

/** Calls one of the page's functions, and fails if anything went wrong in the page meanwhile. */
async function call({ page, server }, name, words) {
  const ask = async ([name, words]) => ({ answer: await bench[name](words), wrong: errors.splice(0) })
  const { answer, wrong } = await page.run(ask, [name, words])
  const asked = server.refused.splice(0).map((path) => `the page asked for ${path}, which nobody counted`)
  if (wrong.length || asked.length) throw new Error([...wrong, ...asked].join("; "))
  return answer
}

async function heapBytes({ page }) {
  for (let done = 0; done < COLLECTIONS; done++) {
    await page.send("HeapProfiler.collectGarbage")
    await page.run(() => new Promise((resolve) => setTimeout(resolve)))
  }
  return (await page.send("Runtime.getHeapUsage")).usedSize
}

async function serve(bundles) {
  const refused = []
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://page")
    const [type, body] = await file(pathname, bundles)
    if (!type) {
      refused.push(pathname)
      return response.writeHead(404).end()
    }
    response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(body)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    refused,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function file(path, bundles) {
  if (path === "/") return ["text/html", "<!doctype html><title>bench</title><link rel=icon href=data:,>"]
  const client = /^\/clients\/(.+)\.mjs$/.exec(path)?.[1]
  if (client in bundles) return ["text/javascript", bundles[client].text]
  const own = /^\/page\/(\w+\.mjs)$/.exec(path)?.[1]
  if (own) return ["text/javascript", await readFile(new URL(`../page/${own}`, import.meta.url))]
  return []
}
