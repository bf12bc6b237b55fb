// One table of rows (`parity/rows.mjs`), each run with the client that ours stands in for and with ours, on the server
// that both were made for and on ours, in Chromium and in Node. What was observed must be the same: the events with
// their arguments, in order, and the packets on the wire.

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { pageFiles, platforms } from "./parity/platforms.mjs"
import { rows } from "./parity/rows.mjs"
import { openWire } from "./parity/wire/wire.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"
import { answerWith, serve } from "./support/web.mjs"

const REFERENCE = "socket.io-client"
const OURS = "parlor-client"

let installed, web, clients
const started = new Map()
before(async () => {
  installed = installPackage()
  const modules = new URL("node_modules/", import.meta.url)
  clients = {
    [REFERENCE]: { browser: new URL("socket.io-client/dist/socket.io.esm.min.js", modules), node: import.meta.resolve(REFERENCE) },
    [OURS]: { browser: `${installed.dist}/index.mjs`, node: `${installed.dist}/node.mjs` },
  }
  web = await serve(pageFiles(clients))
})
after(async () => {
  for (const server of started.values()) await (await server).stop()
  await web?.stop()
  installed?.remove()
})

for (const [name, start] of Object.entries(platforms)) {
  describe(`in ${name}`, () => {
    let platform
    before(async () => {
      platform = { name, ...(await start({ web, clients })) }
    })
    after(() => platform?.stop())

    for (const row of rows.filter(({ platforms = [name] }) => platforms.includes(name))) {
      const references = new Map()
      test(`${row.title} (${REFERENCE} in ${name})`, () =>
        everywhere(row, async (place) => {
          const observed = await observe(row, REFERENCE, platform, place)
          references.set(key(place), observed)
          checkExpected(observed, { errors: row.throws ?? [], ...row.expected }, place, name)
        }))
      test(`${row.title} (${OURS} in ${name})`, () =>
        everywhere(row, async (place) => {
          const observed = await observe(row, OURS, platform, place)
          const reference = references.get(key(place))
          assert(reference, "there is nothing to compare it with")
          if (row.deviates) checkExpected(observed, row.ours, place, name)
          const same = Object.keys(reference).filter((part) => !row.ours || !(part in row.ours))
          for (const part of same) assert.deepEqual(observed[part], reference[part], `the ${part} is another`)
        }))
    }
  })
}

/** Tries a row on every server by every way, and tells of all that fail. */
async function everywhere(row, attempt) {
  const names = row.script ? ["a script"] : (row.servers ?? Object.keys(servers))
  const places = names.flatMap((server) => (row.ways ?? ["polling", "websocket"]).map((way) => ({ server, way })))
  const failures = []
  for (const place of places) {
    await attempt(place).catch((error) => failures.push(`${key(place)}: ${error.message}`))
  }
  if (failures.length) assert.fail(failures.join("\n\n"))
}

function key({ server, way }) {
  return `${server} by ${way}`
}

async function observe(row, client, platform, { server, way }) {
  const { url } = row.script ? {} : await serverOf(server, row.server)
  const wire = await openWire({ url, script: row.script, page: answerWith(pageFiles(clients)) })
  try {
    const { title, fresh, samePage } = row
    const words = { client, url: wire.url, way, title, fresh, samePage, platform: platform.name }
    const seen = await platform.play(words, wire)
    const { wire: packets, requests } = wire.look(row)
    const { wireVaries } = row
    return { ...seen, ...(wireVaries ? {} : { wire: packets }), ...(row.requests ? { requests } : {}) }
  } finally {
    wire.stop()
  }
}

/** A server with that environment; one for all rows that want it so. */
function serverOf(name, env) {
  const wanted = JSON.stringify([name, env])
  if (!started.has(wanted)) started.set(wanted, servers[name]({ QUIET: "1", ...env }))
  return started.get(wanted)
}

function checkExpected(observed, expected, { way }, platform) {
  for (const [part, value] of Object.entries(expected)) {
    const wanted = typeof value == "function" ? value(way, platform) : value
    // A part of ours that is no more than another one.
    if (wanted === undefined) continue
    const complete = part == "wire" ? wanted.map((connection) => ({ by: way, ...connection })) : wanted
    const seen = part == "wire" ? onlyWritten(observed.wire, complete) : observed[part]
    assert.deepEqual(seen, complete, `the ${part} is not what the row expects`)
  }
}

/** A row may leave out what a connection has received. */
function onlyWritten(connections, expected) {
  return connections.map((connection, at) =>
    Object.fromEntries(Object.entries(connection).filter(([name]) => !expected[at] || name in expected[at])),
  )
}
