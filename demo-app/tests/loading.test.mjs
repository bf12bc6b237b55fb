// The first paint comes from static HTML, and says how far the rest has come.

import assert from "node:assert/strict";
import { test } from "node:test";

import { launch, PATIENCE_MS, Person } from "./support/browser.mjs";
import { browser, keepHouse, site } from "./support/house.mjs";

keepHouse();

/** A page whose WebAssembly is handled by a test. */
async function open(handle) {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const person = new Person(await context.newPage(), "Ada");
  await person.page.addInitScript(() => {
    globalThis.progress = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.id === "loading") globalThis.progress.push(target.value);
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["value"] });
  });
  await person.page.route("**/*.wasm", handle);
  await person.page.goto(site.url);
  return person;
}

test("page is painted before its WebAssembly has come, says how much there is, and then goes on", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const ada = await open(async (route) => {
    await held;
    await route.continue();
  });
  await ada.page.getByRole("heading", { name: "Parlor" }).waitFor();
  const progress = ada.page.getByRole("progressbar", { name: "Loading" });
  await progress.waitFor();
  assert.equal(await progress.evaluate((bar) => bar.position), -1, "nobody knows yet how much there is");
  release();
  await progress.waitFor({ state: "detached" });
  const values = await ada.page.evaluate(() => globalThis.progress);
  assert.equal(values.at(-1), 1);
  assert.deepEqual(values, values.toSorted((one, other) => one - other), "it only grows");
  await ada.introduce();
  assert.equal(await ada.page.locator("#loading-trouble").isVisible(), false);
});

test("page that cannot be loaded says so, and loads when it is asked to again", async () => {
  let isBroken = true;
  const ada = await open((route) => (isBroken ? route.abort() : route.continue()));
  await ada.page.getByRole("alert").getByText("The page could not be loaded").waitFor();
  assert.equal(await ada.page.getByRole("progressbar").count(), 0);
  isBroken = false;
  await ada.page.getByRole("link", { name: "Load it again" }).click();
  await ada.introduce();
});

test("a page that the back/forward cache kept goes on, with everything that was said meanwhile", async () => {
  // Playwright switches that cache off.
  const keeping = await launch({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const [ada, bob] = [await Person.arrive(keeping, site.url, "Ada"), await Person.arrive(browser, site.url, "Bob")];
    await ada.says("before");
    await bob.reads("before");
    await ada.page.evaluate(() => {
      globalThis.isTheSame = true;
      addEventListener("pageshow", ({ persisted }) => (globalThis.isRestored = persisted));
    });
    await ada.page.goto(`${site.url}?lab=1`);
    await bob.says("meanwhile");
    await bob.seesTick("meanwhile", "stored");
    // It is not loaded, so that `load` never comes.
    await ada.page.goBack({ waitUntil: "commit" });
    assert.deepEqual(await ada.page.evaluate(() => [globalThis.isTheSame, globalThis.isRestored]), [true, true]);
    await ada.reads("meanwhile");
    await ada.says("after");
    await bob.reads("after");
    assert.deepEqual(await ada.messages(), ["before", "meanwhile", "after"]);
  } finally {
    await keeping.close();
  }
});

test("who goes elsewhere and comes back is in the chat again, with everything that was said meanwhile", async () => {
  const [ada, bob] = [await Person.arrive(browser, site.url, "Ada"), await Person.arrive(browser, site.url, "Bob")];
  await ada.says("before");
  await bob.reads("before");
  await ada.page.goto("about:blank");
  await bob.page.locator("#people").getByText("Ada").waitFor({ state: "detached" });
  await bob.says("meanwhile");
  await bob.seesTick("meanwhile", "stored");
  await ada.page.goBack();
  await ada.isConnected();
  await ada.reads("meanwhile");
  await ada.says("after");
  await bob.reads("after");
  assert.deepEqual(await ada.messages(), ["before", "meanwhile", "after"]);
  assert.equal(await ada.page.getByRole("progressbar").count(), 0);
});
