// Who gets what: three clients, and a sentinel behind every broadcast that proves what did not arrive.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { WAYS, connect, record, until } from "./client.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const TABLE = [
  { says: ["broadcast", "hi"], what: "broadcast", in: ["b", "c"] },
  { says: ["everyone", "hi"], what: "everyone", in: ["a", "b", "c"] },
  { says: ["shout", "red", "hi"], what: "shout", in: ["b"] },
  { says: ["shout-all", "red", "hi"], what: "shout", in: ["a", "b"] },
  { says: ["shout", "nobody", "hi"], what: "shout", in: [] },
];

for (const way of WAYS) {
  for (const { says, what, in: expected } of TABLE) {
    test(`${JSON.stringify(says)} reaches ${expected.join(", ") || "nobody"}: ${way.name}`, async (t) => {
      const clients = { a: null, b: null, c: null };
      for (const name of Object.keys(clients)) clients[name] = await connect(t, server.url, way);
      // a and b are in the red room; c was, and has left.
      for (const name of ["a", "b", "c"]) await clients[name].emitWithAck("join", "red");
      await clients.c.emitWithAck("leave", "red");
      const heard = Object.fromEntries(Object.entries(clients).map(([name, socket]) => [name, record(socket)]));

      clients.a.emit(...says);
      clients.a.emit("everyone", "sentinel");

      const all = Object.values(heard);
      await until(() => all.every((events) => events.some(([, arg]) => arg === "sentinel")), "the sentinel");
      for (const [name, events] of Object.entries(heard)) {
        const times = events.filter(([event, arg]) => event === what && arg === "hi").length;
        assert.equal(times, expected.includes(name) ? 1 : 0, name);
      }
    });
  }
}
