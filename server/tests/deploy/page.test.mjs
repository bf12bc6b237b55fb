// The chat's page behind the sample `docs/deploy/sticky`: tabs at both nodes, one of which is killed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";

import { launch, Person as Tab } from "../../../demo-app/tests/support/browser.mjs";
import { atEachNode } from "./support/crowd.mjs";
import { everybodyGoes, WEBSOCKET } from "./support/person.mjs";
import { built } from "./support/program.mjs";
import { Sample } from "./support/sample.mjs";
import { until } from "./support/until.mjs";

/** What a script beside the tabs writes, at the least, before the node is killed and after. */
const BURST = 20;

let sample, browser;
before(async () => {
  sample = await Sample.start("sticky", { options: ["--assets", built("PARLOR_DEMO_DIST")] });
  browser = await launch();
});
after(async () => {
  everybodyGoes();
  await browser?.close();
  await sample?.stop();
});

test("tabs at both nodes talk, one node is killed, and the page's own audit shows nothing lost or doubled", async (t) => {
  const [ann, ben] = await atEachNode(sample, WEBSOCKET, ["Ann", "Ben"]);
  const [ada, bob] = await Promise.all(
    [ann, ben].map(async ({ address }, at) => Tab.arrive(browser, await doorFrom(t, address), ["Ada", "Bob"][at])),
  );
  for (const tab of [ada, bob]) await tab.pill.getByText("websocket").waitFor();
  for (const node of sample.nodes) assert.equal(await node.metric("parlor_connections"), 2);

  await ada.says("before");
  await bob.reads("before");
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      const text = `Ben says ${ben.written.length + 1}`;
      await ben.says(text);
      // No faster than a page shows it: what is far up is not on the page.
      await bob.reads(text);
    }
  })();
  const hasWritten = (count) => until(() => ben.written.length >= count, "Ben to write");
  await hasWritten(BURST);

  await ann.home.kill();
  await ada.says("while I am away");
  await hasWritten(ben.written.length + BURST);
  await ada.isConnected();
  await bob.reads("while I am away");
  isOver = true;
  await writing;
  await bob.says("the end");
  await ada.reads("the end");

  const room = (await ben.audits(ben.written.length + 3)).map(({ text }) => text);
  for (const tab of [ada, bob]) {
    await tab.reads(`Ben says ${ben.written.length}`);
    await tab.pill.getByText("· 0 lost").waitFor();
    await tab.pill.getByText("· 0 dup").waitFor();
    assert.match(await tab.pill.getAttribute("title"), /\b0 lost, 0 duplicated, 0 reordered\b/);
    const shown = await tab.messages();
    assert.deepEqual(shown, room.slice(-shown.length));
    assert.deepEqual(tab.troubles, []);
  }
});

/** An address of a page that comes to nginx from an address of this machine: a browser takes none. */
async function doorFrom(t, localAddress) {
  const { port } = new URL(sample.url);
  const open = new Set();
  const door = createServer((socket) => {
    const upstream = connect({ host: "127.0.0.1", port, localAddress });
    const sides = [socket, upstream];
    open.add(socket);
    const end = () => {
      open.delete(socket);
      sides.forEach((side) => side.destroy());
    };
    for (const side of sides) side.on("error", end).on("close", end);
    socket.pipe(upstream).pipe(socket);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  t.after(() => {
    open.forEach((socket) => socket.destroy());
    door.close();
  });
  return `http://127.0.0.1:${door.address().port}/`;
}
