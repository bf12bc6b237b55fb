// Where `io(uri)` goes: the rules of socket.io-client, in a page and without one.

import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { parseUri } from "../facade/url.mjs"

afterEach(() => delete globalThis.location)

const PAGE = { protocol: "https:", host: "page.example:8443" }

test("a uri names a server, a namespace and a manager", () => {
  const rows = [
    // What is written, the manager's key, the address behind `http` or `ws`, the namespace, the query.
    ["http://h", "http://h:80/p", "://h", "/", ""],
    ["http://h:80", "http://h:80/p", "://h", "/", ""],
    ["https://h/chat?a=1#x", "https://h:443/p", "s://h", "/chat", "?a=1"],
    ["ws://h:3000/ä b", "ws://h:3000/p", "://h:3000", "/ä b", ""],
    ["wss://h", "wss://h:443/p", "s://h", "/", ""],
    ["http://[::1]:3000/x", "http://[::1]:3000/p", "://[::1]:3000", "/x", ""],
    ["h:3000/x", "https://h:3000/p", "s://h:3000", "/x", ""],
  ]
  for (const [uri, id, address, namespace, query] of rows) {
    assert.deepEqual(parseUri(uri, "/p"), { id, address, namespace, query }, uri)
  }
})

test("what a uri leaves out is the page's", () => {
  globalThis.location = PAGE
  const rows = [
    [undefined, "s://page.example:8443", "/"],
    ["/chat", "s://page.example:8443", "/chat"],
    ["//h/chat", "s://h", "/chat"],
    ["h:1", "s://h:1", "/"],
  ]
  for (const [uri, address, namespace] of rows) {
    const target = parseUri(uri, "/p")
    assert.deepEqual([target.address, target.namespace], [address, namespace], uri)
  }
})

test("a uri that goes nowhere is refused", () => {
  for (const uri of ["ftp://h", "http://", undefined, `http://h/${"x".repeat(8000)}`]) {
    assert.throws(() => parseUri(uri, "/p"), { code: "ERR_BAD_URI" })
  }
})
