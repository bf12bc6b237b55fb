// People change what they said, and take it back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

keepHouse();

const arrive = (nickname) => Person.arrive(browser, site.url, nickname);

test("message that is edited by keyboard changes for everybody, also after a restart", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("helo wrld");
  await ada.seesTick("helo wrld", "stored");
  await ada.field.press("ArrowUp");
  const edit = ada.page.getByRole("textbox", { name: "Edit your message" });
  await edit.waitFor();
  assert.ok(await edit.evaluate((field) => field === document.activeElement), "the focus is in the field");
  await edit.fill("hello **world**");
  await edit.press("Enter");
  await bob.page.locator(".message strong").getByText("world").waitFor();
  assert.deepEqual(await bob.messages(), ["hello world edited"]);
  await edit.waitFor({ state: "detached" });
  assert.deepEqual(await ada.messages(), ["hello world edited"]);
  assert.equal(await ada.page.evaluate(() => document.activeElement.id), "composer", "one goes on writing");
  await bob.says("mine");
  await bob.seesTick("mine", "stored");
  assert.equal(await ada.page.getByRole("button", { name: "Edit: mine" }).count(), 0, "it is Bob's");
  await server.kill();
  await server.start();
  const cleo = await arrive("Cleo");
  await cleo.reads("mine");
  assert.deepEqual(await cleo.messages(), ["hello world edited", "mine"]);
});

test("message that is deleted leaves a note in its place for everybody", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.says("a secret");
  await ada.says("no secret");
  await ada.seesTick("no secret", "stored");
  await bob.reads("no secret");
  await ada.page.locator(".message").first().hover();
  await ada.page.getByRole("button", { name: "Delete: a secret" }).click();
  await ada.page.getByRole("button", { name: "Keep" }).click();
  await ada.page.getByRole("button", { name: "Delete: a secret" }).click();
  await ada.page.getByRole("button", { name: "Delete for everybody" }).click();
  const left = ["This message was deleted.", "no secret"];
  await bob.reads(left[0]);
  await ada.reads(left[0]);
  for (const person of [ada, bob]) {
    assert.deepEqual(await person.messages(), left);
    await person.page.reload();
    await person.reads(left[1]);
    assert.deepEqual(await person.messages(), left);
  }
});
