// People chat: tabs of the built page in a real browser, through the real server.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { launch, Person } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { Site } from "./support/site.mjs";

let browser;
let server;
let site;
/** A second way to the same server, which a test makes fail. */
let shaky;
let people;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

beforeEach(async () => {
  server = await Server.start();
  site = await Site.open(server);
  shaky = await Site.open(server);
  people = [];
});

afterEach(async () => {
  const troubles = people.flatMap((person) => person.troubles);
  await Promise.all(people.map((person) => person.leaves()));
  await Promise.all([site.close(), shaky.close()]);
  await server.kill();
  assert.deepEqual(troubles, [], "something went wrong in a page");
});

async function arrive(nickname, options) {
  const person = await Person.arrive(browser, options?.url ?? site.url, nickname, options);
  people.push(person);
  return person;
}

test("two tabs in one room read each other, and a tab in another room reads neither", async () => {
  const [ada, bob, cleo] = [await arrive("Ada"), await arrive("Bob"), await arrive("Cleo")];
  await cleo.opens("rust");
  await cleo.page.getByRole("button", { name: "Leave #lobby" }).click();
  await ada.page.locator("#people").getByText("Cleo").waitFor({ state: "detached" });
  await cleo.pill.getByText("websocket").waitFor();
  await ada.says("hello from Ada");
  await bob.reads("hello from Ada");
  await bob.says("hello from Bob");
  await ada.reads("hello from Bob");
  assert.deepEqual(await ada.messages(), ["hello from Ada", "hello from Bob"]);
  assert.deepEqual(await bob.messages(), ["hello from Ada", "hello from Bob"]);

  // Had the lobby's messages been sent to this tab, they would have come before what is said here later.
  await bob.opens("rust");
  await bob.says("who is here?");
  await cleo.reads("who is here?");
  assert.deepEqual(await cleo.messages(), ["who is here?"]);
  const heard = cleo.sockets.flatMap(({ received }) => received).filter((frame) => frame.startsWith('42["message"'));
  assert.equal(heard.length, 1, heard.join("\n"));
});

test("who comes for the first time is in the lobby under a friendly name, without a click", async () => {
  const ada = await arrive("Ada");
  await ada.says("is anybody new here?");
  const page = await browser.newPage();
  const stranger = new Person(page, "Stranger");
  people.push(stranger);
  await page.goto(site.url);
  await stranger.reads("is anybody new here?");
  const [given] = (await stranger.people()).filter((name) => name !== "Ada");
  assert.match(given, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
  await ada.page.locator("#people").getByText(given).waitFor();
  await page.reload();
  await stranger.isConnected();
  assert.deepEqual(await stranger.people(), ["Ada", given], "it is kept");

  // The connection and what is typed stay as they are.
  await stranger.field.fill("half a sent");
  await stranger.introduce();
  await ada.page.locator("#people").getByText("Stranger").waitFor();
  assert.deepEqual(await ada.people(), ["Ada", "Stranger"]);
  assert.equal(await stranger.field.inputValue(), "half a sent");
});

test("connection moves from polling to WebSocket, and the pill says so with latency and audit", async () => {
  const ada = await arrive("Ada");
  await ada.pill.getByText("websocket").waitFor();
  await ada.pill.getByText(/\d+ ms/).waitFor();
  const words = (await ada.pill.innerText()).replace(/\s+/g, " ");
  assert.match(words, /^websocket · \d+ ms · 0 lost · 0 dup$/);
});

test("what was missed while away is recovered, marked as such, and nothing is lost or twice", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob", { url: shaky.url })];
  await ada.says("before");
  await bob.reads("before");
  shaky.close();
  await bob.pill.getByText(/attempt/).waitFor();
  for (let number = 1; number <= 12; number += 1) await ada.says(`missed ${number}`);
  await ada.seesTick("missed 12", "stored");
  await shaky.reopen();
  await bob.reads("missed 12");
  await ada.says("after");
  await bob.reads("after");
  await bob.page.locator(".recovered").getByText("12 recovered", { exact: true }).waitFor();
  const above = bob.page.locator(".recovered + .message .text");
  assert.equal(await above.textContent(), "missed 1", "it stands before the first of them");
  await bob.pill.getByText("· 0 lost").waitFor();
  await bob.pill.getByText("· 0 dup").waitFor();
  assert.match(await bob.pill.getAttribute("title"), /0 lost, 0 duplicated, 0 reordered, 12 recovered$/);
});

test("after a kill of the server both come back, and what was typed in between arrives exactly once", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("before");
  await bob.reads("before");

  await server.kill();
  for (const person of [ada, bob]) {
    await person.pill.getByText(/attempt [1-9]/).waitFor();
  }
  await ada.says("in between");
  await ada.says("and one more");
  await ada.seesTick("in between", "pending");
  await ada.page.getByText("2 messages are sent when the connection is back.").waitFor();
  await server.start();

  await Promise.all([ada.isConnected(), bob.isConnected()]);
  await bob.reads("and one more");
  await ada.seesTick("in between", "stored");
  await ada.seesTick("and one more", "stored");
  // Whatever is sent twice would have come before this.
  await ada.says("after");
  await bob.reads("after");
  const all = ["before", "in between", "and one more", "after"];
  assert.deepEqual(await bob.messages(), all);
  assert.deepEqual(await ada.messages(), all);
});

test("message whose ack is lost is stored once, and ticked after the reconnection", async () => {
  const [ada, bob] = [await arrive("Ada", { url: shaky.url }), await arrive("Bob")];
  await ada.pill.getByText("websocket").waitFor();
  shaky.mute();
  await ada.says("did it arrive?");
  await bob.reads("did it arrive?");
  await ada.seesTick("did it arrive?", "pending");
  shaky.cut();
  await ada.seesTick("did it arrive?", "stored");
  await ada.says("it did");
  await bob.reads("it did");
  assert.deepEqual(await bob.messages(), ["did it arrive?", "it did"]);
  assert.deepEqual(await ada.messages(), ["did it arrive?", "it did"]);
});

test("others see who is typing, until the message comes", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  // Volatile: what is typed while an upgrade is under way may be dropped.
  await Promise.all([ada, bob].map((person) => person.pill.getByText("websocket").waitFor()));
  await bob.field.pressSequentially("hm");
  await ada.page.getByText("Bob is typing…").waitFor();
  await bob.field.press("Enter");
  await ada.reads("hm");
  await ada.page.getByText("Bob is typing…").waitFor({ state: "hidden" });
});

test("who is here follows who comes, leaves and closes the tab", async () => {
  const ada = await arrive("Ada");
  const bob = await arrive("Bob");
  await ada.page.locator("#people").getByText("Bob").waitFor();
  assert.deepEqual(await ada.people(), ["Ada", "Bob"]);
  await bob.page.getByRole("button", { name: "Leave #lobby" }).click();
  await ada.page.locator("#people").getByText("Bob").waitFor({ state: "detached" });
  await bob.opens("lobby");
  await ada.page.locator("#people").getByText("Bob").waitFor();
  await bob.leaves();
  await ada.page.locator("#people").getByText("Bob").waitFor({ state: "detached" });
  assert.deepEqual(await ada.people(), ["Ada"]);
});

test("room that somebody makes appears in everybody's list, and has its history for who comes later", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.page.getByLabel("Join or create a room").fill("#Attic");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("heading", { name: "# attic" }).waitFor();
  await ada.says("dusty up here");
  await ada.seesTick("dusty up here", "stored");
  await bob.page.locator(".room-name", { hasText: "attic" }).click();
  await bob.reads("dusty up here");
  await bob.says("<b>indeed</b>");
  await ada.reads("<b>indeed</b>");
});

test("messages elsewhere are counted beside their room", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.opens("rust");
  await bob.says("one");
  await bob.says("two");
  await ada.page.getByRole("button", { name: "lobby 2 unread" }).click();
  await ada.reads("two");
  await ada.page.getByRole("button", { name: "lobby", exact: true }).waitFor();
});

test("two tabs of one browser are one person, and a tab for a guest is another", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  const tab = await bob.page.context().newPage();
  await tab.goto(site.url);
  await tab.locator(".person-you").waitFor({ state: "attached" });
  await tab.getByRole("textbox", { name: "Message #lobby" }).fill("from my other tab");
  await tab.keyboard.press("Enter");
  await ada.reads("from my other tab");
  await bob.seesTick("from my other tab", "stored");
  assert.deepEqual(await ada.people(), ["Ada", "Bob"]);
  await tab.close();
  const guest = new Person(await bob.page.context().newPage(), "Cleo");
  await guest.page.goto(`${site.url}?guest=1`);
  await guest.introduce();
  assert.deepEqual(await guest.people(), ["Ada", "Bob", "Cleo"]);
});

test("what is said in private reaches the one it is for, and nobody else", async () => {
  const [ada, bob, cleo] = [await arrive("Ada"), await arrive("Bob"), await arrive("Cleo")];
  await ada.page.getByRole("button", { name: "Message Bob in private" }).click();
  await ada.page.getByRole("heading", { name: "@ Bob" }).waitFor();
  await ada.isIn();
  await ada.page.getByRole("textbox", { name: "Message @Bob" }).fill("psst");
  await ada.page.keyboard.press("Enter");
  await ada.seesTick("psst", "stored");
  await bob.page.getByRole("button", { name: "Ada 1 unread" }).click();
  await bob.reads("psst");
  await bob.page.reload();
  await bob.page.getByRole("heading", { name: "@ Ada" }).waitFor();
  await bob.reads("psst");
  // Had it been sent to Cleo, it would have come before this.
  await ada.opens("lobby");
  await ada.says("hello everybody");
  await cleo.reads("hello everybody");
  const heard = cleo.sockets.flatMap(({ received }) => received).filter((frame) => frame.includes("psst"));
  assert.deepEqual([heard, await cleo.messages()], [[], ["hello everybody"]]);
});

test("who comes later reads the latest messages, and older ones on demand", async () => {
  const ada = await arrive("Ada");
  for (let number = 1; number <= 102; number += 1) {
    await ada.says(`message ${number}.`);
    if (number % 34 === 0) await ada.seesTick(`message ${number}.`, "stored");
  }
  const bob = await arrive("Bob");
  await bob.reads("message 102.");
  assert.equal((await bob.messages())[0], "message 3.");
  await bob.page.getByRole("button", { name: "Show older messages" }).click();
  await bob.reads("message 1.");
  assert.equal((await bob.messages()).length, 102);
  await bob.page.getByRole("button", { name: "Show older messages" }).waitFor({ state: "detached" });
});

test("tab that is loaded again is the same person in the same room", async () => {
  const ada = await arrive("Ada");
  await ada.opens("rust");
  await ada.says("here I was");
  await ada.seesTick("here I was", "stored");
  await ada.page.reload();
  await ada.isConnected();
  await ada.page.getByRole("heading", { name: "# rust" }).waitFor();
  await ada.reads("here I was");
  assert.deepEqual(await ada.people(), ["Ada"]);
});

test("bad nickname or room name is refused with a sentence", async () => {
  const ada = await arrive("Ada");
  await ada.page.getByLabel("Join or create a room").fill("two words");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByText("a room name has letters, digits, `-` and `_` only").waitFor();
  await ada.page.getByRole("button", { name: "Change nickname" }).click();
  await ada.page.getByLabel("What should we call you?").fill("  ");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByText("a nickname needs at least one character").waitFor();
  await ada.page.getByLabel("What should we call you?").fill("Countess");
  await ada.page.keyboard.press("Enter");
  await ada.page.locator("#people").getByText("Countess").waitFor();
  assert.deepEqual(await ada.people(), ["Countess"]);
});
