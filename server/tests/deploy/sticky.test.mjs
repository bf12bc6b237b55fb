// The sample `docs/deploy/sticky`: clients may poll, and stay with the node that their address leads to.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import {
  atEachNode,
  comes,
  everybodyAudits,
  everybodyCounts,
  everybodyIsWith,
  everybodyLeaves,
  leaves,
  writeWhileOneIsKilled,
} from "./support/crowd.mjs";
import { Person, POLLING, triesOnce, UPGRADED, WAYS } from "./support/person.mjs";
import { Sample } from "./support/sample.mjs";
import { until } from "./support/until.mjs";

/** What they wrote before is of no matter. */
const MESSAGES = 20;

/** More than nginx lets fail before it leaves a node alone. */
const NEWCOMERS = 6;

let sample;
before(async () => {
  sample = await Sample.start("sticky");
});
afterEach(() => everybodyLeaves(sample));
after(() => sample?.stop());

for (const way of WAYS) {
  test(`client comes through nginx and stays with its node, ${way.name}`, async () => {
    const ada = await Person.arrives(sample.url, "Ada", way);
    for (let message = 1; message <= MESSAGES; message += 1) await ada.says(`message ${message}`);
    assert.deepEqual([ada.ids.length, ada.transport, ada.troubles], [1, way.ends, []]);
  });

  test(`clients of different addresses are at both nodes, and read each other, ${way.name}`, async () => {
    const [ada, bob] = await atEachNode(sample, way, ["Ada", "Bob"]);
    await bob.knows(await ada.says("from the one node"));
    await ada.knows(await bob.says("from the other"));
    assert.deepEqual([...ada.troubles, ...bob.troubles], []);
  });
}

test("address leads to the same node again, however the client comes", async () => {
  for (const person of await atEachNode(sample, POLLING, ["Ada", "Bob"])) {
    await leaves(person);
    const again = await comes(sample, person.nickname, UPGRADED, person.address);
    assert.equal(again.home, person.home);
  }
});

test("metrics are not for everybody", async () => {
  assert.equal((await fetch(`${sample.url}/metrics`)).status, 403);
});

for (const way of [POLLING, UPGRADED]) {
  test(`node is killed while everybody writes: its people go on at the other, and nothing is lost, ${way.name}`, async (t) => {
    const own = await Sample.start("sticky");
    t.after(() => own.stop());
    const [doomed, survivor] = own.nodes;
    const people = await atEachNode(own, way, ["Ada", "Bob", "Cem", "Dan", "Eve"]);
    const outcome = await writeWhileOneIsKilled(people, doomed);
    for (const { home, ids } of outcome.here) {
      assert.equal(new Set(ids).size, home === doomed ? 2 : 1, "a fresh session at the other node, and nobody else's is touched");
    }
    await everybodyAudits(outcome);
    await everybodyIsWith(survivor, outcome.here);
    await everybodyCounts(outcome.here);
  });
}

test("node is dead and nginx does not know: newcomers notice nothing", async (t) => {
  const own = await Sample.start("sticky");
  t.after(() => own.stop());
  const [ada] = await atEachNode(own, POLLING, ["Ada"]);
  await leaves(ada);
  await ada.home.kill();
  for (let newcomer = 1; newcomer <= NEWCOMERS; newcomer += 1) await triesOnce(own.url, UPGRADED, ada.address);
});

test("node that comes back gets its addresses back: who polls moves there, who has a WebSocket stays", async (t) => {
  const own = await Sample.start("sticky");
  t.after(() => own.stop());
  const [back] = own.nodes;
  const [ada] = await atEachNode(own, POLLING, ["Ada"]);
  const [bob] = await atEachNode(own, UPGRADED, ["Bob"]);
  await back.kill();
  await until(() => ada.ids.length === 2 && bob.ids.length === 2, "both to come to the other node");
  await ada.isIn();
  await bob.isIn();
  await until(() => bob.transport === UPGRADED.ends, "Bob's upgrade");

  await back.start();
  // nginx leaves it alone for a while after it was dead.
  await until(async () => {
    for (const person of [ada, bob]) await person.says("where am I?");
    return ada.ids.length === 3;
  }, "Ada to move");
  assert.equal(await back.metric("parlor_connections"), 1);
  assert.deepEqual([bob.ids.length, bob.transport], [2, "websocket"]);
});
