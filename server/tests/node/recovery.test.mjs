// Coming back with a client that we did not write: the ways in which that fails elsewhere.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { WAYS, connect, once, record, until } from "./client.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer({ RECOVERY: "1" });
});
after(() => server.stop());

/** Connects a client that is to be cut off, and another one. */
async function pair(t, way) {
  const client = await connect(t, server.url, way);
  const other = await connect(t, server.url, way);
  return { client, other };
}

/** Ends the client's connection: the server hears of it, or it does not. */
async function cut(client, { half = false } = {}) {
  const { engine } = client.io;
  const lost = once(client, "disconnect");
  // The transport stays open, as after a change of networks: nobody tells the server.
  if (half) engine.transport.doClose = () => {};
  if (half) engine._onClose("transport close");
  else engine.close();
  await lost;
}

/** Emits to everybody, and waits until the server has done so. */
async function toEverybody(other, word) {
  const heard = once(other, "everyone");
  other.emit("everyone", word);
  await heard;
}

async function back(client) {
  const connected = once(client, "connect");
  client.connect();
  await connected;
}

/** The first arguments of the events of that name, in order. */
const words = (events, name) => events.filter(([event]) => event === name).map(([, word]) => word);

for (const way of WAYS) {
  test(`id, rooms, data and what was missed, once and in order: ${way.name}`, async (t) => {
    const { client, other } = await pair(t, way);
    const { id } = client;
    await client.emitWithAck("join", "red");
    await client.emitWithAck("remember", "Ada");
    const heard = record(client);
    for (const round of [1, 2, 3]) {
      await toEverybody(other, `received ${round}`);
      await until(() => words(heard, "everyone").includes(`received ${round}`), "what was sent before");
      await cut(client);
      other.emit("shout", "red", `red ${round}`);
      other.emit("shout", "blue", `blue ${round}`);
      await toEverybody(other, `missed ${round}`);
      await back(client);
      await until(() => words(heard, "everyone").includes(`missed ${round}`), "what was missed");
      assert.equal(client.recovered, true);
      assert.equal(client.id, id);
    }
    assert.deepEqual(words(heard, "shout"), ["red 1", "red 2", "red 3"]);
    assert.deepEqual(
      words(heard, "everyone"),
      [1, 2, 3].flatMap((round) => [`received ${round}`, `missed ${round}`]),
    );
    const recalled = await new Promise((resolve) => client.emit("recall", (...args) => resolve(args)));
    assert.deepEqual(recalled, [true, "Ada"]);
  });

  test(`before any event was received: ${way.name}`, async (t) => {
    const { client, other } = await pair(t, way);
    client._lastOffset = undefined;
    // It knows of no event of this session: as if none had come.
    const heard = record(client);
    await cut(client);
    await toEverybody(other, "missed");
    await back(client);
    assert.equal(client.recovered, true);
    await until(() => words(heard, "welcome").length === 2, "the new welcome");
    // The session begins with its first welcome.
    assert.deepEqual(heard.map(([event]) => event), ["welcome", "everyone", "welcome"]);
  });

  test(`with a volatile text as the last event: ${way.name}`, async (t) => {
    const { client, other } = await pair(t, way);
    const heard = record(client);
    await until(() => {
      other.emit("volatile", "text");
      return words(heard, "volatile").length;
    }, "a volatile event");
    await cut(client);
    await toEverybody(other, "missed");
    await back(client);
    assert.equal(client.recovered, true);
    await until(() => words(heard, "everyone").length, "what was missed");
    assert.deepEqual(words(heard, "everyone"), ["missed"]);
  });

  test(`before the server knows that the connection is lost, again and again: ${way.name}`, async (t) => {
    const { client, other } = await pair(t, way);
    const { id } = client;
    const heard = record(client);
    for (const round of [1, 2, 3]) {
      await cut(client, { half: true });
      await toEverybody(other, `missed ${round}`);
      await back(client);
      assert.equal(client.recovered, true, `round ${round}`);
      assert.equal(client.id, id);
      await until(() => words(heard, "everyone").includes(`missed ${round}`), "what was missed");
    }
    assert.deepEqual(words(heard, "everyone"), ["missed 1", "missed 2", "missed 3"]);
  });

  test(`who said goodbye begins anew: ${way.name}`, async (t) => {
    const { client } = await pair(t, way);
    const { id } = client;
    client.disconnect();
    await back(client);
    assert.equal(client.recovered, false);
    assert.notEqual(client.id, id);
  });
}
