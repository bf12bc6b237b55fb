// What becomes of a message: waiting, stored, seen; and what is new to who was away.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

keepHouse();

const arrive = (nickname) => Person.arrive(browser, site.url, nickname);

test("tick goes from waiting to delivered to seen, and says so in words", async () => {
  const ada = await arrive("Ada");
  const tick = ada.page.locator(".message .tick");
  await ada.says("is anybody here?");
  await tick.and(ada.page.locator("[data-state=stored]")).waitFor();
  assert.equal(await tick.textContent(), "delivered");
  const bob = await arrive("Bob");
  await bob.reads("is anybody here?");
  await tick.and(ada.page.locator("[data-state=seen]")).waitFor();
  assert.equal(await tick.textContent(), "seen");
  assert.equal(await bob.page.locator(".tick").count(), 0, "what others wrote has none");
  await ada.page.reload();
  await ada.seesTick("is anybody here?", "seen");
});

test("what is typed offline is still there after a reload, and arrives in order, each once", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("before");
  await bob.reads("before");
  await server.kill();
  await ada.pill.getByText(/attempt/).waitFor();
  const typed = ["one", "two", "three", "four", "five"];
  for (const text of typed) await ada.says(text);
  await ada.page.reload();
  await ada.page.getByText("5 messages are sent when the connection is back.").waitFor();
  assert.deepEqual(await ada.messages(), typed);
  await ada.seesTick("five", "pending");

  await server.start();
  await ada.seesTick("five", "stored");
  await bob.reads("five");
  // Whatever is sent twice would have come before this.
  await ada.page.reload();
  await ada.isConnected();
  await ada.says("after");
  await bob.reads("after");
  const all = ["before", ...typed, "after"];
  assert.deepEqual(await bob.messages(), all);
  assert.deepEqual(await ada.messages(), all);
  await bob.pill.getByText("· 0 lost").waitFor();
  await bob.pill.getByText("· 0 dup").waitFor();
});

test("new messages stand behind a divider, also in the tab's title, until one writes", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("old");
  await bob.reads("old");
  await bob.opens("rust");
  await ada.says("new");
  await ada.says("and newer");
  await bob.page.getByRole("button", { name: "lobby 2 unread" }).waitFor();
  assert.equal(await bob.page.title(), "(2) Parlor");
  await bob.opens("lobby");
  const first = bob.page.locator(".news + .message .text");
  assert.equal(await first.textContent(), "new");
  assert.equal(await bob.page.title(), "Parlor");
  await bob.says("I see");
  await bob.page.locator(".news").waitFor({ state: "detached" });
});

test("reaction flies by on everybody's screen and is kept nowhere", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.page.locator("#people").getByText("Bob").waitFor();
  // Volatile: what is thrown while an upgrade is under way may be dropped.
  await Promise.all([ada, bob].map((person) => person.pill.getByText("websocket").waitFor()));
  const flying = bob.page.locator(".flying");
  const throwing = ada.page.getByRole("button", { name: /^Throw 🎉/ });
  await bob.page.locator("#people").getByText("Ada").waitFor();
  await throwing.click();
  await flying.getByText("🎉").waitFor({ state: "attached" });
  await bob.page.getByText("Ada sends 🎉").waitFor();
  await ada.page.locator(".flying").waitFor({ state: "detached" });
  await flying.waitFor({ state: "detached" });
  assert.deepEqual(await bob.messages(), []);
});
