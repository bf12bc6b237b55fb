// `cargo xtask bench chat` builds everything and starts this: the demo chat, served by `parlor-server` alone, beside a plain
// chat on npm `socket.io-client` at the same kind of server.
//
//   PARLOR_CHROMIUM    the browser
//   PARLOR_SERVER_BIN  the room server
//   PARLOR_DEMO_DIST   the demo page, built for release
//   PARLOR_BENCH_OUT   the folder for the report

import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { io } from "socket.io-client"
import { openPage } from "./lib/browser.mjs"
import { start } from "./lib/servers.mjs"
import { setting } from "./lib/settings.mjs"
import { median, spread } from "./lib/statistics.mjs"
import { table, whole } from "./lib/table.mjs"

const ROUNDS = 7
const SEED = "the first message there is"
const LINES = [
  { name: "as fast as it goes" },
  { name: "1.6 Mbit/s, 150 ms", latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 },
]
const UNBOUND = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
/** Longer than any page takes. */
const FIRST_MESSAGE_LIMIT_MS = 60_000

async function main(words) {
  const work = mkdtempSync(join(tmpdir(), "parlor-bench-chat-"))
  const chats = []
  const browser = await openPage(setting("PARLOR_CHROMIUM"))
  try {
    chats.push(await open("the demo, in Yew", join(work, "demo"), (folder) => cpSync(setting("PARLOR_DEMO_DIST"), folder, { recursive: true })))
    chats.push(await open("a plain chat, on socket.io-client", join(work, "plain"), buildPlain))
    await prepare(browser)
    for (const line of LINES) {
      for (let round = 0; round < ROUNDS; round++) {
        // What drifts meets both alike.
        for (const chat of round % 2 ? chats.toReversed() : chats) {
          const millis = await firstMessage(browser, chat, line)
          chat.times.set(line, [...(chat.times.get(line) ?? []), millis])
        }
      }
      console.error(`${line.name}: done`)
    }
    for (const chat of chats) chat.sizes = await sizes(browser, chat)
    const report = markdown(chats, browser.version)
    console.log(report)
    if (words.includes("--write")) writeFileSync(join(setting("PARLOR_BENCH_OUT"), "CHAT.md"), report)
  } finally {
    chats.forEach(({ server }) => server.stop())
    await browser.close()
    rmSync(work, { recursive: true, force: true })
  }
}

/** A chat at an address of its own, with one message in its lobby. */
async function open(name, folder, fill) {
  mkdirSync(folder)
  await fill(folder)
  // As an operator would: the server sends these to whoever takes them.
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())) {
    const path = join(file.parentPath, file.name)
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  }
  const server = await start(setting("PARLOR_SERVER_BIN"), ["--listen", "127.0.0.1:0", "--assets", folder, "--database", "sqlite::memory:"])
  const socket = io(server.url)
  await socket.emitWithAck("join", { room: "lobby", nickname: "Ada" })
  await socket.emitWithAck("send", { room: "lobby", id: "0123456789abcdef", text: SEED })
  socket.disconnect()
  return { name, server, folder, times: new Map() }
}

async function buildPlain(folder) {
  const here = fileURLToPath(new URL("chat/", import.meta.url))
  cpSync(join(here, "index.html"), join(folder, "index.html"))
  await build({ entryPoints: [join(here, "chat.mjs")], outfile: join(folder, "chat.js"), bundle: true, minify: true, format: "esm" })
}

async function prepare({ send }) {
  await send("Page.enable")
  await send("Network.enable")
  await send("Network.setCacheDisabled", { cacheDisabled: true })
  const source = `globalThis.firstMessage = new Promise((found) => {
    const look = () => document.documentElement?.textContent.includes(${JSON.stringify(SEED)}) && found(performance.now())
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true })
  })`
  await send("Page.addScriptToEvaluateOnNewDocument", { source })
}

/** Milliseconds from the navigation to the message on the page, for somebody who was never there. */
async function firstMessage({ send, run }, { server, name }, line) {
  await send("Storage.clearDataForOrigin", { origin: server.url, storageTypes: "all" })
  await send("Network.emulateNetworkConditions", { ...UNBOUND, ...line })
  await send("Page.navigate", { url: `${server.url}/` })
  const wait = (limit) => Promise.race([globalThis.firstMessage, new Promise((late) => setTimeout(late, limit, 0))])
  const millis = await run(wait, FIRST_MESSAGE_LIMIT_MS)
  if (!millis) throw new Error(`${name}: no message in ${FIRST_MESSAGE_LIMIT_MS / 1000} s`)
  return millis
}

/** Bytes of all that the page has loaded: as they are, and as they come. */
async function sizes({ run, send }, { server, folder }) {
  await send("Network.emulateNetworkConditions", UNBOUND)
  await send("Page.navigate", { url: `${server.url}/` })
  await run(() => globalThis.firstMessage)
  const paths = await run(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname))
  // What else a page asks for is no file of it.
  const files = ["/index.html", ...new Set(paths)].filter((path) => existsSync(join(folder, `${path}.gz`)))
  const bytes = (suffix) => files.reduce((sum, path) => sum + readFileSync(join(folder, path) + suffix).length, 0)
  return { files: files.length, plain: bytes(""), packed: bytes(".gz") }
}

function markdown(chats, version) {
  const millis = (values) => {
    const [least, most] = spread(values)
    return `${whole(median(values))} (${whole(least)}–${whole(most)})`
  }
  const rows = [
    ["files of the page", ...chats.map(({ sizes }) => String(sizes.files))],
    ["bytes", ...chats.map(({ sizes }) => whole(sizes.plain))],
    ["bytes, gzip -9", ...chats.map(({ sizes }) => whole(sizes.packed))],
    ...LINES.map((line) => [`ms to the first message, ${line.name}`, ...chats.map(({ times }) => millis(times.get(line)))]),
  ]
  const commit = String(execFileSync("git", ["rev-parse", "--short", "HEAD"])).trim()
  return `# The demo chat beside a plain one

By \`cargo xtask bench chat --write\`, at ${commit}, in headless Chromium ${version}: a new visitor opens the page, and sees what was said
in the lobby. Both are served by \`parlor-server --assets\`, files gzipped beforehand. The plain chat is \`bench/client/chat/\`: a
list and a field, and nothing of what the demo does. ${ROUNDS} rounds by turns; the median, and the range.

${table(1, ["", ...chats.map(({ name }) => name)], rows)}`
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(`bench chat: ${error.message}`)
    process.exit(1)
  },
)
