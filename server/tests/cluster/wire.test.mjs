// What a server publishes, channel by channel and word for word: npm's two formats, written down once, and published by
// npm's servers and by ours.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { decode } from "notepack.io";

import { Cluster } from "./support/cluster.mjs";
import { MODES } from "./support/servers.mjs";

const BYTES = Buffer.from([1, 2]);
/** In the classic format, what is said is msgpack; in the sharded one, JSON as long as there are no bytes in it. */
const classic = (channel, form, message) => ({ command: "publish", channel, form, message });
const sharded = (channel, form, message) => ({ command: "spublish", channel, form, message });

const news = { type: 2, data: ["news", 1] };
const emit = (fields) => ({ do: "emit", event: "news", args: [1], ...fields });
/** A broadcast as the classic format has it: who says it, the packet, and to whom. */
const said = (packet, opts) => ["A", { ...packet, nsp: "/" }, { rooms: [], except: [], flags: {}, ...opts }];
/** Anything as the sharded format has it. */
const told = (uid, type, data) => ({ uid, nsp: "/", type, data });
const all = { rooms: [], except: [], flags: {} };

/**
 * An order to A, and what is published in either format. A and B are the ids of the servers, Q is that of the request;
 * `#x` is the id of client x, who is on B, and a gives the orders.
 */
const ROWS = [
  {
    order: emit({}),
    classic: [classic("socket.io#/#", "msgpack", said(news))],
    sharded: [sharded("socket.io#/#", "json", told("A", 3, { packet: news, opts: all }))],
  },
  {
    order: emit({ to: ["red"], except: ["blue"] }),
    classic: [classic("socket.io#/#red#", "msgpack", said(news, { rooms: ["red"], except: ["blue"] }))],
    sharded: [
      sharded(
        "socket.io#/#red#",
        "json",
        told("A", 3, { packet: news, opts: { ...all, rooms: ["red"], except: ["blue"] } }),
      ),
    ],
  },
  {
    order: emit({ to: ["red", "blue"] }),
    classic: [classic("socket.io#/#", "msgpack", said(news, { rooms: ["red", "blue"] }))],
    sharded: [
      sharded("socket.io#/#", "json", told("A", 3, { packet: news, opts: { ...all, rooms: ["red", "blue"] } })),
    ],
  },
  {
    order: emit({ to: ["#x"] }),
    classic: [classic("socket.io#/##x#", "msgpack", said(news, { rooms: ["#x"] }))],
    // The servers do not listen to a channel for each client.
    sharded: [sharded("socket.io#/#", "json", told("A", 3, { packet: news, opts: { ...all, rooms: ["#x"] } }))],
  },
  {
    order: emit({ from: true, to: ["red"] }),
    classic: [classic("socket.io#/#red#", "msgpack", said(news, { rooms: ["red"], except: ["#a"] }))],
    sharded: [
      sharded(
        "socket.io#/#red#",
        "json",
        told("A", 3, { packet: news, opts: { ...all, rooms: ["red"], except: ["#a"] } }),
      ),
    ],
  },
  {
    order: emit({ volatile: true, compress: false }),
    classic: [classic("socket.io#/#", "msgpack", said(news, { flags: { volatile: true, compress: false } }))],
    sharded: [
      sharded(
        "socket.io#/#",
        "json",
        told("A", 3, { packet: news, opts: { ...all, flags: { volatile: true, compress: false } } }),
      ),
    ],
  },
  { order: emit({ local: true }), classic: [], sharded: [] },
  {
    order: emit({ args: [{ file: BYTES }] }),
    classic: [classic("socket.io#/#", "msgpack", said({ type: 2, data: ["news", { file: BYTES }] }))],
    sharded: [
      sharded(
        "socket.io#/#",
        "msgpack",
        told("A", 3, { packet: { type: 2, data: ["news", { file: BYTES }] }, opts: all }),
      ),
    ],
  },
  {
    order: { do: "ask", event: "roll call", args: ["x"], to: ["#x"], ms: 5_000 },
    classic: [
      classic("socket.io-request#/#", "msgpack", {
        uid: "A",
        requestId: "Q",
        type: 7,
        packet: { type: 2, data: ["roll call", "x"], nsp: "/" },
        opts: { rooms: ["#x"], except: [], flags: { timeout: 5_000 } },
      }),
      classic("socket.io-response#/#", "json", { type: 8, requestId: "Q", clientCount: 1 }),
      classic("socket.io-response#/#", "msgpack", { type: 9, requestId: "Q", packet: "x" }),
    ],
    sharded: [
      sharded(
        "socket.io#/#",
        "json",
        told("A", 3, {
          packet: { type: 2, data: ["roll call", "x"] },
          requestId: "Q",
          opts: { rooms: ["#x"], except: [], flags: { timeout: 5_000 } },
        }),
      ),
      sharded("socket.io#/#A#", "json", told("B", 11, { requestId: "Q", clientCount: 1 })),
      sharded("socket.io#/#A#", "json", told("B", 12, { requestId: "Q", packet: "x" })),
    ],
  },
  {
    order: { do: "ask", event: "question", args: [BYTES], to: ["#x"], ms: 5_000 },
    classic: [
      classic("socket.io-request#/#", "msgpack", {
        uid: "A",
        requestId: "Q",
        type: 7,
        packet: { type: 2, data: ["question", BYTES], nsp: "/" },
        opts: { rooms: ["#x"], except: [], flags: { timeout: 5_000 } },
      }),
      classic("socket.io-response#/#", "json", { type: 8, requestId: "Q", clientCount: 1 }),
      classic("socket.io-response#/#", "msgpack", { type: 9, requestId: "Q", packet: { who: "x", got: [BYTES] } }),
    ],
    sharded: [
      sharded(
        "socket.io#/#",
        "msgpack",
        told("A", 3, {
          packet: { type: 2, data: ["question", BYTES] },
          requestId: "Q",
          opts: { rooms: ["#x"], except: [], flags: { timeout: 5_000 } },
        }),
      ),
      sharded("socket.io#/#A#", "json", told("B", 11, { requestId: "Q", clientCount: 1 })),
      sharded("socket.io#/#A#", "msgpack", told("B", 12, { requestId: "Q", packet: { who: "x", got: [BYTES] } })),
    ],
  },
  {
    order: { do: "fetch", to: ["red"], except: ["blue"] },
    classic: [
      classic("socket.io-request#/#", "json", {
        uid: "A",
        requestId: "Q",
        type: 5,
        opts: { rooms: ["red"], except: ["blue"] },
      }),
      classic("socket.io-response#/#", "json", { requestId: "Q", sockets: [] }),
    ],
    sharded: [
      sharded(
        "socket.io#/#",
        "json",
        told("A", 7, { requestId: "Q", opts: { rooms: ["red"], except: ["blue"], flags: {} } }),
      ),
      sharded("socket.io#/#A#", "json", told("B", 8, { requestId: "Q", sockets: [] })),
    ],
  },
  {
    order: { do: "join", to: ["red"], rooms: ["gold", "silver"] },
    classic: [
      classic("socket.io-request#/#", "json", {
        uid: "A",
        type: 2,
        opts: { rooms: ["red"], except: [] },
        rooms: ["gold", "silver"],
      }),
    ],
    sharded: [
      sharded("socket.io#/#", "json", told("A", 4, { opts: { ...all, rooms: ["red"] }, rooms: ["gold", "silver"] })),
    ],
  },
  {
    order: { do: "leave", from: true, rooms: ["gold"] },
    classic: [
      classic("socket.io-request#/#", "json", {
        uid: "A",
        type: 3,
        opts: { rooms: [], except: ["#a"] },
        rooms: ["gold"],
      }),
    ],
    sharded: [sharded("socket.io#/#", "json", told("A", 5, { opts: { ...all, except: ["#a"] }, rooms: ["gold"] }))],
  },
  {
    order: { do: "disconnect", to: ["red"], close: true },
    classic: [
      classic("socket.io-request#/#", "json", { uid: "A", type: 4, opts: { rooms: ["red"], except: [] }, close: true }),
    ],
    sharded: [sharded("socket.io#/#", "json", told("A", 6, { opts: { ...all, rooms: ["red"] }, close: true }))],
  },
  {
    order: { do: "server emit", event: "note", args: ["hello", 1] },
    classic: [classic("socket.io-request#/#", "json", { uid: "A", type: 6, data: ["note", "hello", 1] })],
    sharded: [sharded("socket.io#/#", "json", told("A", 9, { packet: ["note", "hello", 1] }))],
  },
  {
    order: { do: "server ask", event: "whoami", args: [1] },
    classic: [
      classic("socket.io-request#/#", "json", { uid: "A", requestId: "Q", type: 6, data: ["whoami", 1] }),
      classic("socket.io-response#/#", "json", { type: 6, requestId: "Q", data: ["B", 1] }),
    ],
    sharded: [
      sharded("socket.io#/#", "json", told("A", 9, { requestId: "Q", packet: ["whoami", 1] })),
      sharded("socket.io#/#A#", "json", told("B", 10, { requestId: "Q", packet: ["B", 1] })),
    ],
  },
  { order: { do: "server count" }, classic: [], sharded: [] },
];

/** Of a socket that was fetched: each of npm's servers reads all of it. */
const DETAILS = ["address", "auth", "headers", "issued", "query", "secure", "time", "url", "xdomain"];

for (const kind of ["node", "rust"]) {
  for (const mode of MODES) {
    describe(`${mode}, the servers are ${kind}`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A: kind, B: kind });
      });
      after(() => cluster?.stop());

      for (const { order, ...row } of ROWS) {
        test(`what is published for ${JSON.stringify(order)}`, async () => {
          assert.deepEqual(readable(await publishedFor(cluster, order), cluster), row[mode]);
        });
      }

      test("a socket that is fetched is told of in full", async () => {
        const messages = await publishedFor(cluster, { do: "fetch", to: ["#x"] });
        const [, { form, message }] = readable(messages, cluster);
        assert.equal(form, "json");
        const { sockets } = message.data ?? message;
        const [{ handshake, ...socket }] = sockets;
        assert.deepEqual(socket, { id: "#x", rooms: ["#x"], data: { name: "x" } });
        assert.deepEqual(Object.keys(handshake).sort(), DETAILS);
        // The same moment twice, once to the second.
        const { time, issued } = handshake;
        assert.ok(Math.abs(Date.parse(time) - issued) < 2_000, `time is ${time}, issued ${issued}`);
      });
    });
  }
}

/** What the servers publish until an order is carried out, but for the fences of the tests. */
async function publishedFor(cluster, order) {
  const named = (room) => (room.startsWith("#") ? cluster.clients[room[1]].id("/") : room);
  const watched = await cluster.redis.watch();
  await cluster.order("/", { ...order, ...(order.to && { to: order.to.map(named) }) });
  await cluster.settle();
  return (await watched()).filter(({ channel }) => channel !== "socket.io#/fence#");
}

/** Messages with names in the place of ids, which are others each time. */
function readable(messages, cluster) {
  const names = new Map(Object.entries(cluster.clients).map(([name, client]) => [client.id("/"), `#${name}`]));
  const name = (id, as) => id === undefined || names.has(id) || names.set(id, as);
  const contents = messages.map(({ message }) => {
    const form = message[0] === "{".charCodeAt(0) ? "json" : "msgpack";
    return { form, message: form === "json" ? JSON.parse(message) : decode(message) };
  });
  for (const [number, { message }] of contents.entries()) {
    // A speaks first, B answers.
    name(Array.isArray(message) ? message[0] : message.uid, number === 0 ? "A" : "B");
    name((message.data ?? message).requestId ?? message.requestId, "Q");
  }
  return messages.map(({ command, channel }, number) => ({
    command,
    channel: [...names].reduce((text, [id, as]) => text.replace(`#${id}#`, `#${as}#`), channel),
    ...renamed(contents[number], names),
  }));
}

function renamed(value, names) {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (value === null || typeof value !== "object" || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)]));
}
