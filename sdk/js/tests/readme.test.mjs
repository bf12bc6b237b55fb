// The README's server and the README's client, as a newcomer copies them, talking to each other.
// `cargo xtask tidy` checks that the README shows these very files.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { installPackage } from "./support/package.mjs"
import { hello } from "./support/process.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const HELLO = new URL("./readme/hello.mjs", import.meta.url)
/** Where the README's server listens; the test's listens on a free port. */
const ADDRESS = "http://127.0.0.1:3000"

let installed, server, browser, web
before(async () => {
  installed = installPackage()
  server = await hello()
  browser = await launchBrowser()
  const code = readFileSync(HELLO, "utf8")
  assert.ok(code.includes(ADDRESS))
  writeFileSync(join(installed.folder, "app.mjs"), code.replace(ADDRESS, server.url))
  const outfile = join(installed.folder, "app.js")
  await build({ entryPoints: [join(installed.folder, "app.mjs")], outfile, bundle: true, format: "esm", logLevel: "warning" })
  const page = '<!doctype html><link rel=icon href=data:,><script type="module" src="/app.js"></script>'
  web = await serve({ "/": { html: page }, "/app.js": outfile })
})
after(async () => {
  await browser?.close()
  await web?.stop()
  await server?.stop()
  installed?.remove()
})

test("what one page says is delivered, and heard by the other", async () => {
  const first = await openTab()
  await said(first, /^connected as \S{20}$/)
  await said(first, /^delivered$/)
  const second = await openTab()
  await said(second, /^delivered$/)
  await said(first, /^\S{20} said hello$/)
  await first.close()
  await second.close()
})

async function openTab() {
  const tab = await openPage(browser, "about:blank")
  const lines = []
  tab.page.on("console", (message) => lines.push(message.text()))
  await tab.page.goto(web.url)
  return { ...tab, lines }
}

/** Waits until the page's console has such a line. */
async function said({ page, lines }, pattern) {
  const deadline = Date.now() + 10_000
  while (!lines.some((line) => pattern.test(line))) {
    assert.ok(Date.now() < deadline, `waited in vain for ${pattern} in ${JSON.stringify(lines)}`)
    await page.waitForEvent("console", { timeout: 1_000 }).catch(() => {})
  }
}
