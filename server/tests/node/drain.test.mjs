// A server that ends sends its clients away such that they come back by themselves.

import assert from "node:assert/strict";
import test from "node:test";

import { open, once, PATIENCE_MS, WAYS } from "./client.mjs";
import { startParlor } from "./server.mjs";

for (const way of WAYS) {
  test(`a client comes back by itself to a server that was restarted: ${way.name}`, async (t) => {
    const first = await startParlor();
    t.after(first.stop);
    const socket = open(t, first.url, way, { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 100 });
    await once(socket, "connect");
    const id = socket.id;

    const disconnected = once(socket, "disconnect");
    const ended = first.terminate();
    const [reason] = await disconnected;
    assert.equal(reason, "transport close");
    assert.ok(socket.active, "it reconnects by itself");
    assert.equal(await ended, 0);

    const reconnected = once(socket, "connect");
    const second = await startParlor(new URL(first.url).host);
    t.after(second.stop);
    await reconnected;
    assert.notEqual(socket.id, id);
  });
}

test("a client that comes while the server drains is refused until it is restarted", { timeout: 3 * PATIENCE_MS }, async (t) => {
  const first = await startParlor();
  t.after(first.stop);
  // One that does not poll keeps the server from ending.
  const session = await (await fetch(`${first.url}/socket.io/?EIO=4&transport=polling`)).text();
  const { sid } = JSON.parse(session.slice(1));
  const ended = first.terminate();
  while ((await fetch(`${first.url}/readyz`)).status !== 503);

  const late = open(t, first.url, WAYS[0], { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 100 });
  const [error] = await once(late, "connect_error");
  assert.equal(error.context?.status ?? error.description, 503, "the server is there, and does not let it in");
  const last = await fetch(`${first.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
  assert.equal(await last.text(), "1");
  assert.equal(await ended, 0);

  const connected = once(late, "connect");
  const second = await startParlor(new URL(first.url).host);
  t.after(second.stop);
  await connected;
});
