// People send each other files: pieces with an ack each over a WebSocket, as binary events.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

keepHouse();

async function arrive(nickname) {
  const person = await Person.arrive(browser, site.url, nickname);
  await person.pill.getByText("websocket").waitFor();
  return person;
}

const chooses = (person, name, buffer) =>
  person.page.locator(".attach input").setInputFiles({ name, mimeType: "application/octet-stream", buffer });

/** Bytes of which no two pieces are the same. */
const bytes = (length) => Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8) * 13) % 256));

test("image is shown to everybody, and to who comes later", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await chooses(ada, "dot.png", Buffer.from(DOT, "base64"));
  await ada.seesTick("dot.png", "stored");
  const cleo = await arrive("Cleo");
  for (const person of [ada, bob, cleo]) {
    const image = person.page.getByRole("img", { name: "dot.png" });
    await image.waitFor();
    await image.evaluate((element) => element.decode());
    assert.equal(await image.evaluate(({ naturalWidth }) => naturalWidth), 1);
  }
});

test("file goes in pieces that show its progress, and is saved as it was", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.page.evaluate(() => {
    globalThis.steps = new Set();
    const look = () => document.querySelectorAll(".uploads progress").forEach(({ value }) => globalThis.steps.add(value));
    new MutationObserver(look).observe(document.querySelector(".uploads"), { subtree: true, childList: true, attributes: true });
  });
  const sent = bytes(200_000);
  await chooses(ada, "notes.bin", sent);
  await ada.seesTick("notes.bin", "stored");
  assert.deepEqual(
    await ada.page.evaluate(() => [...globalThis.steps]),
    [0, 32_768, 65_536, 98_304, 131_072, 163_840, 196_608],
  );
  await bob.page.getByRole("button", { name: "Fetch notes.bin (196 KB)" }).click();
  const save = bob.page.getByRole("link", { name: "Save notes.bin (196 KB)" });
  await save.waitFor();
  const [download] = await Promise.all([bob.page.waitForEvent("download"), save.click()]);
  assert.equal(download.suggestedFilename(), "notes.bin");
  assert.ok(sent.equals(await readFile(await download.path())), "every byte is as it was");
});

test("file goes on from where it was when the server is killed in the middle", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  const progress = ada.page.locator(".uploads progress");
  await chooses(ada, "large.bin", bytes(1024 * 1024));
  await progress.and(ada.page.locator("progress:not([value='0'])")).waitFor();
  await server.kill();
  await ada.pill.getByText(/attempt/).waitFor();
  assert.equal(await progress.count(), 1, "it is still on its way");
  await server.start();
  await ada.seesTick("large.bin", "stored");
  await bob.page.getByRole("button", { name: "Fetch large.bin (1 MB)" }).click();
  await bob.page.getByRole("link", { name: "Save large.bin (1 MB)" }).waitFor();
});

test("file that is too large is refused with a sentence, and the connection stays", async () => {
  const ada = await arrive("Ada");
  await chooses(ada, "huge.bin", bytes(1024 * 1024 + 1));
  await ada.page.getByRole("alert").getByText("huge.bin is too large: a file has at most 1 MB").waitFor();
  await ada.says("still here");
  await ada.seesTick("still here", "stored");
  assert.deepEqual(await ada.messages(), ["still here"]);
});
