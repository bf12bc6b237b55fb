// Coming back to a server of ours that is one of a cluster. Npm's adapters for Redis keep nothing for who is away, so
// here A is always ours.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Cluster } from "./support/cluster.mjs";
import { MODES } from "./support/servers.mjs";
import { once, until } from "./support/until.mjs";

for (const mode of MODES) {
  for (const B of ["rust", "node"]) {
    describe(`${mode}, A is rust and B is ${B}`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A: "rust", B, env: { RECOVERY: "1" } });
      });
      after(() => cluster?.stop());

      for (const name of ["a", "b"]) {
        test(`${name} gets what was said on B while it was away, once and in order, and is who it was`, async () => {
          const client = cluster.clients[name];
          const socket = client.sockets["/"];
          const other = name === "a" ? "b" : "a";
          await cluster.enter("/", { red: `${name}x`, blue: `${other}x` });
          for (const round of [1, 2]) {
            const { id } = socket;
            cluster.forget();
            await say(`before ${round}`);
            await until(() => client.heard["/"].length === 1, "what was said before");

            const lost = once(socket, "disconnect");
            client.sockets["/"].io.engine.close();
            await lost;
            await say(`to everybody ${round}`);
            await say(`to red ${round}`, { to: ["red"] });
            await say(`to blue ${round}`, { to: ["blue"] });
            await say(`to all but red ${round}`, { except: ["red"] });
            await say(`at last ${round}`);
            const last = () => cluster.clients[other].heard["/"].some(([, word]) => word === `at last ${round}`);
            await until(last, "A to have heard it all");

            await client.ready();
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, id);
            const words = () => client.heard["/"].filter(([event]) => event === "news").map(([, word]) => word);
            await until(() => words().includes(`at last ${round}`), "what was missed");
            await cluster.settle();
            const missed = ["before", "to everybody", "to red", "at last"].map((word) => `${word} ${round}`);
            assert.deepEqual(words(), missed);
          }
          await cluster.leave("/", ["red", "blue"]);
        });
      }

      test("each server of ours has offsets of its own for the same event", async () => {
        cluster.forget();
        await say("hello");
        await cluster.settle();
        // An offset comes behind the arguments.
        const [[, , ofA], ...more] = cluster.heard("/").a;
        const [[, , ofB]] = cluster.heard("/").x;
        assert.deepEqual(more, []);
        assert.match(ofA, /./);
        assert.deepEqual(cluster.heard("/").b, [["news", "hello", ofA]]);
        if (B === "rust") assert.match(ofB, /./);
        assert.notEqual(ofA, ofB);
      });

      const say = (word, target = {}) =>
        cluster.order("/", { do: "emit", event: "news", args: [word], ...target }, { by: "x" });
    });
  }
}
