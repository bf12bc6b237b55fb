// Namespaces that are made when a client asks for them, and those who judge: clients, events. What a client hears of
// it, and what the server does, which it tells in `/watch`. The same tests run against npm's socket.io, so that they
// prove themselves.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { WAYS, join, once, open, record, until } from "./client.mjs";
import { startNamespaces, startNamespacesTwin } from "./server.mjs";

const SERVERS = [
  { name: "parlor", start: startNamespaces },
  { name: "socket.io", start: startNamespacesTwin },
];

/** What a client asks for, and whether it is let in: `/room-` and a number, or `/tenant-` and what it says. */
const ASKED = [
  { namespace: "/room-1", isIn: true },
  { namespace: "/room-x", isIn: false },
  { namespace: "/another/room-1", isIn: false },
  { namespace: "/tenant-a", auth: { key: "a" }, isIn: true },
  { namespace: "/tenant-b", auth: { key: "a" }, isIn: false },
  { namespace: "/tenant-c", isIn: false },
];

/** What a client shows the two middlewares of `/guarded`, what it hears, and which of them were asked. */
const TICKETS = [
  { auth: {}, error: { message: "no ticket" }, asked: ["first"] },
  {
    auth: { ticket: "void" },
    error: { message: "void ticket", data: { ticket: "void", code: 2 } },
    asked: ["first", "second"],
  },
];

for (const server of SERVERS) {
  for (const way of WAYS) {
    describe(`${server.name}, ${way.name}`, () => {
      let running;
      before(async () => {
        running = await server.start();
      });
      after(() => running?.stop());
      const joined = (t, namespace, options) => join(t, running.url + namespace, way, options);

      for (const { namespace, auth = {}, isIn } of ASKED) {
        const verdict = isIn ? "is made" : "is refused";
        test(`${namespace} ${verdict} for who says ${JSON.stringify(auth)}`, async (t) => {
          if (isIn) return joined(t, namespace, { auth });
          const socket = open(t, running.url + namespace, way, { auth });
          const [error] = await once(socket, "connect_error");
          assert.deepEqual([error.message, error.data], ["Invalid namespace", undefined]);
          assert.equal(socket.active, false);
        });
      }

      test("those in one child hear each other, and those in another do not", async (t) => {
        const names = ["/room-1", "/room-1", "/room-2", "/tenant-a", "/"];
        const sockets = await Promise.all(names.map((name) => joined(t, name, { auth: { key: "a" } })));
        const heard = sockets.map(record);
        await sockets[0].emitWithAck("tell all", "hello");
        await Promise.all(sockets.map(settle));
        const hello = [["news", "hello"]];
        assert.deepEqual(heard, [hello, hello, [], [], []]);
      });

      test("a child goes with the last who is in it, and is made anew", async (t) => {
        const { watch, happened } = await watching(t, running.url, way, ["new namespace", "left"]);
        const made = async () => {
          await settle(watch);
          return happened.filter(([what]) => what === "new namespace");
        };
        const gone = async (socket) => {
          const { id } = socket;
          socket.disconnect();
          await until(() => happened.some(([what, , who]) => what === "left" && who === id), "its end");
        };
        const [first, second] = [await joined(t, "/room-7"), await joined(t, "/room-7")];
        await gone(first);
        const third = await joined(t, "/room-7");
        assert.deepEqual(await made(), [["new namespace", "/room-7"]]);
        await gone(second);
        await gone(third);
        await joined(t, "/room-7");
        assert.deepEqual(await made(), [["new namespace", "/room-7"], ["new namespace", "/room-7"]]);
      });

      for (const { auth, error, asked } of TICKETS) {
        test(`"${error.message}" is what a client hears, and ${asked.join(" and ")} decided`, async (t) => {
          const { watch, happened } = await watching(t, running.url, way, ["asked"]);
          const socket = open(t, `${running.url}/guarded`, way, { auth });
          const [{ message, data }] = await once(socket, "connect_error");
          assert.deepEqual({ message, data }, { data: undefined, ...error });
          assert.equal(socket.active, false);
          await settle(watch);
          assert.deepEqual(happened, asked.map((who) => ["asked", who]));
          // It may come again with something better.
          socket.auth = { ticket: "good" };
          await once(socket.connect(), "connect");
        });
      }

      test("who is let in is asked by all in their order, and keeps the rooms that they put it in", async (t) => {
        const { watch, happened } = await watching(t, running.url, way, ["asked"]);
        const socket = await joined(t, "/guarded", { auth: { ticket: "good" } });
        assert.deepEqual(await socket.emitWithAck("rooms"), ["first", "second"]);
        await settle(watch);
        assert.deepEqual(happened, [["asked", "first"], ["asked", "second"]]);
      });

      test("the middlewares of / are not those of others on the same connection", async (t) => {
        const { watch, happened } = await watching(t, running.url, way, ["asked"]);
        const root = await joined(t, "/");
        const other = root.io.socket("/room-1");
        t.after(() => other.disconnect());
        await once(other, "connect");
        assert.deepEqual(await root.emitWithAck("rooms"), ["root"]);
        assert.deepEqual(await other.emitWithAck("rooms"), []);
        await settle(watch);
        assert.deepEqual(happened, [["asked", "root"]]);
      });

      test("a middleware of events lets pass, changes, and refuses without an answer", async (t) => {
        const { watch, happened } = await watching(t, running.url, way, ["handled", "refused"]);
        const socket = await joined(t, "/judged");
        const ask = (...event) => new Promise((resolve) => socket.emit(...event, (...answer) => resolve(answer)));
        assert.deepEqual(await ask("plain", 1, "two"), [1, "two"]);
        assert.deepEqual(await ask("old name", "text"), ["text", "added"]);
        await assert.rejects(socket.timeout(200).emitWithAck("forbidden"), /operation has timed out/);
        assert.deepEqual(await ask("plain", "still here"), ["still here"]);
        await settle(watch);
        const expected = [["handled", "plain"], ["handled", "new name"], ["refused", "not for you"], ["handled", "plain"]];
        assert.deepEqual(happened, expected);
      });

      test("catch-alls hear each event once, on both sides and in both directions, and no answers", async (t) => {
        const { watch, happened } = await watching(t, running.url, way, ["in", "in, first", "out", "out, first"]);
        const socket = await joined(t, "/overheard");
        const [came, went] = [record(socket), []];
        socket.onAnyOutgoing((...event) => went.push(event));
        assert.equal(await socket.emitWithAck("echo", 1, { two: 2 }), 1);
        socket.emit("nobody listens", "to this");
        await socket.emitWithAck("tell all", "hello");
        await settle(watch);

        const [echo, tell] = [["echo", 1, { two: 2 }], ["tell all", "hello"]];
        assert.deepEqual(went.map(withoutAck), [echo, ["nobody listens", "to this"], tell]);
        assert.deepEqual(came, [echo, ["news", "hello"]]);
        const both = (way, event) => [[`${way}, first`, ...event], [way, ...event]];
        assert.deepEqual(happened, [
          ...both("in", echo),
          ...both("out", echo),
          ...both("in", ["nobody listens", "to this"]),
          ...both("in", tell),
          ...both("out", ["news", "hello"]),
        ]);
      });
    });
  }
}

/** A client in `/watch`, and what it hears of that kind: clients of earlier tests may still be leaving. */
async function watching(t, url, way, kinds) {
  const watch = await join(t, `${url}/watch`, way);
  const happened = [];
  watch.onAny((...event) => kinds.includes(event[0]) && happened.push(event));
  return { watch, happened };
}

/** All that was sent before has come. */
function settle(socket) {
  return socket.emitWithAck("sentinel");
}

function withoutAck(event) {
  return event.filter((arg) => typeof arg !== "function");
}
