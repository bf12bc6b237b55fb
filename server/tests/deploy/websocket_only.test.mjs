// The sample `docs/deploy/websocket-only`: every client is a WebSocket, and goes to the node with the fewest.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, test } from "node:test";

import { io as npmIo } from "socket.io-client";

import { installPackage } from "../../../sdk/js/tests/support/package.mjs";
import { comes, everybodyAudits, everybodyCounts, everybodyIsWith, everybodyLeaves, leaves, writeWhileOneIsKilled } from "./support/crowd.mjs";
import { triesOnce, WEBSOCKET } from "./support/person.mjs";
import { Sample } from "./support/sample.mjs";
import { until } from "./support/until.mjs";

/** More than nginx lets fail before it leaves a node alone. */
const NEWCOMERS = 6;

let sample, installed, parlorIo;
before(async () => {
  sample = await Sample.start("websocket-only");
  installed = installPackage();
  ({ io: parlorIo } = await import(`${installed.dist}/node.mjs`));
});
afterEach(() => everybodyLeaves(sample));
after(async () => {
  installed?.remove();
  await sample?.stop();
});

/** They come one after the other, from one address. */
async function crowd(at, nicknames) {
  const people = [];
  for (const nickname of nicknames) people.push(await comes(at, nickname, WEBSOCKET));
  return people;
}

test("clients of one address spread over both nodes, and read each other", async () => {
  const people = await crowd(sample, ["Ada", "Bob", "Cem", "Dan"]);
  for (const node of sample.nodes) assert.equal(await node.metric("parlor_connections"), 2);
  for (const writer of people) {
    const id = await writer.says(`${writer.nickname} is here`);
    await Promise.all(people.map((reader) => reader.knows(id)));
  }
  assert.deepEqual(people.flatMap(({ troubles }) => troubles), []);
});

for (const [name, io] of [["socket.io-client", () => npmIo], ["parlor-client", () => parlorIo]]) {
  test(`client that polls is told that there is no such transport, ${name}`, async (t) => {
    const socket = io()(sample.url, { transports: ["polling"], reconnection: false, forceNew: true });
    t.after(() => socket.disconnect());
    const [error] = await once(socket, "connect_error");
    assert.deepEqual([error.message, error.description], ["xhr poll error", 400]);
  });
}

test("what was polled for says why not", async () => {
  const answer = await fetch(`${sample.url}/socket.io/?EIO=4&transport=polling`);
  assert.deepEqual(await answer.json(), { code: 0, message: "Transport unknown" });
});

test("where nodes let clients poll behind this nginx, parlor-client says that requests must stick to one", async (t) => {
  const own = await Sample.start("websocket-only", { settings: (toml) => toml.replace(/^transports.*$/m, "") });
  t.after(() => own.stop());
  const socket = parlorIo(own.url, { transports: ["polling"], reconnectionDelay: 50, forceNew: true });
  t.after(() => socket.disconnect());
  const errors = [];
  socket.on("connect_error", (error) => errors.push(error));
  // It may as well be a request to write that goes astray, and then there is no answer to look at.
  const told = await until(() => errors.find(({ hint }) => hint), () => `a hint in ${errors}`);
  assert.equal(told.message, "xhr poll error");
  assert.equal(told.hint, "no such session: of several servers, requests must stick to one");
});

test("metrics are not for everybody", async () => {
  assert.equal((await fetch(`${sample.url}/metrics`)).status, 403);
});

test("node is killed while everybody writes: its people go on at the other, and nothing is lost", async (t) => {
  const own = await Sample.start("websocket-only");
  t.after(() => own.stop());
  const people = await crowd(own, ["Ada", "Bob", "Cem", "Dan", "Eve"]);
  const doomed = people[0].home;
  const outcome = await writeWhileOneIsKilled(people, doomed);
  for (const { home, ids } of outcome.here) {
    assert.equal(new Set(ids).size, home === doomed ? 2 : 1, "a fresh session at the other node, and nobody else's is touched");
  }
  await everybodyAudits(outcome);
  await everybodyIsWith(own.nodes.find((node) => node !== doomed), outcome.here);
  await everybodyCounts(outcome.here);
});

test("node is dead and nginx does not know: newcomers notice nothing", async (t) => {
  const own = await Sample.start("websocket-only");
  t.after(() => own.stop());
  const [ada] = await crowd(own, ["Ada"]);
  await leaves(ada);
  await ada.home.kill();
  for (let newcomer = 1; newcomer <= NEWCOMERS; newcomer += 1) await triesOnce(own.url, WEBSOCKET, ada.address);
});

test("node that comes back gets the newcomers, once a first one has come and gone", async (t) => {
  const own = await Sample.start("websocket-only");
  t.after(() => own.stop());
  const [ada, bob] = await crowd(own, ["Ada", "Bob"]);
  assert.notEqual(ada.home, bob.home);
  const back = ada.home;
  await back.kill();
  await until(() => ada.ids.length === 2, "Ada to come to the other node");
  await back.start();
  await until(async () => {
    const first = await comes(own, "Cem", WEBSOCKET);
    await leaves(first);
    return first.home === back;
  }, "a newcomer at the node that is back");
  for (const newcomer of await crowd(own, ["Dan", "Eve"])) assert.equal(newcomer.home, back);
});
