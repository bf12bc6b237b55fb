// What a page lives through besides loading: the back/forward cache, freezing, losing the network, being hidden. After
// each the connection is back at once. The backoff of these tests is longer than they are, so that nobody waits it out.

import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, describe, test } from "node:test"
import { openWire } from "./parity/wire/wire.mjs"
import { openApart } from "./support/apart.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"
import { launchBrowser, serve } from "./support/web.mjs"

/** What a page waits after a failure, if nothing tells it that there is no need to. */
const BACKOFF_MS = 60_000
/** How soon it has to be back. */
const BACK_LIMIT_MS = 5000

const PAGE = `<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>page</title>
<script type=module>
  import { io } from "/index.mjs"
  const { url, way } = Object.fromEntries(new URLSearchParams(location.search))
  const times = { reconnectionDelay: ${BACKOFF_MS}, reconnectionDelayMax: ${BACKOFF_MS}, randomizationFactor: 0 }
  const socket = io(url, { transports: [way], ...times })
  window.socket = socket
  socket.on("disconnect", (reason) => socket.emit("silent", "ended", reason))
  // What is said into a connection that is about to die is lost, so it is said again in the next.
  const lived = []
  const say = () => lived.forEach((what) => socket.emit("echo", what))
  const live = (what) => {
    lived.push(what)
    say()
  }
  addEventListener("pageshow", ({ persisted }) => persisted && live("restored"))
  document.addEventListener("resume", () => live("resumed"))
  socket.on("connect", say)
</script>`

let installed, web, browser, server
before(async () => {
  installed = installPackage()
  web = await serve({ "/": { html: PAGE }, "/other": { html: "<!doctype html><title>other</title>" }, "/index.mjs": `${installed.dist}/index.mjs` })
  // Playwright switches the cache off.
  browser = await launchBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] })
  server = await servers["parlor-server"]({ QUIET: "1" })
})
after(async () => {
  await browser?.close()
  await web?.stop()
  await server?.stop()
  installed?.remove()
})

for (const way of ["polling", "websocket"]) {
  describe(way, () => {
    let wire, context, page
    beforeEach(async () => {
      wire = await openWire({ url: server.url })
      context = await browser.newContext()
      page = await context.newPage()
      await page.goto(address())
      await connected()
    })
    afterEach(async () => {
      await context?.close()
      wire?.stop()
    })

    test("a page that the back/forward cache restores is connected at once", async () => {
      await page.goto(`${web.url}/other`)
      await page.goBack({ waitUntil: "commit" })
      // Said after `pageshow` with `persisted`: a page that was loaded anew does not say so.
      await within(() => heard().includes('42["echo","restored"]'))
    })

    test("a page that the back/forward cache restores after the server has left is connected at once", async () => {
      await page.goto(`${web.url}/other`)
      await wire.cut()
      await page.goBack({ waitUntil: "commit" })
      await within(() => heard().includes('42["echo","restored"]'))
    })

    test("a page that was frozen while the server left is connected again at once", async () => {
      await page.close()
      wire.stop()
      wire = await openWire({ url: server.url })
      const apart = await openApart(browser, address())
      try {
        await connected()
        await apart.send("Page.setWebLifecycleState", { state: "frozen" })
        await wire.cut()
        await apart.send("Page.setWebLifecycleState", { state: "active" })
        // Said after `resume`: a page that was not frozen does not say so.
        await within(() => heard().includes('42["echo","resumed"]'))
      } finally {
        await apart.close()
      }
    })

    test("a page is connected again as soon as it is online", async () => {
      await context.setOffline(true)
      await page.waitForFunction(() => !window.socket.connected, undefined, { timeout: BACK_LIMIT_MS })
      await context.setOffline(false)
      await back('42["silent","ended","transport close"]')
    })

    test("a page that is seen again notices that its heartbeat has expired, and is connected again at once", async () => {
      await page.evaluate(() => {
        const minute = 60_000
        for (const clock of [Date, performance]) {
          const real = clock.now.bind(clock)
          clock.now = () => real() + minute
        }
        document.dispatchEvent(new Event("visibilitychange"))
      })
      await back('42["silent","ended","ping timeout"]')
    })

    test("a page that is seen again and whose connection lives keeps it", async () => {
      await page.evaluate(() => {
        document.dispatchEvent(new Event("visibilitychange"))
        window.socket.emit("silent", "still here")
      })
      await wire.seen("out", '42["silent","still here"]')
      await wire.goneSilent()
      assert.equal(wire.look().wire.length, 1)
    })

    /** Waits until there is another connection, in which the page says so. */
    function back(words) {
      const says = ({ out }) => out.some((packet) => packet.startsWith(words))
      return within(() => wire.look().wire.slice(1).some(says))
    }

    async function within(condition) {
      const limit = AbortSignal.timeout(BACK_LIMIT_MS)
      while (!condition()) {
        assert(!limit.aborted, `not connected again in ${BACK_LIMIT_MS} ms: ${JSON.stringify(wire.look().wire)}`)
        await wire.goneSilent()
      }
    }

    function heard() {
      return wire.look().wire.flatMap((connection) => connection.in)
    }

    function address() {
      return `${web.url}/?${new URLSearchParams({ url: wire.url, way })}`
    }

    async function connected() {
      await wire.seen("in", "40")
      await wire.goneSilent()
    }
  })
}
