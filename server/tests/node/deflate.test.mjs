// socket.io-client with npm ws against our server where it compresses; and the same seen frame by frame.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

import { WAYS, connect, once } from "./client.mjs";
import { frame, openFrames } from "./frames.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer({ DEFLATE: "1" });
});
after(() => server.stop());

/** Long enough to be compressed, and worth it. */
const LONG = "what is said again and again ".repeat(200);

for (const way of WAYS.slice(1)) {
  test(`events, acks and attachments are compressed both ways: ${way.name}`, async (t) => {
    const socket = await connect(t, server.url, way, { perMessageDeflate: { threshold: 1024 } });
    const { ws } = socket.io.engine.transport;
    assert.equal(ws.extensions, "permessage-deflate");
    const [read, written] = [ws._socket.bytesRead, ws._socket.bytesWritten];
    const attachment = Buffer.from(LONG);
    for (let round = 0; round < 10; round++) {
      const echoed = once(socket, "echo");
      socket.emit("echo", round, LONG, attachment);
      assert.deepEqual(await echoed, [round, LONG, attachment]);
      assert.equal(await socket.emitWithAck("echo", LONG), LONG);
    }
    // 30 times some 5800 bytes, each way.
    assert.ok(ws._socket.bytesRead - read < 10_000, `${ws._socket.bytesRead - read} bytes were read`);
    assert.ok(ws._socket.bytesWritten - written < 10_000, `${ws._socket.bytesWritten - written} bytes were written`);
  });
}

test("a client that offers nothing is understood, and compresses nothing", async (t) => {
  const socket = await connect(t, server.url, WAYS[1], { perMessageDeflate: false });
  const { ws } = socket.io.engine.transport;
  assert.equal(ws.extensions, "");
  const read = ws._socket.bytesRead;
  assert.equal(await socket.emitWithAck("echo", LONG), LONG);
  assert.ok(ws._socket.bytesRead - read > LONG.length);
});

test("a server that is not told to compress agrees to nothing", async (t) => {
  const plain = await startServer();
  t.after(() => plain.stop());
  const { ws } = (await connect(t, plain.url, WAYS[1])).io.engine.transport;
  assert.equal(ws.extensions, "");
});

test("each emit says whether its frame is compressed", async (t) => {
  const raw = await join(t, OFFER);
  const rows = [
    { what: "a long event", say: ["echo", LONG], rsv1: true },
    { what: "a long event with compress(false)", say: ["echo-plain", LONG], rsv1: false },
    { what: "a short event", say: ["echo", "hi"], rsv1: false },
    { what: "a long event again", say: ["echo", LONG], rsv1: true },
  ];
  for (const { what, say, rsv1 } of rows) {
    raw.write(frame(0x81, `42${JSON.stringify(say)}`));
    const heard = await raw.next();
    assert.deepEqual({ rsv1: heard.rsv1, opcode: heard.opcode }, { rsv1, opcode: 1 }, what);
    assert.equal(text(heard), `42${JSON.stringify(["echo", say[1]])}`, what);
    assert.equal(heard.payload.length < 1024, rsv1 || say[1] === "hi", what);
  }
});

test("a client may compress what it likes", async (t) => {
  const raw = await join(t, OFFER);
  const said = '42["echo","short"]';
  const deflated = deflateRawSync(said, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  for (const bytes of [frame(0xc1, deflated), frame(0x81, said), frame(0xc1, deflated)]) {
    raw.write(bytes);
    assert.equal(text(await raw.next()), said);
  }
});

test("a broadcast is the same compressed bytes for all who agreed, and plain for who did not", async (t) => {
  const [first, second, plain, speaker] = [await join(t, OFFER), await join(t, OFFER), await join(t), await join(t)];
  speaker.write(frame(0x81, `42${JSON.stringify(["broadcast", LONG])}`));
  const heard = [await first.next(), await second.next(), await plain.next()];
  assert.deepEqual(heard.map(({ rsv1 }) => rsv1), [true, true, false]);
  assert.ok(heard[0].payload.equals(heard[1].payload));
  for (const one of heard) assert.equal(text(one), `42${JSON.stringify(["broadcast", LONG])}`);
});

const OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";

/** A WebSocket that has joined the main namespace and read its welcome. */
async function join(t, ...headers) {
  const raw = await openFrames(t, `${server.url}/socket.io/?EIO=4&transport=websocket`, headers);
  assert.match(text(await raw.next()), /^0\{/);
  raw.write(frame(0x81, "40"));
  assert.match(text(await raw.next()), /^40\{/);
  assert.match(text(await raw.next()), /^42\["welcome",/);
  return raw;
}

/** What a frame says. */
function text({ rsv1, payload }) {
  if (!rsv1) return payload.toString();
  const whole = Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}
