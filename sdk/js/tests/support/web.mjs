// Pages for the browser: a server on a free port, and Chromium.

import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { once } from "node:events"
import { chromium } from "playwright-core"

const TYPES = { html: "text/html", js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" }

/** Answers requests with files by path: a `URL` or a path is read, `{ html }` is sent as it is. */
export function answerWith(files) {
  return async (request, response) => {
    const path = new URL(request.url, "http://page").pathname
    const file = files[path]
    if (!file) return response.writeHead(404).end()
    const type = file.html ? "html" : path.split(".").pop()
    response.setHeader("Content-Type", `${TYPES[type]}; charset=utf-8`)
    response.end(file.html ?? (await readFile(file)))
  }
}

/** A server of such files. */
export async function serve(files) {
  const server = createServer(answerWith(files))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Chromium; `options` are Playwright's, and `words` its own. */
export function launchBrowser(options, words = []) {
  return chromium.launch({
    ...options,
    executablePath: process.env.PARLOR_CHROMIUM ?? "/usr/bin/chromium",
    // Root has no sandbox; the rest keeps a test browser from talking to anybody else.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", ...words],
  })
}

/** A page in a context of its own, with what went wrong in it and the WebSockets it opened since it was loaded. */
export async function openPage(browser, url) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const tab = {
    page,
    errors: [],
    sockets: [],
    async refresh() {
      await page.goto("about:blank")
      tab.errors = []
      tab.sockets = []
      await page.goto(url)
    },
    close: () => context.close(),
  }
  page.on("pageerror", (error) => tab.errors.push(error.message))
  page.on("websocket", (socket) => tab.sockets.push(socket.url()))
  await page.goto(url)
  return tab
}
