// In Node, loaded either way, on npm socket.io and on our server: both transports, and the upgrade from one to the other.

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { heard, loaders, opener, startServer, until } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"

const WAYS = {
  "polling only": ["polling"],
  "websocket only": ["websocket"],
  "polling upgraded to websocket": ["polling", "websocket"],
}

/** What is sent, and the bytes that come. */
const BINARY = {
  "a Buffer": [Buffer.from("bytes"), "bytes"],
  "a Buffer that is part of another": [Buffer.from("my bytes").subarray(3), "bytes"],
  "a typed array": [new Uint16Array([0x6162, 0x6364]), "badc"],
  "a DataView": [new DataView(new TextEncoder().encode("a view").buffer, 2), "view"],
  "an ArrayBuffer": [new TextEncoder().encode("bytes").buffer, "bytes"],
  "a Blob": [new Blob(["bytes"]), "bytes"],
  "no bytes": [Buffer.alloc(0), ""],
}

const EXIT_LIMIT_MS = 10_000

let installed
before(() => {
  installed = installPackage()
})
after(() => installed?.remove())

for (const [serverName, start] of Object.entries(servers)) {
  for (const [loader, load] of Object.entries(loaders)) {
    describe(`by ${loader}, on ${serverName}`, () => {
      let server, open
      before(async () => {
        server = await start()
        open = opener((await load(installed.folder)).io)
      })
      after(() => server?.stop())

      for (const [way, transports] of Object.entries(WAYS)) {
        const connected = async (t) => {
          const socket = open(t, server.url, { transports })
          await heard(socket, "connect")
          await until(() => socket.io.engine.transport.name == transports.at(-1), "the upgrade")
          return socket
        }

        test(`the server sees the transport (${way})`, async (t) => {
          assert.equal(await (await connected(t)).emitWithAck("transport"), transports.at(-1))
        })

        for (const [name, [sent, bytes]] of Object.entries(BINARY)) {
          test(`${name} anywhere in what is sent comes as a Buffer (${way})`, async (t) => {
            const answer = await (await connected(t)).emitWithAck("echo", { list: [sent, "text"] })
            assert.deepEqual(answer, { list: [Buffer.from(bytes), "text"] })
            assert.ok(Buffer.isBuffer(answer.list[0]))
          })
        }
      }
    })
  }
}

test("the slim entry has both transports, too", async (t) => {
  const { url } = await startServer(t)
  const load = 'import { io, ready } from "parlor-client/slim"\nawait ready()'
  assert.deepEqual(await run("slim.mjs", url, {}, load), { said: "websocket", code: 0 })
})

for (const [way, transports] of Object.entries(WAYS)) {
  test(`with autoUnref a connection does not keep its process (${way})`, async (t) => {
    const { url } = await startServer(t)
    const options = { transports, autoUnref: true, stay: true }
    assert.deepEqual(await run("unref.mjs", url, options), { said: transports.at(-1), code: 0 })
  })
}

/** Runs a script that connects, says by what, and goes if it is not to `stay`. */
async function run(name, url, { stay, ...options }, load = 'import { io } from "parlor-client"') {
  const file = join(installed.folder, name)
  writeFileSync(
    file,
    `${load}
    const socket = io(${JSON.stringify(url)}, ${JSON.stringify(options)})
    const { engine } = socket.io
    const busy = setInterval(() => {
      if (!socket.connected || engine.transport.name != ${JSON.stringify(options.transports?.at(-1) ?? "websocket")}) return
      console.log(engine.transport.name)
      clearInterval(busy)
      ${stay ? "" : "socket.disconnect()"}
    }, 5)`,
  )
  const script = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"], timeout: EXIT_LIMIT_MS })
  let said = ""
  script.stdout.on("data", (part) => (said += part))
  const [code] = await once(script, "close")
  return { said: said.trim(), code }
}
