// In the sharded format a server hears only of the rooms that somebody of it is in: what is said in others never comes.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Cluster, NAMESPACES } from "./support/cluster.mjs";
import { each } from "./support/rows.mjs";
import { PAIRS } from "./support/servers.mjs";
import { until } from "./support/until.mjs";

/** Who is in the room, and how many servers listen to its channel then. */
const ROWS = [
  { says: "a room that only A has", members: "ab", listeners: 1 },
  { says: "a room that only B has", members: "y", listeners: 1 },
  { says: "a room that both have", members: "bx", listeners: 2 },
  { says: "a room that nobody is in", members: "", listeners: 0 },
];

for (const [A, B] of PAIRS) {
  describe(`A is ${A} and B is ${B}`, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.start({ mode: "sharded", A, B });
    });
    after(() => cluster?.stop());

    for (const namespace of NAMESPACES) {
      const channels = () => cluster.redis.shardChannels(`socket.io#${namespace}#*`);
      const listeners = (channel) => cluster.redis.listeners(channel, { sharded: true });

      for (const { says, members, listeners: expected } of ROWS) {
        test(`${says} is listened to by ${expected}, in ${namespace}`, async () => {
          const channel = `socket.io#${namespace}#here#`;
          // One for everybody and one for each server's answers: none for the room that each socket has for itself.
          const always = await channels();
          assert.equal(always.length, 3, always.join(" "));

          await cluster.enter(namespace, { here: members });
          await cluster.settle();
          cluster.forget();
          assert.equal(await listeners(channel), expected);
          assert.deepEqual(await channels(), [...always, ...(members ? [channel] : [])].sort());

          const watched = await cluster.redis.watch();
          await cluster.order(namespace, { do: "emit", event: "news", args: [1], to: ["here"] });
          await cluster.settle();
          const published = (await watched()).filter(({ channel }) => channel !== "socket.io#/fence#");
          assert.deepEqual(
            published.map(({ command, channel }) => [command, channel]),
            [["spublish", channel]],
          );
          assert.deepEqual(cluster.heard(namespace), each(members, ["news", 1]));

          await cluster.leave(namespace, ["here"]);
          await until(async () => (await listeners(channel)) === 0, "the servers to listen no more");
        });
      }
    }
  });
}
