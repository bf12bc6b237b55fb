// The client's lines of docs/CHEATSHEET.md, said by our package: each reaches the server once, and nobody else.

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { CLIENT_LINES } from "./cheatsheet.lines.mjs"
import { heard, loaders, opener } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"
import { servers } from "./support/process.mjs"

/** Whose answer comes to the line itself; the others hear it as an event. */
const ASKS = ["socket.emit(ack)", "socket.emitWithAck", "socket.timeout(5000).emit(ack)", "socket.timeout(5000).emitWithAck"]

let installed
before(() => {
  installed = installPackage()
})
after(() => installed?.remove())

for (const [serverName, start] of Object.entries(servers)) {
  for (const transport of ["polling", "websocket"]) {
    describe(`on ${serverName}, over ${transport}`, () => {
      let server, open
      before(async () => {
        server = await start()
        open = opener((await loaders.import(installed.folder)).io)
      })
      after(() => server?.stop())

      for (const [line, say] of Object.entries(CLIENT_LINES)) {
        test(`${line} reaches the server once, and nobody else`, async (t) => {
          const said = []
          const [a, b] = ["a", "b"].map((name) => {
            const socket = open(t, server.url, { transports: [transport] })
            return socket.on("echo", (text) => said.push([name, text]))
          })
          await Promise.all([heard(a, "connect"), heard(b, "connect")])
          await a.emitWithAck("echo")
          const answers = []
          const round = async () => {
            await say(a, line, (answer) => answers.push(answer))
            await Promise.all([a.emitWithAck("echo"), b.emitWithAck("echo")])
            return said.length + answers.length
          }
          // A volatile event is dropped while another is on its way out.
          while (!(await round()) && line == "socket.volatile.emit");
          assert.deepEqual([said, answers], ASKS.includes(line) ? [[], [line]] : [[["a", line]], []])
        })
      }
    })
  }
}
