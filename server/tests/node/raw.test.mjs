// npm ws and plain HTTP against our server: what no polite client sends, and a bystander who notices nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import WebSocket from "ws";

import { PATIENCE_MS, WAYS, connect } from "./client.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const REFUSALS = [
  { what: "a wrong EIO", query: "EIO=3&transport=polling", code: 5, message: "Unsupported protocol version" },
  { what: "no EIO", query: "transport=polling", code: 5, message: "Unsupported protocol version" },
  { what: "an unknown transport", query: "EIO=4&transport=pigeon", code: 0, message: "Transport unknown" },
  { what: "no transport", query: "EIO=4", code: 0, message: "Transport unknown" },
  { what: "an unknown session", query: "EIO=4&transport=polling&sid=nope", code: 1, message: "Session ID unknown" },
  { what: "a first POST", query: "EIO=4&transport=polling", method: "POST", code: 2, message: "Bad handshake method" },
  { what: "a WebSocket without upgrade", query: "EIO=4&transport=websocket", code: 3, message: "Bad request" },
];

for (const { what, query, method = "GET", code, message } of REFUSALS) {
  test(`${what} is refused by code ${code}`, async () => {
    const response = await fetch(`${server.url}/socket.io/?${query}`, { method });
    assert.equal(response.status, 400);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(await response.text(), JSON.stringify({ code, message }));
  });
}

const FRAMES = [
  { what: "no Engine.IO packet", frames: ["x"] },
  { what: "an empty frame", frames: [""] },
  { what: "no Socket.IO packet", frames: ["4nonsense"] },
  { what: "broken JSON", frames: ["40", '42["a"'] },
  { what: "a reserved event", frames: ["40", '42["disconnect"]'] },
  { what: "an event before CONNECT", frames: ['42["a"]'] },
  { what: "a second CONNECT", frames: ["40", "40"] },
  { what: "an attachment that nobody announced", frames: ["40", Buffer.from([1])] },
  { what: "ten thousand attachments", frames: ["40", '4510000-["a"]'] },
  { what: "a ping", frames: ["2"] },
  { what: "too long a message", frames: [`4${"x".repeat(1_000_001)}`], code: 1009 },
];

for (const { what, frames, code } of FRAMES) {
  test(`${what} ends that connection, and no other`, async (t) => {
    const bystander = await connect(t, server.url, WAYS[1]);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    t.after(() => socket.terminate());
    socket.once("message", () => frames.forEach((frame) => socket.send(frame)));
    const closed = await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("it was not closed")), PATIENCE_MS).unref();
      socket.once("close", resolve);
    });
    if (code) assert.equal(closed, code);
    assert.equal(await bystander.emitWithAck("echo", "unharmed"), "unharmed");
  });
}

test("a polling body over the limit is refused by 413, and the session lives on", async () => {
  const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
  const open = await (await fetch(url)).text();
  const { sid, maxPayload } = JSON.parse(open.slice(1));
  const post = (body) => fetch(`${url}&sid=${sid}`, { method: "POST", body });
  assert.equal((await post(`4${"x".repeat(maxPayload)}`)).status, 413);
  const response = await post("40");
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "ok");
  assert.match(await (await fetch(`${url}&sid=${sid}`)).text(), /^40\{"sid":"[^"]{20}"\}/);
});
