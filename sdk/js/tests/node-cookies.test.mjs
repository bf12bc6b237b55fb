// In Node, `withCredentials` is a jar of cookies for each manager.

import assert from "node:assert/strict"
import { after, before, mock, test } from "node:test"
import { CookieJar } from "../facade/node/cookies.mjs"
import { heard, loaders, opener, startServer } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"

let installed, open
before(async () => {
  installed = installPackage()
  open = opener((await loaders.import(installed.folder)).io)
})
after(() => installed?.remove())

/** A server that sets cookies with every handshake. */
async function cookieServer(t, lines) {
  const server = await startServer(t)
  server.io.engine.on("initial_headers", (headers) => (headers["set-cookie"] = lines))
  return server
}

const cookiesOf = (requests) => requests.map(({ headers }) => headers.cookie)

test("cookies come back on polling and on WebSocket, behind those of extraHeaders", async (t) => {
  const { url, requests } = await cookieServer(t, ["a=1; Path=/; HttpOnly", "b=2; Max-Age=100", "gone=3; Max-Age=0"])
  const socket = open(t, url, { withCredentials: true, extraHeaders: { Cookie: "own=0" } })
  await heard(socket.io.engine, "upgrade")
  const [first, ...others] = cookiesOf(requests)
  assert.equal(first, "own=0")
  assert.deepEqual([...new Set(others)], ["own=0; a=1; b=2"])
  assert.ok(requests.some(({ headers }) => headers.upgrade))
})

test("without withCredentials none is kept", async (t) => {
  const { url, requests } = await cookieServer(t, ["a=1"])
  await heard(open(t, url).io.engine, "upgrade")
  assert.deepEqual([...new Set(cookiesOf(requests))], [undefined])
})

test("a jar outlives a reconnection, and is its manager's alone", async (t) => {
  const { io, url, requests } = await cookieServer(t, ["a=1"])
  const options = { withCredentials: true, transports: ["polling"], reconnection: true, reconnectionDelay: 10 }
  const socket = open(t, url, options)
  await heard(socket, "connect")
  requests.length = 0
  for (const session of Object.values(io.engine.clients)) session.close(true)
  await heard(socket.io, "reconnect")
  assert.ok(requests.some(({ url }) => !/sid=/.test(url)))
  assert.deepEqual([...new Set(cookiesOf(requests))], ["a=1"])
  requests.length = 0
  await heard(open(t, url, options), "connect")
  assert.ok(cookiesOf(requests).includes(undefined))
})

/** What is set, and what is sent back half a minute later. */
const LINES = [
  ["one without a time stays", ["a=1"], "a=1"],
  ["its value may have signs of equality, and quotes stay where they are", ['a="b=c="'], 'a="b=c="'],
  ["attributes are read whatever their case and their spaces", ["a=1;MAX-AGE = 0"], ""],
  ["Max-Age counts from when it was set", ["a=1; Max-Age=29", "b=2; Max-Age=31"], "b=2"],
  ["Expires is a date", ["a=1; Expires=Thu, 01 Jan 1970 00:00:29 GMT", "b=2; Expires=Thu, 01 Jan 1970 00:00:31 GMT"], "b=2"],
  ["Max-Age is heard before Expires", ["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "a=1"],
  ["a time that cannot be read is over", ["a=1; Max-Age=soon", "b=2; Expires=soon"], ""],
  ["the last of a name is the one that counts", ["a=1", "b=2", "a=3"], "b=2; a=3"],
  ["a name is deleted by a time that is over", ["a=1", "a=; Max-Age=-1"], ""],
  ["what has no name is nothing", ["=1", "a", ""], ""],
]

for (const [rule, lines, sent] of LINES) {
  test(`of cookies, ${rule}`, () => {
    mock.timers.enable({ apis: ["Date"], now: 0 })
    try {
      const jar = new CookieJar()
      jar.store(lines)
      mock.timers.tick(30_000)
      assert.equal(jar.cookies().join("; "), sent)
    } finally {
      mock.timers.reset()
    }
  })
}

test("a jar holds fifty cookies, those that were set last", () => {
  const jar = new CookieJar()
  for (let number = 0; number < 60; number++) jar.store([`c${number}=`])
  const kept = jar.cookies()
  assert.equal(kept.length, 50)
  assert.equal(kept[0], "c10=")
})
