// In Node, over TLS: who is trusted, and how the client proves who it is. Each for both transports.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { makeCertificate } from "./support/certificate.mjs"
import { heard, loaders, opener, startServer } from "./support/node.mjs"
import { installPackage } from "./support/package.mjs"

const CIPHER = "ECDHE-ECDSA-CHACHA20-POLY1305"

const server = makeCertificate()
const passphrase = "open"
const client = makeCertificate(passphrase)
const asksForOne = { ...server, requestCert: true, ca: client.cert }

let installed, open
before(async () => {
  installed = installPackage()
  open = opener((await loaders.import(installed.folder)).io)
})
after(() => installed?.remove())

/** The options, and whether that server is reached with them. */
const ROWS = [
  ["a certificate that nobody vouches for is refused", server, {}, false],
  ["ca vouches for a certificate", server, { ca: server.cert }, true],
  ["rejectUnauthorized: false trusts everybody", server, { rejectUnauthorized: false }, true],
  ["without a key the client is nobody", asksForOne, { ca: server.cert }, false],
  ["cert, key and passphrase prove who the client is", asksForOne, { ca: server.cert, ...client, passphrase }, true],
  ["a key with another passphrase opens nothing", asksForOne, { ca: server.cert, ...client, passphrase: "shut" }, false],
  ["a pfx that is none is refused", server, { ca: server.cert, pfx: Buffer.from("none") }, false],
  ["checkServerIdentity has the last word", server, { ca: server.cert, checkServerIdentity: () => new Error("no") }, false],
]

for (const transport of ["polling", "websocket"]) {
  for (const [rule, tls, options, reached] of ROWS) {
    test(`${rule} (${transport})`, async (t) => {
      const { url } = await startServer(t, { tls })
      const socket = open(t, url, { transports: [transport], ...options })
      await heard(socket, reached ? "connect" : "connect_error")
      assert.equal(socket.connected, reached)
    })
  }

  test(`ciphers are those that are offered (${transport})`, async (t) => {
    const { url, requests } = await startServer(t, { tls: { ...server, maxVersion: "TLSv1.2" } })
    await heard(open(t, url, { transports: [transport], ca: server.cert, ciphers: CIPHER }), "connect")
    assert.equal(requests[0].socket.getCipher().name, CIPHER)
  })
}
