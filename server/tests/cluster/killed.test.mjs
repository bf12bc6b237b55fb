// A server of the cluster dies without a word, or answers no more: the others do not wait for it for ever, and its
// clients go on with them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Cluster, connectClient } from "./support/cluster.mjs";
import { namesOf } from "./support/rows.mjs";
import { MODES, PAIRS } from "./support/servers.mjs";
import { until } from "./support/until.mjs";

/** How long the servers wait for each other's answers, in ms: npm's adapters and ours, when nothing else is said. */
const REQUEST_TIMEOUT_MS = 5_000;

for (const mode of MODES) {
  for (const [A, B] of PAIRS) {
    describe(`${mode}, A is ${A} and B, which is killed, is ${B}`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A, B });
      });
      after(() => cluster?.stop());

      test("its clients come to A as new ones, and A knows of those who are there and of nobody else", async () => {
        await cluster.enter("/", { red: "ax" });
        const old = ["x", "y"].map((name) => cluster.clients[name].id("/"));
        await cluster.B.kill();

        // The first request may still wait for the dead: no longer than its time.
        const asked = Date.now();
        await cluster.order("/", { do: "fetch" });
        assert.ok(Date.now() - asked < REQUEST_TIMEOUT_MS + 2_000, `after ${Date.now() - asked} ms`);

        for (const name of ["x", "y"]) {
          await until(() => !cluster.clients[name].sockets["/"].connected, `${name} to notice`);
          cluster.clients[name] = await connectClient(cluster.A.url, { name });
        }
        await until(async () => (await cluster.order("/", { do: "server count" })) === 1, "A to be alone");

        const found = await cluster.order("/", { do: "fetch" });
        assert.equal(namesOf(found), "abxy");
        const ids = found.map(({ id }) => id);
        assert.deepEqual(
          ids.sort(),
          Object.values(cluster.clients)
            .map((client) => client.id("/"))
            .sort(),
        );
        assert.ok(old.every((id) => !ids.includes(id)));
        // Rooms are not remembered for who begins anew.
        assert.equal(namesOf(await cluster.order("/", { do: "fetch", to: ["red"] })), "a");
      });

      test("A alone is asked and told as a cluster of one", async () => {
        cluster.forget();
        const asked = { do: "ask", event: "question", args: [1], ms: 10_000 };
        const { answers, timedOut } = await cluster.order("/", asked);
        assert.deepEqual(answers.map(({ who }) => who).sort(), ["a", "b", "x", "y"]);
        assert.equal(timedOut, false);
        assert.deepEqual(await cluster.order("/", { do: "server ask", event: "whoami" }), {
          answers: [],
          timedOut: false,
        });
      });
    });
  }

  for (const A of ["node", "rust"]) {
    describe(`${mode}, A is ${A} and B answers no more`, () => {
      let cluster;
      before(async () => {
        cluster = await Cluster.start({ mode, A, B: "node" });
        cluster.B.freeze();
      });
      after(() => cluster?.stop());

      test("every request of A ends, with what came until then", { timeout: REQUEST_TIMEOUT_MS + 5_000 }, async () => {
        const [fetched, served, asked] = await Promise.all([
          cluster.order("/", { do: "fetch" }),
          cluster.order("/", { do: "server ask", event: "whoami" }),
          cluster.order("/", { do: "ask", event: "question", args: [], ms: 500 }),
        ]);
        assert.match(String(fetched.error), /time/);
        assert.deepEqual(served, { answers: [], timedOut: true });
        assert.deepEqual(asked.answers.map(({ who }) => who).sort(), ["a", "b"]);
        assert.equal(asked.timedOut, true);
      });
    });
  }
}
