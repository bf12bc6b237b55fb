// The packed package, loaded in each way that its README names.

import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { after, before, test } from "node:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const APP = `
import { io } from "parlor-client"
const socket = io(new URL(location).searchParams.get("server"))
socket.emit("echo", "hello", (word) => { document.title = word })
`

let installed, server, browser
before(async () => {
  installed = installPackage()
  server = await servers["socket.io"]()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  installed?.remove()
})

test("a plain page imports the one file", async () => {
  const script = APP.replace('"parlor-client"', '"./index.mjs"')
  await says(page(`<script type="module">${script}</script>`, { "/index.mjs": join(installed.dist, "index.mjs") }))
})

test("a classic script gives the global io", async () => {
  const script = APP.replace(/import .*/, "")
  const file = "parlor-client.min.js"
  await says(page(`<script src="/${file}"></script><script>${script}</script>`, { [`/${file}`]: join(installed.dist, file) }))
})

test("a bundler finds it by its name", async () => {
  writeFileSync(join(installed.folder, "app.js"), APP)
  const outfile = join(installed.folder, "bundle.js")
  await build({ entryPoints: [join(installed.folder, "app.js")], outfile, bundle: true, minify: true, logLevel: "warning" })
  await says(page('<script src="/bundle.js"></script>', { "/bundle.js": outfile }))
})

test("node imports and requires it, and nothing happens", () => {
  const run = (type, code) =>
    String(execFileSync(process.execPath, [`--input-type=${type}`, "-e", code], { cwd: installed.folder }))
  const names = "connect,default,io,Manager,protocol,Socket"
  const sorted = "Object.keys(it).sort((a, b) => a.localeCompare(b)).join()"
  assert.equal(run("module", `import * as it from "parlor-client"; process.stdout.write(${sorted})`), names)
  const required = 'const io = require("parlor-client"); process.stdout.write([typeof io, io.io === io, io.protocol].join())'
  assert.equal(run("commonjs", required), "function,true,5")
})

test("a page whose policy forbids WebAssembly is told what to allow", async () => {
  const policy = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self' 'unsafe-inline'\">"
  const script = `import { io } from "./index.mjs"; try { io() } catch (error) { document.title = error.code }`
  const files = page(`${policy}<script type="module">${script}</script>`, { "/index.mjs": join(installed.dist, "index.mjs") })
  await says(files, "ERR_WASM_BLOCKED")
})

function page(html, files) {
  return { "/": { html: `<!doctype html><link rel=icon href=data:,>${html}` }, ...files }
}

/** Opens the page and waits until its title is that word. */
async function says(files, word = "hello") {
  const web = await serve(files)
  const { page, errors, close } = await openPage(browser, `${web.url}/?server=${server.url}`)
  try {
    await page.waitForFunction((word) => document.title === word, word, { timeout: 10_000 })
    assert.deepEqual(errors, [])
  } finally {
    await close()
    await web.stop()
  }
}
