// The packed package in each project of this folder: installed, built, and talking to either server.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, test } from "node:test"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { servers } from "../js/tests/support/process.mjs"
import { launchBrowser } from "../js/tests/support/web.mjs"
import { serveFolder } from "./support/folder.mjs"
import { install, run, start, tool } from "./support/project.mjs"
import { says } from "./support/says.mjs"

const ANY_PORT = ["--port", "0"]

/** How each project comes to be served, and its pages. */
const SITES = [
  { name: "vite in development", project: "vite", pages: ["/", "/slim.html"], open: viteDev },
  { name: "vite, built", project: "vite", pages: ["/", "/slim.html"], open: viteBuilt },
  { name: "webpack", project: "webpack", pages: ["/main.html", "/slim.html"], open: webpack },
  { name: "next", project: "next", pages: ["/", "/slim"], open: next },
  { name: "a plain page", project: "page", pages: ["/module.html", "/classic.html", "/slim.html"], open: serveFolder },
  { name: "a module worker", project: "worker", pages: ["/main.html", "/slim.html"], open: serveFolder },
]
const SCRIPTS = ["module.mjs", "required.cjs", "slim.mjs", "slim.cjs"]

/** The compiler that the client's tests have. */
const TYPESCRIPT = fileURLToPath(new URL("../js/tests/node_modules/.bin/tsc", import.meta.url))

let browser
const running = {}
before(async () => {
  for (const name of Object.keys(servers)) running[name] = await servers[name]()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  for (const server of Object.values(running)) await server.stop()
})

for (const { name, project, pages, open } of SITES) {
  test(`${name}: connects, emits with an answer, and receives`, async () => {
    const site = await open(install(project))
    try {
      for (const page of pages) {
        for (const { url } of Object.values(running)) await says(browser, `${site.url}${page}?server=${url}`, /^hello$/)
      }
    } finally {
      await site.stop()
    }
  })
}

test("node: connects, emits with an answer, receives, and ends", () => {
  const folder = install("node")
  for (const script of SCRIPTS) {
    for (const { url } of Object.values(running)) {
      assert.equal(run(folder, process.execPath, [script, url]), "hello\n", script)
    }
  }
})

test("node: the types of every entry are found by import and by require", () => {
  const folder = install("node")
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", ""]
  assert.equal(run(folder, TYPESCRIPT, [...strict, "typed.mts"]), "")
  // As a program for Node: without the DOM's types.
  assert.equal(run(folder, TYPESCRIPT, [...strict, "--lib", "es2022", "typed.cts"]), "")
})

function viteDev(folder) {
  return start(folder, tool(folder, "vite"), ["--host", "127.0.0.1", ...ANY_PORT])
}

function viteBuilt(folder) {
  run(folder, tool(folder, "vite"), ["build"])
  return start(folder, tool(folder, "vite"), ["preview", "--host", "127.0.0.1", ...ANY_PORT])
}

/** What is imported and not used is not in the bundle. */
function webpack(folder) {
  run(folder, tool(folder, "webpack"), [])
  const bundle = readFileSync(join(folder, "dist/unused.js"), "utf8")
  assert.equal(bundle, '(()=>{"use strict";document.title="nothing of it is used"})();')
  return serveFolder(folder)
}

/** The pages are rendered on the server too, where there is no window. */
async function next(folder) {
  run(folder, tool(folder, "next"), ["build"])
  const site = await start(folder, tool(folder, "next"), ["start", "--hostname", "127.0.0.1", ...ANY_PORT])
  for (const page of ["/", "/slim"]) {
    assert.match(await (await fetch(`${site.url}${page}`)).text(), /<title>not connected<\/title>/)
  }
  return site
}
