// What docs/GUIDE.md has its readers build, as they would have it: its servers, its pages and the app in Yew, in tabs that talk.
// `cargo xtask tidy` checks that the guide shows these very files.

import assert from "node:assert/strict"
import { createServer } from "node:http"
import { once } from "node:events"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { after, before, describe, test } from "node:test"
import { installPackage } from "./support/package.mjs"
import { guide, required } from "./support/process.mjs"
import { launchBrowser, openPage, serve } from "./support/web.mjs"

const GUIDE = new URL("../../../docs/guide/", import.meta.url)
const PAGE = readFileSync(new URL("../../../docs/GUIDE.md", import.meta.url), "utf8")
/** Where the guide's pages look for their server; the browser of a test takes them to where it is. */
const ADDRESS = "127.0.0.1:3000"

let installed, web
before(async () => {
  installed = installPackage()
  const yew = required("PARLOR_GUIDE_PAGE")
  // What trunk makes of the first page's code, done by hand for the whole one.
  const starting = '<!doctype html><link rel=icon href=data:,><script type="module">import init from "./chat.js"; init()</script>'
  const pages = ["first.html", "first.mjs", "chat.html", "chat.mjs"]
  web = await serve({
    ...Object.fromEntries(pages.map((name) => [`/${name}`, fileURLToPath(new URL(`page/${name}`, GUIDE))])),
    "/node_modules/parlor-client/dist/index.mjs": join(installed.dist, "index.mjs"),
    ...Object.fromEntries(readdirSync(yew).map((name) => [`/${name}`, join(yew, name)])),
    "/yew.html": join(yew, "index.html"),
    "/yew-chat.html": { html: starting },
  })
})
after(async () => {
  await web?.stop()
  installed?.remove()
})

/** A server of the guide, and a browser for its pages. */
function withServer(name) {
  const it = {}
  before(async () => {
    it.server = await guide(name)
    it.browser = await launchBrowser({}, [`--host-resolver-rules=MAP ${ADDRESS} ${new URL(it.server.url).host}`])
    it.open = async (t, path) => {
      const tab = await openPage(it.browser, `${web.url}${path}`)
      t.after(() => tab.close())
      return tab
    }
  })
  after(async () => {
    await it.browser?.close()
    await it.server?.stop()
  })
  return it
}

describe("the first chat", () => {
  const chat = withServer("first")
  const PAGES = ["/first.html", "/yew.html"]

  for (const [here, there] of [[0, 0], [0, 1], [1, 1], [1, 0]].map((pair) => pair.map((at) => PAGES[at]))) {
    test(`what ${here} says is heard in ${there}, and in itself`, async (t) => {
      const [speaker, listener] = [await chat.open(t, here), await chat.open(t, there)]
      // Whoever hears itself is connected.
      await say(listener, "are you there?")
      await shows(listener, / are you there\?$/)
      await say(speaker, "hello")
      await shows(speaker, /^\S{20}: hello$/)
      await shows(listener, /^\S{20}: hello$/)
      assert.deepEqual([speaker.errors, listener.errors], [[], []])
    })
  }

  async function say({ page }, text) {
    await page.getByLabel("Message").fill(text)
    await page.getByRole("button", { name: "Say" }).click()
  }
})

describe("the whole chat", () => {
  const chat = withServer("chat")
  const enter = async (t, name) => {
    const tab = await chat.open(t, `/chat.html?name=${name}`)
    await submit(tab, "join", { room: `home of ${name}` })
    await shows(tab, `you are in home of ${name}`)
    return tab
  }

  test("who has joined a room hears what is said there, and nobody else does", async (t) => {
    const [ada, bob, eve] = [await enter(t, "Ada"), await enter(t, "Bob"), await enter(t, "Eve")]
    for (const tab of [ada, bob]) {
      await submit(tab, "join", { room: "tea" })
      await shows(tab, "you are in tea")
    }
    await submit(eve, "say", { room: "tea", text: "let me in" })
    await submit(eve, "say", { room: "lobby", text: "anybody?" })
    for (const tab of [ada, bob, eve]) await shows(tab, "lobby, Eve: anybody?")
    await submit(ada, "say", { room: "tea", text: "milk?" })
    await submit(ada, "say", { room: "lobby", text: "the end" })
    for (const tab of [ada, bob, eve]) await shows(tab, "lobby, Ada: the end")
    const heard = ["you are in tea", "lobby, Eve: anybody?", "tea, Ada: milk?", "lobby, Ada: the end"]
    for (const tab of [ada, bob]) assert.deepEqual((await lines(tab)).slice(1), heard)
    assert.deepEqual((await lines(eve)).slice(1), ["lobby, Eve: anybody?", "lobby, Ada: the end"])
  })

  test("who comes back is in its rooms again", async (t) => {
    const [ada, bob] = [await enter(t, "Ada"), await enter(t, "Bob")]
    await ada.page.context().setOffline(true)
    await ada.page.context().setOffline(false)
    await submit(ada, "say", { room: "lobby", text: "I am back" })
    await shows(ada, "lobby, Ada: I am back")
    await shows(bob, "lobby, Ada: I am back")
    await submit(bob, "say", { room: "lobby", text: "welcome" })
    await shows(ada, "lobby, Bob: welcome")
  })

  test("a whisper is heard by the one it is for, in all its tabs", async (t) => {
    const [ada, bob, again, eve] = [
      await enter(t, "Ada"),
      await enter(t, "Bob"),
      await enter(t, "Bob"),
      await enter(t, "Eve"),
    ]
    // A room of that name is no way in.
    await submit(eve, "join", { room: "user:Bob" })
    await shows(eve, "you are in user:Bob")
    await submit(ada, "whisper", { to: "Bob", text: "psst" })
    await shows(bob, "Ada whispers: psst")
    await shows(again, "Ada whispers: psst")
    await submit(ada, "say", { room: "lobby", text: "the end" })
    await shows(eve, "lobby, Ada: the end")
    assert.deepEqual((await lines(eve)).filter((line) => line.includes("psst")), [])
  })

  test("only who knows the passphrase announces, on the same connection", async (t) => {
    const [ada, eve] = [await enter(t, "Ada"), await enter(t, "Eve")]
    await submit(eve, "staff", { passphrase: "please" })
    await shows(eve, "the passphrase is wrong")
    await submit(ada, "staff", { passphrase: "open sesame" })
    await shows(ada, "you are staff")
    await submit(ada, "announce", { text: "we close" })
    await shows(ada, "to everybody: we close")
    await shows(eve, "to everybody: we close")
    assert.equal(ada.sockets.length, 1)
  })

  test("the page in Yew does all of it, with the page in JavaScript", async (t) => {
    const ada = await enter(t, "Ada")
    const bob = await chat.open(t, "/yew-chat.html")
    const send = async (label, text) => {
      await bob.page.getByLabel(label, { exact: true }).fill(text)
      await bob.page.getByLabel(label, { exact: true }).press("Enter")
    }
    await send("Name", "Bob")
    await send("Say", "good morning")
    await shows(ada, "lobby, Bob: good morning")
    await submit(ada, "join", { room: "tea" })
    await shows(ada, "you are in tea")
    await send("Join", "tea")
    await send("Say", "with milk")
    await shows(bob, "tea, Bob: with milk")
    await submit(ada, "say", { room: "tea", text: "and sugar" })
    await shows(bob, "tea, Ada: and sugar")

    await submit(ada, "whisper", { to: "Bob", text: "psst" })
    await shows(bob, "Ada whispers: psst")
    await send("Turn to", "Ada")
    await send("Whisper", "what?")
    await shows(ada, "Bob whispers: what?")

    await send("Passphrase", "please")
    await shows(bob, "the passphrase is wrong")
    await send("Passphrase", "open sesame")
    await send("Announce", "we close")
    await shows(bob, "to everybody: we close")
    await shows(ada, "to everybody: we close")

    await bob.page.context().setOffline(true)
    await bob.page.context().setOffline(false)
    await send("Say", "I am back")
    await shows(bob, "tea, Bob: I am back")
    assert.deepEqual([ada.errors, bob.errors], [[], []])
  })

  function submit({ page }, form, fields) {
    return page.evaluate(
      ([form, fields]) => {
        const it = document.getElementById(form)
        for (const [name, value] of Object.entries(fields)) it.elements[name].value = value
        it.requestSubmit()
      },
      [form, fields],
    )
  }
})

describe("what asking costs, and what being told costs", () => {
  test("an answer without news takes hundreds of bytes, and a message that is pushed takes tens", async (t) => {
    const [asked, pushed] = [/\| bytes for one question without news \| about (\d+) \|/, /\| bytes for one message \| \| (\d+) \|/]
      .map((row) => Number(row.exec(PAGE)[1]))
    const bytes = await bytesOfQuestion(t)
    assert.ok(Math.abs(bytes - asked) < 100, `${bytes} bytes`)
    // The head of a short frame from a server is two bytes.
    assert.equal(2 + `42["said","${"i".repeat(20)}","hello"]`.length, pushed)
  })

  test("a message comes in the frame that is counted", async (t) => {
    const server = await guide("first")
    const browser = await launchBrowser({}, [`--host-resolver-rules=MAP ${ADDRESS} ${new URL(server.url).host}`])
    t.after(() => Promise.all([browser.close(), server.stop()]))
    const page = await (await browser.newContext()).newPage()
    const frames = []
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(payload)))
    await page.goto(`${web.url}/first.html`)
    const deadline = Date.now() + 10_000
    while (!frames.some((frame) => /^42\["said","\S{20}","hello"\]$/.test(frame))) {
      assert.ok(Date.now() < deadline, `waited in vain for the message in ${JSON.stringify(frames)}`)
      await page.getByLabel("Message").fill("hello")
      await page.getByRole("button", { name: "Say" }).click()
      await page.waitForEvent("websocket", { timeout: 200 }).catch(() => {})
    }
  })

  /** What goes over the connection for a question of a page, and its answer, when it is not the first. */
  async function bytesOfQuestion(t) {
    const counted = []
    const server = createServer((request, response) => {
      response.setHeader("Content-Type", request.url == "/" ? "text/html" : "application/json")
      response.end(request.url == "/" ? "<!doctype html><link rel=icon href=data:,>" : "[]", () => {
        counted.push(request.socket.bytesRead + request.socket.bytesWritten)
      })
    }).listen(0, "127.0.0.1")
    t.after(() => server.closeAllConnections())
    t.after(() => server.close())
    await once(server, "listening")
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page } = await openPage(browser, `http://127.0.0.1:${server.address().port}/`)
    for (let asked = 0; asked < 2; asked++) await page.evaluate(() => fetch("/messages").then((answer) => answer.json()))
    const [first, second] = counted.slice(-2)
    return second - first
  }
})

function lines({ page }) {
  return page.locator("li").allTextContents()
}

/** Waits until a line of the page reads like this. */
async function shows({ page }, text) {
  const line = typeof text == "string" ? page.getByText(text, { exact: true }) : page.locator("li").filter({ hasText: text })
  await line.first().waitFor({ timeout: 10_000 })
}
