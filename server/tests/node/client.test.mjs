// npm socket.io-client 4.8.4 against our server: every way to be connected, both namespaces.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { WAYS, connect, once, open, until } from "./client.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

for (const way of WAYS) {
  for (const namespace of ["/", "/custom"]) {
    const title = (what) => `${what}: ${way.name}, ${namespace}`;
    const connected = (t, options) => connect(t, server.url + namespace, way, options);

    test(title("connects and is welcomed by its public id"), async (t) => {
      const socket = open(t, server.url + namespace, way, { auth: { token: "abc" } });
      const [welcome] = await once(socket, "welcome");
      assert.deepEqual(welcome, { sid: socket.id, auth: { token: "abc" } });
      assert.notEqual(socket.id, socket.io.engine.id, "the session id is a secret");
      assert.match(socket.id, /^[A-Za-z0-9_-]{20}$/);
    });

    test(title("ends up on its transport"), async (t) => {
      const socket = await connected(t);
      assert.equal(socket.io.engine.transport.name, way.ends);
      assert.equal(await socket.emitWithAck("transport"), way.ends);
    });

    test(title("events go both ways, with every kind of JSON"), async (t) => {
      const socket = await connected(t);
      const args = [1, -0.5, "zwei €😀\u2028\u001e", true, null, [], {}, { a: [{ b: "c" }] }];
      const echo = once(socket, "echo");
      socket.emit("echo", ...args);
      assert.deepEqual(await echo, args);
    });

    test(title("the client's events are answered"), async (t) => {
      const socket = await connected(t);
      const answer = await new Promise((resolve) => socket.emit("echo", "a", { b: 1 }, (...args) => resolve(args)));
      assert.deepEqual(answer, ["a", { b: 1 }]);
      assert.equal(await socket.emitWithAck("echo", "first", "second"), "first");
    });

    test(title("the server's events are answered"), async (t) => {
      const socket = await connected(t);
      socket.on("question", (a, b, answer) => answer(b, a));
      const answered = once(socket, "answered");
      socket.emit("ask", 1, { two: 2 });
      assert.deepEqual(await answered, [{ two: 2 }, 1]);
    });

    test(title("binary goes both ways, in events and answers"), async (t) => {
      const socket = await connected(t);
      const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
      const echo = once(socket, "echo");
      socket.emit("echo", "file", { nested: [bytes, { deeper: Buffer.alloc(0) }] });
      assert.deepEqual(await echo, ["file", { nested: [bytes, { deeper: Buffer.alloc(0) }] }]);
      assert.deepEqual(await socket.emitWithAck("echo", bytes), bytes);
      socket.on("question", (question, answer) => answer(Buffer.concat([question, bytes])));
      const answered = once(socket, "answered");
      socket.emit("ask", bytes);
      assert.deepEqual(await answered, [Buffer.concat([bytes, bytes])]);
    });

    test(title("a hundred events keep their order"), async (t) => {
      const socket = await connected(t);
      const received = [];
      socket.on("echo", (n) => received.push(n));
      const sent = Array.from({ length: 100 }, (_, n) => n);
      for (const n of sent) socket.emit("echo", n);
      await until(() => received.length === sent.length, "a hundred echoes");
      assert.deepEqual(received, sent);
    });

    test(title("an answer that never comes times out"), async (t) => {
      const socket = await connected(t);
      await assert.rejects(socket.timeout(50).emitWithAck("silent"), /operation has timed out/);
    });

    test(title("the server sends the client away"), async (t) => {
      const socket = await connected(t);
      const gone = once(socket, "disconnect");
      socket.emit("kick");
      assert.equal((await gone)[0], "io server disconnect");
    });
  }

  test(`events emitted at every step of connecting arrive once and in order: ${way.name}`, async (t) => {
    const socket = open(t, server.url, way);
    const received = [];
    let sent = 0;
    const emitTen = () => {
      for (let n = 0; n < 10; n += 1) socket.emit("echo", sent++);
    };
    socket.on("echo", (n) => received.push(n));
    emitTen();
    socket.io.once("open", () => {
      emitTen();
      for (const step of ["upgrading", "upgrade"]) socket.io.engine.once(step, emitTen);
    });
    await once(socket, "connect");
    emitTen();
    const steps = way.transports.length > 1 ? 5 : 3;
    await until(() => received.length >= 10 * steps, "all echoes");
    assert.deepEqual(received, Array.from({ length: 10 * steps }, (_, n) => n));
  });

  test(`a middleware refuses, with a reason and data, and may let in later: ${way.name}`, async (t) => {
    const socket = open(t, `${server.url}/private`, way);
    const [error] = await once(socket, "connect_error");
    assert.equal(error.message, "not authorized");
    assert.deepEqual(error.data, { code: 1 });
    assert.equal(socket.active, false);
    socket.auth = { token: "secret" };
    socket.connect();
    await once(socket, "connect");
  });

  test(`an unknown namespace is refused: ${way.name}`, async (t) => {
    const socket = open(t, `${server.url}/nowhere`, way);
    const [error] = await once(socket, "connect_error");
    assert.equal(error.message, "Invalid namespace");
  });

  test(`two namespaces share one connection: ${way.name}`, async (t) => {
    const root = open(t, server.url, way);
    const custom = root.io.socket("/custom");
    t.after(() => custom.disconnect());
    await Promise.all([once(root, "welcome"), once(custom, "welcome")]);
    assert.equal(root.io.engine, custom.io.engine);
    assert.notEqual(root.id, custom.id);
    custom.disconnect();
    assert.equal(await root.emitWithAck("echo", "still here"), "still here");
  });

  test(`disconnect(true) ends the whole connection: ${way.name}`, async (t) => {
    const socket = await connect(t, server.url, way);
    const gone = once(socket, "disconnect");
    socket.emit("kick-all");
    assert.equal((await gone)[0], "io server disconnect");
  });
}
