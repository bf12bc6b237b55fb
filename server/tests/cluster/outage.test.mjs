// Redis goes away and comes back: a server goes on for its own clients, says so, and is one of the cluster again
// without being started again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Cluster } from "./support/cluster.mjs";
import { MODES } from "./support/servers.mjs";
import { until } from "./support/until.mjs";

for (const mode of MODES) {
  for (const B of ["rust", "node"]) {
    describe(`${mode}, A is rust and B is ${B}`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A: "rust", B });
      });
      after(() => cluster?.stop());

      // Told in order: each test goes on where the one before has ended.
      test("while Redis is there, the server is ready and has lost nothing", async () => {
        await cluster.enter("/", { red: "ax" });
        await cluster.settle();
        assert.deepEqual(await health(cluster.A), { status: 200, cluster: "ready" });
        assert.deepEqual(await metrics(cluster.A), { connected: 1, lost: 0 });
      });

      test("when Redis goes, the server says so and is well otherwise", async () => {
        await cluster.redis.stop();
        await until(async () => (await health(cluster.A)).cluster === "unreachable", "the server to notice");
        assert.deepEqual(await health(cluster.A), { status: 200, cluster: "unreachable" });
        assert.deepEqual(await metrics(cluster.A), { connected: 0, lost: 0 });
      });

      test("meanwhile its own clients are told everything, and what others miss is counted", async () => {
        cluster.forget();
        await emit("meanwhile", 1);
        await emit("meanwhile", 2, { to: ["red"] });
        await emit("meanwhile", 3);
        await until(() => seen("b").includes(3) && seen("a").includes(3), "the server's own clients to hear");
        const { a, b } = cluster.heard("/");
        assert.deepEqual(
          a,
          [1, 2, 3].map((n) => ["meanwhile", n]),
        );
        assert.deepEqual(
          b,
          [1, 3].map((n) => ["meanwhile", n]),
        );
        assert.deepEqual(await metrics(cluster.A), { connected: 0, lost: 3 });
      });

      test("meanwhile who asks about the others is answered soon", async () => {
        const asked = Date.now();
        const [found, count, answers] = await Promise.all([
          cluster.order("/", { do: "fetch" }),
          cluster.order("/", { do: "server count" }),
          cluster.order("/", { do: "server ask", event: "whoami" }),
        ]);
        for (const result of [found, count, answers]) assert.match(String(result.error), /cannot be reached/);
        // No request waits for its time to be up.
        assert.ok(Date.now() - asked < 4_000, `after ${Date.now() - asked} ms`);
      });

      test("when Redis is back, the servers are one again, in rooms too", async () => {
        await cluster.redis.start();
        await until(async () => (await health(cluster.A)).cluster === "ready", "the server to find Redis");
        for (const by of ["a", "x"]) {
          for (const target of [{}, { to: ["red"] }]) {
            const all = target.to ? ["a", "x"] : ["a", "b", "x", "y"];
            const word = `by ${by} ${all.length}`;
            await until(async () => {
              await cluster.order("/", { do: "emit", event: "again", args: [word], ...target }, { by });
              return all.every((name) => cluster.heard("/")[name]?.some(([, said]) => said === word));
            }, `${word} to reach everybody`);
          }
        }
        assert.equal(await cluster.order("/", { do: "server count" }), 2);
        assert.equal((await cluster.order("/", { do: "fetch" })).length, 4);
        assert.equal((await metrics(cluster.A)).connected, 1);
      });

      test("what was lost does not come later, and nothing more is lost", async () => {
        const { lost } = await metrics(cluster.A);
        await cluster.settle();
        assert.deepEqual([...seen("x"), ...seen("y")], []);
        assert.equal((await metrics(cluster.A)).lost, lost);
      });

      if (B === "rust") {
        test("a Redis that refuses subscriptions is as good as away, and what is lost is counted", async () => {
          const { lost } = await metrics(cluster.A);
          await cluster.redis.command("ACL", "SETUSER", "default", "resetchannels");
          await until(async () => (await health(cluster.A)).cluster === "unreachable", "the server to notice");
          // It tries, and tries again.
          await cluster.redis.refusals(3);
          await emit("refused", 1);
          await emit("refused", 2, { to: ["red"] });
          assert.deepEqual(await metrics(cluster.A), { connected: 0, lost: lost + 2 });
          await cluster.redis.command("ACL", "SETUSER", "default", "allchannels");
          await until(async () => (await health(cluster.A)).cluster === "ready", "the server to be let in");
          await until(async () => {
            await emit("let in", 1);
            return cluster.heard("/").x?.some(([event]) => event === "let in");
          }, "the other server to hear again");
        });
      }

      const emit = (event, n, target = {}) => cluster.order("/", { do: "emit", event, args: [n], ...target });
      const seen = (name) =>
        (cluster.heard("/")[name] ?? []).filter(([event]) => event === "meanwhile").map(([, n]) => n);
    });
  }
}

/** What a server says of itself to who asks whether it is ready. */
async function health({ url }) {
  const response = await fetch(`${url}/readyz`);
  const [, cluster] = /^cluster: (\w+)$/m.exec(await response.text()) ?? [];
  return { status: response.status, cluster };
}

async function metrics({ url }) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const number = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { connected: number("parlor_cluster_connected"), lost: number("parlor_cluster_lost_total") };
}
