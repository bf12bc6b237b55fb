// People break the chat with its own buttons, and it mends itself.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launch, PATIENCE_MS, Person } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { Site } from "./support/site.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

let browser;
let server;
let site;
let people;

before(async () => {
  browser = await launch();
  await mkdir(PICTURES, { recursive: true });
});

after(() => browser?.close());

beforeEach(async () => {
  server = await Server.start();
  site = await Site.open(server);
  people = [];
});

afterEach(async () => {
  const troubles = people.flatMap((person) => person.troubles);
  for (const context of browser.contexts()) await context.close();
  await site.close();
  await server.kill();
  assert.deepEqual(troubles, [], "something went wrong in a page");
});

async function arrive(nickname, options) {
  const person = await Person.arrive(browser, site.url, nickname, options);
  people.push(person);
  await person.pill.getByText("websocket").waitFor();
  return person;
}

function button(person, name) {
  return person.page.getByRole("group", { name: "Break it" }).getByRole("button", { name, exact: true });
}

/** So many of the page's ticks pass, at each of which it would knock by itself. */
function ticks(person, count) {
  return person.page.evaluate((count) => new Promise((passed) => setInterval(() => --count || passed(), 1_000)), count);
}

test("offline stays offline, and what was typed arrives once, in order, when the person is back", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("before");
  await bob.reads("before");
  await button(ada, "Go offline").click();
  assert.equal(await button(ada, "Go offline").getAttribute("aria-pressed"), "true");
  await ada.sees(".pill[data-state=offline], .pill[data-state=connecting]");
  await bob.page.locator("#people").getByText("Ada").waitFor({ state: "detached" });
  await ada.says("one");
  await ada.says("two");
  await ada.page.getByText("2 messages are sent when the connection is back.").waitFor();
  await bob.says("is she gone?");
  await bob.seesTick("is she gone?", "stored");
  await ticks(ada, 3);
  assert.equal(await ada.page.locator(".pill[data-state=connected]").count(), 0);
  await button(ada, "Go offline").click();
  await ada.isConnected();
  await bob.reads("two");
  await ada.reads("is she gone?");
  assert.deepEqual(await bob.messages(), ["before", "is she gone?", "one", "two"]);
});

test("on a slow link every message takes its time, arrives once and in order, and typing is not told", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await button(ada, "Slow link").click();
  await ada.field.pressSequentially("one");
  const sent = Date.now();
  await ada.field.press("Enter");
  await bob.reads("one");
  assert.ok(Date.now() - sent >= 1_000, "a second on the way there");
  await ada.seesTick("one", "stored");
  assert.ok(Date.now() - sent >= 2_000, "and a second on the way back");
  const typing = bob.sockets.flatMap(({ received }) => received).filter((frame) => frame.startsWith('42["typing"'));
  assert.deepEqual(typing, [], "typing is lost");
  for (const text of ["two", "three"]) await ada.says(text);
  await button(ada, "Slow link").click();
  await ada.says("four");
  await ada.seesTick("four", "stored");
  await bob.reads("four");
  assert.deepEqual(await bob.messages(), ["one", "two", "three", "four"]);
  assert.deepEqual(await ada.messages(), ["one", "two", "three", "four"]);
});

test("without a supervisor there is no button that kills the server", async () => {
  const ada = await arrive("Ada");
  const asked = ada.page.waitForResponse((response) => response.url().endsWith("/supervisor/"));
  await ada.page.reload();
  assert.equal((await asked).status(), 404);
  await ada.isConnected();
  assert.equal(await button(ada, "Kill the server").count(), 0);
});

test("server is really killed by the button, and everybody comes back to every message", async () => {
  let kills = 0;
  site.supervise(async () => {
    kills += 1;
    await server.kill();
    await server.start();
  });
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("before");
  await bob.reads("before");
  await button(ada, "Kill the server").click();
  await ada.page.getByText("The server was killed (SIGKILL) and is started again in 3 seconds.").waitFor();
  await bob.sees(".pill[data-state=reconnecting], .pill[data-state=connecting]");
  await ada.says("after");
  await Promise.all([ada.isConnected(), bob.isConnected()]);
  await bob.reads("after");
  assert.deepEqual([kills, await bob.messages()], [1, ["before", "after"]]);
});

test("second tab is somebody else in the same room", async () => {
  const ada = await arrive("Ada");
  const opening = ada.page.context().waitForEvent("page");
  await ada.page.getByRole("link", { name: "Second tab" }).click();
  const guest = new Person(await opening, "Guest");
  guest.page.setDefaultTimeout(PATIENCE_MS);
  await guest.introduce();
  await ada.page.locator("#people").getByText("Guest").waitFor();
  assert.deepEqual(await guest.people(), ["Ada", "Guest"]);
});

test("pictures: the row of buttons, offline and on a phone", async () => {
  site.supervise(async () => {});
  const ada = await arrive("Ada", { colorScheme: "dark" });
  await button(ada, "Kill the server").waitFor();
  await button(ada, "Go offline").click();
  await ada.sees(".pill[data-state=offline], .pill[data-state=connecting]");
  await ada.says("I will wait here.");
  await ada.page.screenshot({ path: `${PICTURES}break-offline.png` });
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
  const bob = await arrive("Bob", phone);
  await button(bob, "Kill the server").waitFor();
  assert.equal(await bob.page.evaluate(() => document.scrollingElement.scrollWidth), 390);
  await bob.page.screenshot({ path: `${PICTURES}break-phone.png` });
});
