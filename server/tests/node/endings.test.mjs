// How things end, and the reason that each side hears: the client its own, the server's in `/watch`. The same tests run
// against npm's socket.io, so that they prove themselves.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import WebSocket from "ws";

import { PATIENCE_MS, WAYS, join, once, record, until } from "./client.mjs";
import { startNamespaces, startNamespacesTwin } from "./server.mjs";

const SERVERS = [
  { name: "parlor", start: startNamespaces },
  { name: "socket.io", start: startNamespacesTwin },
];

/** A server that soon takes the silent for gone, and still waits for slow machines. */
const IMPATIENT = { PING_INTERVAL_MS: "100", PING_TIMEOUT_MS: "1500" };

/**
 * A client is in `/` and in `/room-1` on one connection, and something happens to it in `/`.
 *
 * @type {{what: string, act: (socket) => void, client: string, server: string, other?: {client: string, server:
 * string}, transport?: string}[]} what each side hears in `/`; in `/room-1` too, where that ends; the only transport on
 * which there is such an end
 */
const ENDINGS = [
  {
    what: "the client leaves",
    act: (socket) => socket.disconnect(),
    client: "io client disconnect",
    server: "client namespace disconnect",
  },
  {
    what: "the server sends it away",
    act: (socket) => socket.emit("send me away", false),
    client: "io server disconnect",
    server: "server namespace disconnect",
  },
  {
    what: "the server sends it away from everywhere",
    act: (socket) => socket.emit("send me away", true),
    client: "io server disconnect",
    server: "server namespace disconnect",
    other: { client: "io server disconnect", server: "server namespace disconnect" },
  },
  {
    what: "the client closes its connection",
    act: (socket) => socket.io.engine.close(),
    client: "forced close",
    server: "transport close",
    other: { client: "forced close", server: "transport close" },
  },
  {
    what: "the connection breaks",
    act: (socket) => socket.io.engine.transport.ws.terminate(),
    client: "transport close",
    server: "transport close",
    other: { client: "transport close", server: "transport close" },
    transport: "websocket",
  },
  {
    what: "the client joins where it is already",
    act: (socket) => socket.io._packet({ type: 0, nsp: "/" }),
    client: "transport close",
    server: "forced close",
    other: { client: "transport close", server: "forced close" },
    transport: "websocket",
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

      for (const { what, act, client, server, other, transport = way.ends } of ENDINGS) {
        if (transport !== way.ends) continue;
        test(`${what}: ${client} there, ${server} here`, async (t) => {
          const watch = await join(t, `${running.url}/watch`, way);
          const happened = record(watch);
          const socket = await join(t, running.url, way);
          const room = socket.io.socket("/room-1");
          t.after(() => room.disconnect());
          await once(room, "connect");
          const ids = [socket.id, room.id];
          const expected = [["left", "/", socket.id, server]];
          if (other) expected.push(["left", "/room-1", room.id, other.server]);
          const ends = [once(socket, "disconnect"), other && once(room, "disconnect")];

          act(socket);
          const [[reason], [otherReason] = []] = await Promise.all(ends);
          assert.deepEqual([reason, otherReason], [client, other?.client]);
          // The other namespace goes on where only one has ended.
          if (!other) await room.emitWithAck("sentinel");
          const left = () => happened.filter(([what, , who]) => what === "left" && ids.includes(who));
          await until(() => left().length >= expected.length, "the farewells");
          await watch.emitWithAck("sentinel");
          assert.deepEqual(left(), expected);
        });
      }
    });
  }

  describe(`${server.name}, which is impatient`, () => {
    test("a client that answers no ping is gone: ping timeout here", async (t) => {
      const running = await server.start(IMPATIENT);
      t.after(running.stop);
      const watch = await join(t, `${running.url}/watch`, WAYS[1]);
      const happened = record(watch);
      const silent = openRaw(t, running.url);
      silent.once("message", () => silent.send("40"));
      const closed = closing(silent);
      const { sid } = await answer(silent, "40");
      await closed;
      await until(() => happened.some(([what]) => what === "left"), "the farewell");
      await watch.emitWithAck("sentinel");
      assert.deepEqual(happened.filter(([what]) => what === "left"), [["left", "/", sid, "ping timeout"]]);
    });

    for (const way of WAYS) {
      test(`a server that says nothing is gone: ping timeout there, ${way.name}`, async (t) => {
        const running = await server.start(IMPATIENT);
        t.after(running.stop);
        const socket = await join(t, running.url, way);
        const gone = once(socket, "disconnect");
        running.child.kill("SIGSTOP");
        assert.equal((await gone)[0], "ping timeout");
      });
    }

    test("who joins no namespace in time is closed, and nobody else", async (t) => {
      const running = await server.start({ CONNECT_TIMEOUT_MS: "200" });
      t.after(running.stop);
      const watch = await join(t, `${running.url}/watch`, WAYS[1]);
      const happened = record(watch);
      await closing(openRaw(t, running.url));
      await watch.emitWithAck("sentinel");
      assert.deepEqual(happened, []);
    });
  });
}

/** A WebSocket that says only what it is told to. */
function openRaw(t, url) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  t.after(() => socket.terminate());
  return socket;
}

function closing(socket) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("it was not closed")), PATIENCE_MS).unref();
    socket.once("close", resolve);
  });
}

/** The JSON of the first packet that begins so. */
function answer(socket, type) {
  return new Promise((resolve) => {
    socket.on("message", (data) => {
      const text = data.toString();
      if (text.startsWith(type)) resolve(JSON.parse(text.slice(type.length)));
    });
  });
}
