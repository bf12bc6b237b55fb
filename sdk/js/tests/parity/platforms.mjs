// Where a client runs: a page in Chromium, or a worker of Node. `play(words, wire)` runs one row there.

import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { launchBrowser } from "../support/web.mjs"

export const platforms = { Chromium: startChromium, Node: startNode }

const PAGE = "<!doctype html><meta charset=utf-8><title>parity</title><link rel=icon href=data:,>"

/** Longer than a row's own limit. */
const PLAY_LIMIT_MS = 8000

/** The page, the clients, and this folder. */
export function pageFiles(clients) {
  const folder = new URL(".", import.meta.url)
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".mjs"))
  const rows = scripts.map((name) => [`/parity/${name}`, new URL(name, folder)])
  const modules = Object.entries(clients).map(([name, { browser }]) => [`/${name}.mjs`, browser])
  return { "/": { html: PAGE }, ...Object.fromEntries([...modules, ...rows]) }
}

async function startChromium({ web }) {
  const browser = await launchBrowser()
  let wire, errors, place
  const context = await browser.newContext()
  const page = await context.newPage()
  page.on("pageerror", (error) => errors.push(error.message))
  await page.exposeFunction("control", (name, args) => wire.call(name, revive(args)))
  await page.exposeFunction("offline", (offline) => context.setOffline(offline))
  return {
    async play(words, withWire) {
      wire = withWire
      errors = []
      const wanted = words.samePage ? withWire.url : web.url
      // Where nothing of an earlier row is in the way, the page may stay.
      if (words.fresh || wanted != place) await page.goto(wanted)
      place = words.fresh || words.samePage ? undefined : wanted
      try {
        const seen = await within(page.evaluate(playInPage, words))
        return { ...seen, errors }
      } catch (error) {
        place = undefined
        throw error
      } finally {
        await context.clearCookies()
      }
    },
    stop: () => browser.close(),
  }
}

async function playInPage(words) {
  const [sdk, { rows }, { play }] = await Promise.all([
    import(`/${words.client}.mjs`),
    import("/parity/rows.mjs"),
    import("/parity/kit.mjs"),
  ])
  const { run } = rows.find(({ title }) => title === words.title)
  const bytes = (value) => (value instanceof Uint8Array ? { bytes: [...value] } : value)
  const control = (name, args) => globalThis.control(name, args.map(bytes))
  return play({ ...words, page: location.origin, sdk, run, control })
}

/** Bytes do not cross from a page as they are. */
function revive(args) {
  return args.map((value) => (value?.bytes ? Uint8Array.from(value.bytes) : value))
}

async function startNode({ clients }) {
  const workers = new Map()
  const take = (client, fresh) => {
    if (fresh) drop(client)
    if (!workers.has(client)) workers.set(client, new Player(clients[client].node))
    return workers.get(client)
  }
  const drop = (client) => {
    workers.get(client)?.stop()
    workers.delete(client)
  }
  return {
    async play(words, wire) {
      const player = take(words.client, words.fresh)
      try {
        return await within(player.play(words, wire))
      } catch (error) {
        drop(words.client)
        throw error
      } finally {
        if (words.fresh) drop(words.client)
      }
    },
    stop: () => [...workers.keys()].forEach(drop),
  }
}

/** A worker that plays row after row with one client. */
class Player {
  constructor(client) {
    this.worker = new Worker(fileURLToPath(new URL("worker.mjs", import.meta.url)), { workerData: { client } })
  }

  play(words, wire) {
    const { worker } = this
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        worker.off("message", heard).off("error", failed)
        settle(value)
      }
      const failed = (error) => done(reject, error)
      const heard = ({ call, observed, error }) => {
        if (observed) return done(resolve, observed)
        if (error) return done(reject, new Error(error))
        const answer = (value) => worker.postMessage({ answer: { id: call.id, ...value } })
        Promise.resolve()
          .then(() => wire.call(call.name, call.args))
          .then((value) => answer({ value }), (error) => answer({ error: error.message }))
      }
      worker.on("message", heard).on("error", failed)
      worker.postMessage({ play: words })
    })
  }

  stop() {
    this.worker.terminate()
  }
}

function within(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing in ${PLAY_LIMIT_MS} ms`)), PLAY_LIMIT_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
