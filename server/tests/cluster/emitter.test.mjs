// Npm's redis-emitter, a program without clients of its own, speaks to the clients of a cluster: in the classic format,
// the only one that it knows. The cluster of two of npm's proves the tests themselves.

import { after, before, describe, test } from "node:test";

import { Emitter } from "@socket.io/redis-emitter";

import { Cluster, NAMESPACES } from "./support/cluster.mjs";
import { connected } from "./support/redis.mjs";
import { run } from "./support/rows.mjs";

const CLUSTERS = [
  ["node", "node"],
  ["rust", "rust"],
  ["rust", "node"],
];
const LEAP_DAY = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 250));
const LONG_AGO = new Date(Date.UTC(1815, 11, 10));

/**
 * What is said, to all in a namespace and by the names `at` of the rooms, and what comes of it, in the fields of
 * `support/rows.mjs`. Clients and rooms are those of `cluster.rows.mjs`. Where a row has no event, it is `["news", 1]`.
 */
const ROWS = [
  { says: "emit", say: (all) => all.emit("news", 1), heard: "abxy" },
  { says: "to(room).emit", say: (all, at) => all.to(at("red")).emit("news", 1), heard: "ax" },
  { says: "in(room).emit", say: (all, at) => all.in(at("blue")).emit("news", 1), heard: "xy" },
  {
    says: "to([room, room]).emit, once to who is in two",
    say: (all, at) => all.to([at("red"), at("blue")]).emit("news", 1),
    heard: "axy",
  },
  { says: "to(room).to(room).emit", say: (all, at) => all.to(at("red")).to(at("green")).emit("news", 1), heard: "abx" },
  { says: "except(room).emit", say: (all, at) => all.except(at("red")).emit("news", 1), heard: "by" },
  {
    says: "except([room, room]).emit",
    say: (all, at) => all.except([at("blue"), at("green")]).emit("news", 1),
    heard: "a",
  },
  {
    says: "to(room).except(room).emit",
    say: (all, at) => all.to(at("red")).except(at("blue")).emit("news", 1),
    heard: "a",
  },
  { says: "to(nobody).emit", say: (all, at) => all.to(at("grey")).emit("news", 1), heard: "" },
  { says: "to(socket id).emit", say: (all, at) => all.to(at("#x")).emit("news", 1), heard: "x" },
  { says: "except(socket id).emit", say: (all, at) => all.except(at("#a")).emit("news", 1), heard: "bxy" },
  { says: "compress(false).emit", say: (all) => all.compress(false).emit("news", 1), heard: "abxy" },
  {
    says: "compress(true).to(room).emit",
    say: (all, at) => all.compress(true).to(at("red")).emit("news", 1),
    heard: "ax",
  },
  { says: "volatile.emit", say: (all) => all.volatile.emit("news", 1), heard: "abxy", again: true },
  {
    says: "volatile.to(room).emit",
    say: (all, at) => all.volatile.to(at("red")).emit("news", 1),
    heard: "ax",
    again: true,
  },
  { says: "emit without arguments", say: (all) => all.emit("news"), heard: "abxy", event: ["news"] },
  {
    says: "emit with bytes inside of data",
    say: (all) => all.emit("news", { parts: [Buffer.from([0, 255]), { last: Buffer.alloc(0) }] }),
    heard: "abxy",
    event: ["news", { parts: [Buffer.from([0, 255]), { last: Buffer.alloc(0) }] }],
  },
  {
    says: "emit of bytes that are no Buffer",
    say: (all) => all.emit("news", new Uint8Array([1, 2]), new Uint8Array([3, 4]).buffer),
    heard: "abxy",
    event: ["news", Buffer.from([1, 2]), Buffer.from([3, 4])],
  },
  {
    // Msgpack can say more than JSON: it becomes what JSON.stringify makes of it.
    says: "emit of what is no JSON",
    say: (all) => all.emit("news", undefined, { gone: undefined }, NaN, -Infinity, LEAP_DAY, [LONG_AGO, new Date(0)]),
    heard: "abxy",
    event: [
      ...["news", null, {}, null, null, "2024-02-29T12:30:15.250Z"],
      ["1815-12-10T00:00:00.000Z", "1970-01-01T00:00:00.000Z"],
    ],
  },

  { says: "socketsJoin", say: (all, at) => all.socketsJoin(at("gold")), then: { gold: "abxy" } },
  {
    says: "in(room).socketsJoin([room, room])",
    say: (all, at) => all.in(at("red")).socketsJoin([at("gold"), at("silver")]),
    then: { gold: "ax", silver: "ax" },
  },
  {
    says: "except(room).socketsJoin",
    say: (all, at) => all.except(at("red")).socketsJoin(at("gold")),
    then: { gold: "by" },
  },
  {
    says: "in(socket id).socketsJoin",
    say: (all, at) => all.in(at("#y")).socketsJoin(at("gold")),
    then: { gold: "y" },
  },
  {
    says: "socketsLeave",
    say: (all, at) => all.socketsLeave([at("red"), at("green")]),
    then: { red: "", green: "", blue: "xy" },
  },
  {
    says: "in(room).socketsLeave",
    say: (all, at) => all.in(at("blue")).socketsLeave(at("red")),
    then: { red: "a", blue: "xy" },
  },

  { says: "in(room).disconnectSockets", say: (all, at) => all.in(at("blue")).disconnectSockets(), gone: "xy" },
  { says: "except(room).disconnectSockets", say: (all, at) => all.except(at("red")).disconnectSockets(), gone: "by" },
  {
    says: "disconnectSockets(true)",
    say: (all, at) => all.in([at("red"), at("green")]).disconnectSockets(true),
    gone: "abx",
    goneElsewhere: "abx",
  },

  {
    says: "serverSideEmit, to all servers",
    say: (all) => all.serverSideEmit("note", "hello", { a: [1, null] }),
    notes: { A: [["hello", { a: [1, null] }]], B: [["hello", { a: [1, null] }]] },
  },
  {
    says: "serverSideEmit without arguments",
    say: (all) => all.serverSideEmit("note"),
    notes: { A: [[]], B: [[]] },
  },
];

for (const [A, B] of CLUSTERS) {
  describe(`the servers are ${A} and ${B}`, () => {
    let cluster, redis, emitter;
    before(async () => {
      cluster = await Cluster.start({ mode: "classic", A, B });
      redis = await connected(cluster.redis.url);
      emitter = new Emitter(redis);
    });
    after(async () => {
      redis?.destroy();
      await cluster?.stop();
    });

    for (const namespace of NAMESPACES) {
      for (const { say, ...row } of ROWS) {
        test(`${row.says} in ${namespace}`, () =>
          run(cluster, namespace, { event: ["news", 1], ...row }, async (at) => {
            say(namespace === "/" ? emitter : emitter.of(namespace), at);
            await cluster.fence((fence) => emitter.of("/fence").emit("fence", fence), "the emitter");
          }));
      }
    }
  });
}
