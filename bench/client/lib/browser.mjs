// Chromium with one page, over the DevTools protocol and no more of it than is used here: drivers of browsers listen to
// what a page does, every frame of every WebSocket too, and that costs what we want to measure.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// Root has no sandbox; the rest keeps the browser from doing anything else while we measure.
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
]

/** Longer than any single call takes. A page that hangs does not keep us for ever. */
const CALL_LIMIT_MS = 120_000

/** A browser with an empty page: `{ version, send, run, close }`. */
export async function openPage(program) {
  const profile = mkdtempSync(join(tmpdir(), "parlor-bench-profile-"))
  const words = [...FLAGS, `--user-data-dir=${profile}`, "about:blank"]
  // The protocol is on the third and the fourth stream; what Chromium says to itself is nobody's.
  const browser = spawn(program, words, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true })
  const kill = () => killGroup(browser)
  process.once("exit", kill)
  const close = async () => {
    process.removeListener("exit", kill)
    const gone = browser.exitCode === null ? once(browser, "exit") : undefined
    kill()
    await gone
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  try {
    return { ...(await attach(devtools(browser))), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Chromium is many processes. */
function killGroup({ pid }) {
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It is gone.
  }
}

async function attach(send) {
  const { product } = await send("Browser.getVersion")
  const { targetInfos } = await send("Target.getTargets")
  const { targetId } = targetInfos.find(({ type }) => type === "page")
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true })
  // Without it nobody says that the page crashed.
  await send("Inspector.enable", {}, sessionId)
  const sendToPage = (method, params) => send(method, params, sessionId)
  return { version: product.split("/")[1], send: sendToPage, run: (it, words) => run(sendToPage, it, words) }
}

/** Calls a function in the page with words that JSON can carry, and waits for its promise. */
async function run(send, it, words = null) {
  const expression = `(${it})(${JSON.stringify(words)})`
  const { result, exceptionDetails: wrong } = await send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  })
  if (wrong) throw new Error((wrong.exception?.description ?? wrong.text).split("\n")[0].replace(/^Error: /, ""))
  return result.value
}

/** `send(method, params, session)`: each message ends with a zero byte, and an answer has its question's number. */
function devtools(browser) {
  const [, , , input, output] = browser.stdio
  const waiting = new Map()
  let next = 1
  let rest = ""
  const fail = (why) => {
    for (const { reject } of waiting.values()) reject(new Error(why))
    waiting.clear()
  }
  browser.on("error", (error) => fail(error.message))
  browser.on("exit", () => fail("the browser has ended"))
  input.on("error", (error) => fail(error.message))
  output.setEncoding("utf8").on("data", (text) => {
    const messages = (rest + text).split("\0")
    rest = messages.pop()
    for (const { id, error, result, method } of messages.map((message) => JSON.parse(message))) {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (method === "Inspector.targetCrashed") fail("the page crashed")
      else if (error) asked?.reject(new Error(error.message))
      else asked?.resolve(result)
    }
  })
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = next++
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(new Error(`${method}: no answer in ${CALL_LIMIT_MS / 1000} s`))
      }, CALL_LIMIT_MS)
      const done = (settle) => (value) => {
        clearTimeout(timer)
        settle(value)
      }
      waiting.set(id, { resolve: done(resolve), reject: done(reject) })
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
}
