// What axe-core has to say about each part of the page, in light and in dark: nothing that is serious.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, site } from "./support/house.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SCHEMES = ["light", "dark"];
const SERIOUS = ["serious", "critical"];

keepHouse();

/** The serious violations on the page, a line each. */
async function violations(page) {
  await page.addScriptTag({ path: AXE });
  // What fades in has no contrast yet.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}

async function arrive(colorScheme, nickname = "Ada") {
  const person = await Person.arrive(browser, site.url, nickname, { colorScheme });
  await person.pill.getByText("websocket").waitFor();
  return person;
}

for (const scheme of SCHEMES) {
  test(`the chat has no serious violation, in ${scheme}`, async () => {
    const ada = await arrive(scheme);
    const bob = await arrive(scheme, "Bob");
    await ada.says("**bold**, `code`, https://example.com and @Bob");
    await bob.seesTextOf("bold");
    await bob.says("seen");
    await ada.seesTextOf("seen");
    assert.deepEqual(await violations(ada.page), []);
    await ada.page.getByRole("button", { name: "Change nickname" }).click();
    await ada.page.getByLabel("What should we call you?").waitFor();
    assert.deepEqual(await violations(ada.page), []);
  });

  test(`the inspector and what breaks the chat have no serious violation, in ${scheme}`, async () => {
    const ada = await arrive(scheme);
    await ada.page.getByRole("button", { name: "Inspect", exact: true }).click();
    await ada.page.getByRole("region", { name: "Inspector" }).waitFor();
    await ada.says("hello");
    await ada.seesTick("hello", "stored");
    await ada.page.getByRole("button", { name: "Go offline" }).click();
    await ada.says("later");
    assert.deepEqual(await violations(ada.page), []);
  });

  test(`the lab has no serious violation, in ${scheme}`, async () => {
    const context = await browser.newContext({ colorScheme: scheme });
    const page = await context.newPage();
    await page.goto(`${site.url}?lab=1`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByText("socket.broadcast.emit(ev, …)").first().waitFor();
    assert.deepEqual(await violations(page), []);
  });
}
