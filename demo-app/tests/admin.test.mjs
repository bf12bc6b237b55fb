// The operator's namespace: beside the chat on one connection, and only for whoever knows the passphrase.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launch, Person } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { Site } from "./support/site.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));
const PASSPHRASE = "correct horse battery staple";

let browser;
let folder;
let server;
let site;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "parlor-admin-"));
  await writeFile(join(folder, "passphrase"), `${PASSPHRASE}\n`);
  await mkdir(PICTURES, { recursive: true });
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await site.close();
  await server.kill();
});

async function open(options = ["--admin-passphrase-file", join(folder, "passphrase")]) {
  server = await Server.start(options);
  site = await Site.open(server);
}

async function arrive(nickname, options) {
  const person = await Person.arrive(browser, site.url, nickname, options);
  await person.pill.getByText("websocket").waitFor();
  return person;
}

async function knock(person, passphrase) {
  await person.page.getByLabel("Passphrase").fill(passphrase);
  await person.page.keyboard.press("Enter");
}

/** Somebody who has entered as an operator. */
async function operator(options) {
  const person = await arrive("Ada", options);
  await person.page.getByRole("button", { name: "Operator", exact: true }).click();
  await knock(person, PASSPHRASE);
  await person.page.getByRole("list", { name: "Rooms with people" }).waitFor();
  return person;
}

test("wrong passphrase is refused in the page, the right one opens, and the chat beside it goes on", async () => {
  await open();
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.page.getByRole("button", { name: "Operator", exact: true }).click();
  await knock(ada, "wrong horse battery staple");
  await ada.page.getByText("Refused: this is not the passphrase").waitFor();
  await knock(ada, PASSPHRASE);
  await ada.page.locator(".admin-house code").getByText("#lobby", { exact: true }).waitFor();
  assert.equal(await ada.page.getByLabel("Passphrase").count(), 0);
  await ada.says("and here I am still");
  await bob.reads("and here I am still");
  assert.equal(ada.sockets.length, 1, "one connection for both");
});

test("operator sees the numbers move, closes a room, and those who were in it come back", async () => {
  await open();
  const ada = await operator();
  const connections = ada.page.locator(".admin-house dd").first();
  assert.equal(await connections.textContent(), "1");
  const bob = await arrive("Bob");
  await connections.getByText("2", { exact: true }).waitFor();
  await bob.opens("rust");
  await ada.page.getByRole("button", { name: "Send all away: #rust" }).click();
  await ada.page.getByText("1 sent away from #rust").waitFor();
  await bob.page.waitForEvent("websocket");
  await bob.isConnected();
  await bob.says("that was rude");
  await ada.opens("rust");
  await ada.reads("that was rude");
});

test("operator sends one socket away, and nobody else", async () => {
  await open();
  const ada = await operator();
  const sockets = ada.page.getByRole("list", { name: "Sockets" }).getByRole("listitem");
  const [own] = await sockets.locator("code").allTextContents();
  const bob = await arrive("Bob");
  const other = sockets.filter({ hasNotText: own });
  await other.waitFor();
  const back = bob.page.waitForEvent("websocket");
  await other.getByRole("button").click();
  await ada.page.getByText("1 sent away", { exact: true }).waitFor();
  await back;
  assert.equal(ada.sockets.length, 1);
});

test("server without a passphrase has no such door, and the page says why", async () => {
  await open([]);
  const ada = await arrive("Ada");
  await ada.page.getByRole("button", { name: "Operator", exact: true }).click();
  await knock(ada, PASSPHRASE);
  await ada.page.getByText("This server has no operator: it was started without --admin-passphrase-file").waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("region", { name: "Operator" }).waitFor({ state: "detached" });
  const opener = ada.page.getByRole("button", { name: "Operator", exact: true });
  assert.ok(await opener.evaluate((element) => element === document.activeElement), "the focus goes back");
});

test("inspector shows the knock without the passphrase", async () => {
  await open();
  const ada = await operator();
  await ada.page.getByRole("button", { name: "Inspect", exact: true }).click();
  await ada.page.locator(".inspector-log code").getByText('40/admin,{"passphrase":"…"}').waitFor();
  const all = await ada.page.locator(".inspector-log code").allTextContents();
  assert.equal(all.filter((text) => text.includes(PASSPHRASE)).length, 0);
});

test("pictures: the operator at the gate and inside", async () => {
  await open();
  const ada = await arrive("Ada", { colorScheme: "dark" });
  await ada.page.getByRole("button", { name: "Operator", exact: true }).click();
  await knock(ada, "wrong horse battery staple");
  await ada.page.getByText("Refused: this is not the passphrase").waitFor();
  await ada.page.screenshot({ path: `${PICTURES}admin-gate.png` });
  const inside = await operator({ colorScheme: "light" });
  await inside.page.screenshot({ path: `${PICTURES}admin.png` });
});
