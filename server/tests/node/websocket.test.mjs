// npm ws against the WebSocket layer alone (`server/examples/websocket_echo.rs`): random conversations come back equal.
//
// A run draws a new seed and says which; `PARLOR_SEED=N` repeats one.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

import WebSocket from "ws";

import { PATIENCE_MS } from "./client.mjs";
import { frame, openFrames } from "./frames.mjs";
import { startEcho } from "./server.mjs";

/** How many messages a conversation has; each of them may be a batch's last. */
const MESSAGES = 120;

/** Answers are awaited after so many messages: the server may leave older pings out when more than 16 wait. */
const BATCH = 8;

/** Long enough for 16 MiB that a loaded machine compresses twice. */
const ANSWER_PATIENCE_MS = 6 * PATIENCE_MS;

const SEED = Number(process.env.PARLOR_SEED ?? Date.now() % 1e9);

let echo;
before(async () => {
  echo = await startEcho();
});
after(() => echo.stop());

const CLIENTS = [
  { name: "without deflate", perMessageDeflate: false },
  { name: "with deflate", perMessageDeflate: true, deflates: true },
  { name: "deflating all", perMessageDeflate: { threshold: 0 }, deflates: true },
  { name: "deflating in stored blocks", perMessageDeflate: { threshold: 0, zlibDeflateOptions: { level: 0 } }, deflates: true },
  { name: "deflating from 100 kB on", perMessageDeflate: { threshold: 100_000 }, deflates: true },
  { name: "that offers no window of its own", perMessageDeflate: { threshold: 0, clientMaxWindowBits: false }, deflates: true },
  { name: "with a window of 2^9", perMessageDeflate: { threshold: 0, clientMaxWindowBits: 9 }, deflates: true },
  { name: "that asks for a window of 2^9", perMessageDeflate: { threshold: 0, serverMaxWindowBits: 9 }, deflates: true },
  { name: "that asks for a window of 2^12", perMessageDeflate: { threshold: 0, serverMaxWindowBits: 12 }, deflates: true },
  { name: "that asks for a window of 2^15", perMessageDeflate: { threshold: 0, serverMaxWindowBits: 15 }, deflates: true },
  { name: "that asks for a window of 2^8 and gets none", perMessageDeflate: { threshold: 0, serverMaxWindowBits: 8 } },
  {
    name: "that keeps no context",
    perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
    deflates: true,
  },
];

CLIENTS.forEach(({ name, perMessageDeflate, deflates = false }, number) => {
  test(`a client ${name} hears what it said, in order`, async (t) => {
    const random = generator(SEED + number);
    t.diagnostic(`PARLOR_SEED=${SEED}`);
    const socket = await connect(t, { perMessageDeflate });
    assert.equal(socket.extensions, deflates ? "permessage-deflate" : "");
    for (let sent = 0; sent < MESSAGES; sent += BATCH) {
      const messages = Array.from({ length: BATCH }, () => randomMessage(random));
      await converse(socket, random, messages);
    }
    assert.deepEqual(await close(socket, 4321, "enough"), [4321, ""]);
  });
});

/** What the echo takes. */
const LARGEST = 16 * 1024 * 1024;

for (const perMessageDeflate of [false, true]) {
  test(`16 MiB come back, ${perMessageDeflate ? "compressed" : "plain"}, and one byte more is refused by 1009`, async (t) => {
    const random = generator(SEED);
    const socket = await connect(t, { perMessageDeflate, maxPayload: 0 });
    const text = Buffer.from("0123456789abcdef".repeat(LARGEST / 16));
    const noise = randomBytes(LARGEST, random, 256);
    for (const [data, isBinary] of [[text, false], [noise, true]]) {
      const began = performance.now();
      await converse(socket, random, [{ data, isBinary, compress: true }]);
      t.diagnostic(`${isBinary ? "noise" : "text"}: ${Math.round(performance.now() - began)} ms`);
    }
    const closed = once(socket, "close", { signal: AbortSignal.timeout(PATIENCE_MS) });
    socket.send(Buffer.alloc(LARGEST + 1));
    assert.equal((await closed)[0], 1009);
  });
}

test("1 MiB in fragments of one byte comes back in a time that fits its length", async (t) => {
  const socket = await openFrames(t, echo.url);
  const text = Buffer.from("🦀".repeat(1024 * 256));
  const fragments = inFragments(0x01, text);
  const began = performance.now();
  socket.write(fragments);
  const { fin, rsv1, opcode, payload } = await socket.next();
  t.diagnostic(`${Math.round(performance.now() - began)} ms`);
  assert.deepEqual({ fin, rsv1, opcode }, { fin: true, rsv1: false, opcode: 1 });
  assert.ok(payload.equals(text));
});

test("a compressed message in fragments of one byte comes back", async (t) => {
  const socket = await openFrames(t, echo.url, ["Sec-WebSocket-Extensions: permessage-deflate"]);
  assert.match(socket.response, /\r\nsec-websocket-extensions: permessage-deflate; /);
  const noise = randomBytes(1024 * 256, generator(SEED), 256);
  const deflated = deflateRawSync(noise, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  socket.write(inFragments(0x42, deflated));
  const { rsv1, opcode, payload } = await socket.next();
  assert.equal(opcode, 2);
  assert.ok((rsv1 ? inflated(payload) : payload).equals(noise));
});

/** One frame for each byte, of which the first begins with `first`, and an empty last one. */
function inFragments(first, data) {
  const wire = Buffer.alloc(data.length * 7);
  data.forEach((byte, at) => wire.set([at === 0 ? first : 0x00, 0x81, 0, 0, 0, 0, byte], at * 7));
  return Buffer.concat([wire, frame(0x80)]);
}

function inflated(payload) {
  return inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Opens a connection that writes down what comes. */
async function connect(t, options) {
  const socket = new WebSocket(echo.url, options);
  t.after(() => socket.terminate());
  socket.received = [];
  socket.pongs = [];
  socket.on("message", (data, isBinary) => socket.received.push({ data, isBinary }));
  socket.on("pong", (data) => socket.pongs.push(data.toString()));
  await once(socket, "open", { signal: AbortSignal.timeout(PATIENCE_MS) });
  return socket;
}

/** Sends messages, half of them in fragments, with pings between; waits for the answers and compares. */
async function converse(socket, random, messages) {
  const pings = [];
  const ping = () => {
    pings.push(`ping ${pings.length}`);
    socket.ping(pings.at(-1));
  };
  for (const message of messages) {
    const { data, isBinary, compress } = message;
    const cuts = random.below(2) ? cutsOf(data, random) : [0, data.length];
    cuts.slice(1).forEach((end, index) => {
      const fin = index === cuts.length - 2;
      socket.send(data.subarray(cuts[index], end), { binary: isBinary, compress, fin });
      if (!fin && random.below(4) === 0 && pings.length < BATCH) ping();
    });
  }
  ping();
  await answers(socket, messages.length, pings.length);
  messages.forEach(({ data, isBinary }, number) => {
    const answer = socket.received[number];
    assert.equal(answer.isBinary, isBinary, `type of message ${number} of ${data.length} bytes`);
    assert.ok(answer.data.equals(data), `message ${number} of ${data.length} bytes came back as ${answer.data.length}`);
  });
  assert.deepEqual(socket.pongs, pings);
  socket.received = [];
  socket.pongs = [];
}

/** Waits for so many messages and pongs; fails when the connection ends first. */
function answers(socket, messages, pongs) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      for (const event of ["message", "pong"]) socket.off(event, look);
      socket.off("close", gone).off("error", gone);
      settle(value);
    };
    const come = () => `${socket.received.length} of ${messages} messages and ${socket.pongs.length} of ${pongs} pongs`;
    const gone = (why) => finish(reject, new Error(`the connection ended (${why}) after ${come()}`));
    const look = () => {
      if (socket.received.length >= messages && socket.pongs.length >= pongs) finish(resolve);
    };
    const timer = setTimeout(() => finish(reject, new Error(`only ${come()} came`)), ANSWER_PATIENCE_MS);
    for (const event of ["message", "pong"]) socket.on(event, look);
    socket.on("close", gone).on("error", gone);
    look();
  });
}

async function close(socket, code, reason) {
  const closed = once(socket, "close", { signal: AbortSignal.timeout(PATIENCE_MS) });
  socket.close(code, reason);
  const [answer, why] = await closed;
  return [answer, why.toString()];
}

/** A message of 0 to 200 kB: words, random bytes, or one character over and over. */
function randomMessage(random) {
  const length = [
    () => 0,
    () => random.below(200),
    () => 125 + random.below(3),
    () => 1_022 + random.below(4),
    () => 65_534 + random.below(4),
    () => random.below(20_000),
    () => random.below(200_000),
  ][random.below(7)]();
  const isBinary = random.below(2) === 0;
  // Of few values, so that there is something to compress, or of all.
  const data = isBinary ? randomBytes(length, random, [1, 4, 256][random.below(3)]) : Buffer.from(randomText(length, random));
  return { data, isBinary, compress: random.below(4) > 0 };
}

function randomBytes(length, random, values) {
  return Buffer.alloc(length).map(() => random.below(values));
}

function randomText(length, random) {
  const words = ["a", "é", "€", "🦀", "room", "\u0000", '{"id":', "-".repeat(40)];
  let text = "";
  while (text.length < length) text += words[random.below(words.length)];
  return text;
}

/** Where to cut: anywhere, within characters too, with empty fragments. */
function cutsOf(data, random) {
  const cuts = Array.from({ length: 1 + random.below(5) }, () => random.below(data.length + 1));
  return [0, ...cuts, data.length].sort((left, right) => left - right);
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { below: (bound) => next() % bound };
}
