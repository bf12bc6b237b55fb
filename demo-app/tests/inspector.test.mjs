// The inspector shows what really passes: its lines are compared with the frames that the browser saw.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

keepHouse();
before(() => mkdir(PICTURES, { recursive: true }));

async function arrive(nickname, options) {
  const person = await Person.arrive(browser, site.url, nickname, options);
  await person.pill.getByText("websocket").waitFor();
  return person;
}

/** Opens the drawer, and gives it. */
async function inspect(person) {
  await person.page.getByRole("button", { name: "Inspect", exact: true }).click();
  const drawer = person.page.getByRole("region", { name: "Inspector" });
  await drawer.waitFor();
  return drawer;
}

/** The timeline's packets as text, oldest first. */
async function codes(drawer) {
  return (await drawer.locator("li[data-way=sent] code, li[data-way=received] code").allTextContents()).reverse();
}

test("a message and its answer are shown as they passed, with event, size and the time the answer took", async () => {
  const ada = await arrive("Ada");
  const drawer = await inspect(ada);
  await drawer.getByRole("button", { name: "Clear" }).click();
  await ada.says("hello");
  await ada.seesTick("hello", "stored");
  await drawer.getByLabel("Filter").fill("hello");
  await drawer.locator("li[data-way=sent] b").getByText("send", { exact: true }).waitFor();
  const sent = ada.sockets.flatMap((socket) => socket.sent).filter((frame) => frame.includes('["send",'));
  const row = drawer.locator("li[data-way=sent]").filter({ hasText: '["send",' });
  assert.equal(await row.locator("code").textContent(), sent[0]);
  assert.equal(await row.locator(".inspector-size").textContent(), `${Buffer.byteLength(sent[0])} B`);
  const id = /^42(\d+)/.exec(sent[0])[1];
  await drawer.getByLabel("Filter").fill(`43${id}[`);
  await drawer.locator("li[data-way=received]").getByText(new RegExp(`^#${id} after \\d+ ms$`)).waitFor();
});

test("timeline goes back to the first packet, without the secrets in it", async () => {
  const ada = await arrive("Ada");
  await ada.page.reload();
  await ada.isConnected();
  await ada.pill.getByText("websocket").waitFor();
  const drawer = await inspect(ada);
  const shown = await codes(drawer);
  assert.match(shown[0], /^0\{"sid":"…"/);
  const token = await ada.page.evaluate(() => Object.values(localStorage).find((value) => value.length > 30));
  assert.ok(token, "the page has a token");
  assert.equal(shown.filter((text) => text.includes(token)).length, 0);
  assert.ok(shown.some((text) => /^40\{.*"token":"…"/.test(text)), "and has sent it");
});

test("filter leaves what does not fit, and heartbeats are shown on request", async () => {
  const ada = await arrive("Ada");
  const drawer = await inspect(ada);
  await drawer.getByLabel("Filter").fill("JOIN");
  await drawer.locator("li b").getByText("join", { exact: true }).first().waitFor();
  assert.ok((await codes(drawer)).every((text) => text.toLowerCase().includes("join")));
  await drawer.getByLabel("Filter").fill("probe");
  assert.deepEqual(await codes(drawer), []);
  await drawer.getByText("Nothing like this has passed.").waitFor();
  await drawer.getByLabel("Heartbeats").check();
  assert.deepEqual(await codes(drawer), ["2probe", "3probe"]);
});

test("reasons are told in words, and the attempts to come back", async () => {
  const ada = await arrive("Ada");
  const drawer = await inspect(ada);
  await server.kill();
  const notes = drawer.locator("li[data-way=note] code");
  await notes.getByText("attempt 1 to connect again").waitFor();
  await notes.getByText(/^out of \/: the connection (was closed|has failed)/).waitFor();
  await server.start();
  await ada.isConnected();
  await notes.getByText("connected by polling").last().waitFor();
});

test("what is shown is copied as text, oldest first", async () => {
  const ada = await arrive("Ada", { permissions: ["clipboard-read", "clipboard-write"] });
  const drawer = await inspect(ada);
  await ada.says("one");
  await ada.seesTick("one", "stored");
  await drawer.getByLabel("Filter").fill('"one"');
  await drawer.locator("li").first().waitFor();
  await drawer.getByRole("button", { name: "Copy" }).click();
  await drawer.getByText("Copied").waitFor();
  const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
  const sent = ada.sockets.flatMap((socket) => socket.sent).find((frame) => frame.includes('["send",'));
  const line = copied.split("\n")[0];
  assert.equal(line.replace(/^\+\d+\.\d{3} /, ""), `-> ${sent} (${Buffer.byteLength(sent)} B)`);
});

test("drawer is closed by Escape, and the focus goes back to its button", async () => {
  const ada = await arrive("Ada");
  const drawer = await inspect(ada);
  const button = ada.page.getByRole("button", { name: "Inspect", exact: true });
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await drawer.getByLabel("Filter").focus();
  await ada.page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  assert.ok(await button.evaluate((element) => element === document.activeElement), "the focus goes back");
});

test("pictures: the inspector in light and dark, and on a phone", async () => {
  for (const [name, options] of [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ]) {
    const ada = await arrive("Ada", options);
    const drawer = await inspect(ada);
    await ada.says(`hello from ${name}`);
    await ada.seesTick(`hello from ${name}`, "stored");
    await drawer.locator("li[data-way=received]").getByText(/after \d+ ms/).first().waitFor();
    await ada.page.screenshot({ path: `${PICTURES}inspector-${name}.png` });
    assert.equal(await ada.page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), true);
    await ada.leaves();
  }
});
