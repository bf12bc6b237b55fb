// One cluster of ours and of npm's socket.io with npm's adapter for Redis, in its own format: whatever one is told to
// do comes to the clients of the other. The pair of two of npm's proves the tests themselves.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { ROWS } from "./cluster.rows.mjs";
import { CLIENTS, Cluster, NAMESPACES } from "./support/cluster.mjs";
import { namesOf, run } from "./support/rows.mjs";
import { MODES, PAIRS } from "./support/servers.mjs";

for (const mode of MODES) {
  for (const [A, B] of PAIRS) {
    describe(`${mode}, A is ${A} and B is ${B}`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A, B });
      });
      after(() => cluster?.stop());

      for (const namespace of NAMESPACES) {
        for (const row of ROWS) {
          test(`${row.says} in ${namespace}`, () => carryOut(cluster, namespace, row));
        }

        test(`a socket that is fetched has its id, rooms, data and handshake in ${namespace}`, () =>
          fetchedIsWhole(cluster, namespace));
        test(`who was made to join is reached in ${namespace}`, () => joinedIsReached(cluster, namespace));
        test(`a hundred events keep their order in ${namespace}`, () => orderIsKept(cluster, namespace));
        test(`what is not to be compressed is not, on either server, in ${namespace}`, () =>
          compressionIsChosen(cluster, namespace));
      }
    });
  }
}

async function carryOut(cluster, namespace, row) {
  const { order, by } = row;
  const { event, args = [] } = order.order ?? order;
  const notes = row.notes && { A: [], B: row.notes };
  const result = await run(cluster, namespace, { ...row, event: [event, ...args], notes }, async (at) => {
    const result = await cluster.order(namespace, withRooms(order, at), { by });
    await cluster.settle();
    return result;
  });
  checkResult(row, result);
}

/** The order with the rooms' names of this row. */
function withRooms(order, at) {
  const changed = { ...order };
  for (const field of ["to", "except", "rooms"]) if (order[field]) changed[field] = order[field].map(at);
  if (order.order) changed.order = withRooms(order.order, at);
  return changed;
}

function checkResult({ order, answers, timedOut = false, finds, result: expected = null }, result) {
  if (answers !== undefined) {
    // Each of those that were fetched has an answer of its own.
    const all = order.do === "each" ? result : [result];
    const { event, args } = order.order ?? order;
    const answer = (name) => (event === "question" ? { who: name, got: args } : name);
    assert.deepEqual(all.flatMap((one) => one.answers).sort(byName), [...answers].map(answer));
    assert.equal(
      all.some((one) => one.timedOut),
      timedOut,
    );
  } else if (finds !== undefined) {
    assert.equal(namesOf(result), finds);
  } else if (order.do === "each") {
    assert.ok(
      result.every((one) => one === null),
      JSON.stringify(result),
    );
  } else {
    assert.deepEqual(result, expected);
  }
}

function byName(one, other) {
  return (one.who ?? one) < (other.who ?? other) ? -1 : 1;
}

async function fetchedIsWhole(cluster, namespace) {
  const rooms = { "whole 1": "ax", "whole 2": "xy" };
  const found = await run(cluster, namespace, { rooms, literal: true }, () =>
    cluster.order(namespace, { do: "fetch" }),
  );
  const roomsOf = { a: ["whole 1"], b: [], x: ["whole 1", "whole 2"], y: ["whole 2"] };
  for (const [name, client] of Object.entries(cluster.clients)) {
    const id = client.id(namespace);
    const { handshake, rooms, ...socket } = found.find((one) => one.id === id);
    assert.deepEqual(socket, { id, data: { name } });
    assert.deepEqual(rooms.sort(), [...roomsOf[name], id].sort());
    const { auth, query, headers, url, address, issued, secure, xdomain } = handshake;
    assert.deepEqual(auth, { token: `secret of ${name}` });
    assert.equal(query.who, name);
    assert.equal(query.EIO, "4");
    assert.equal(headers["x-who"], name);
    assert.match(url, new RegExp(`^/socket\\.io/\\?.*\\bwho=${name}\\b`));
    assert.equal(address, "127.0.0.1");
    assert.ok(Number.isInteger(issued), `issued is ${issued}`);
    assert.deepEqual({ secure, xdomain }, { secure: false, xdomain: false });
  }
}

async function joinedIsReached(cluster, namespace) {
  await run(cluster, namespace, { heard: "ax", event: ["news"], then: { end: "ax" } }, async (at) => {
    await cluster.order(namespace, { do: "join", to: [at("red")], rooms: [at("end")] });
    await cluster.settle();
    await cluster.heardOf(namespace, at("end"), "ax");
    await cluster.order(namespace, { do: "emit", event: "news", args: [], to: [at("end")] });
    await cluster.settle();
  });
}

async function orderIsKept(cluster, namespace) {
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  await cluster.enter(namespace, { row: "bx" });
  cluster.forget();
  // By turns to everybody and to a room, with bytes and without: over other channels, and in other forms.
  const order = (n) => ({
    do: "emit",
    event: "news",
    args: n % 2 ? [n] : [n, Buffer.of(n)],
    to: n % 3 ? ["row"] : undefined,
  });
  await Promise.all(numbers.map((n) => cluster.order(namespace, order(n))));
  await cluster.settle();
  const heard = Object.entries(cluster.heard(namespace)).map(([name, events]) => [name, events.map(([, n]) => n)]);
  const thirds = numbers.filter((n) => n % 3 === 0);
  assert.deepEqual(Object.fromEntries(heard), { a: thirds, b: numbers, x: numbers, y: thirds });
  await cluster.leave(namespace, ["row"]);
}

async function compressionIsChosen(cluster, namespace) {
  const text = "what is said again and again ".repeat(1_000);
  const rows = [true, false].flatMap((compress) => [
    { compress, by: "a" },
    { compress, by: "x" },
  ]);
  for (const { compress, by } of rows) {
    const { ws } = cluster.clients[by].sockets[namespace].io.engine.transport;
    const before = ws._socket.bytesRead;
    await run(cluster, namespace, { heard: "abxy", event: ["news", text] }, async () => {
      await cluster.order(namespace, { do: "emit", event: "news", args: [text], compress });
      await cluster.settle();
    });
    const came = ws._socket.bytesRead - before;
    // npm's asks nobody before it compresses a message of a WebSocket.
    const compressed = compress || cluster[CLIENTS[by].server].kind === "node";
    assert.equal(came < text.length / 2, compressed, `${came} bytes of ${text.length} came to ${by}`);
  }
}
