// What people write, and what it becomes on the others' screens.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, site } from "./support/house.mjs";

keepHouse();

const arrive = (nickname) => Person.arrive(browser, site.url, nickname);

test("marks become looks, and a mention stands out for whom it is for", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await ada.page.locator("#people").getByText("Bob").waitFor();
  await ada.says("**bold** and *italic*, `let x = 1;`, https://example.org/a. @Bob, look");
  const text = bob.page.locator(".message .text");
  await text.getByText("look").waitFor();
  assert.equal(await text.textContent(), "bold and italic, let x = 1;, https://example.org/a. @Bob, look");
  for (const [selector, inside] of [["strong", "bold"], ["em", "italic"], ["code", "let x = 1;"], [".mention.is-me", "@Bob"]]) {
    assert.equal(await text.locator(selector).textContent(), inside);
  }
  const link = text.getByRole("link", { name: "https://example.org/a", exact: true });
  assert.deepEqual(await link.evaluate(({ href, target, rel }) => [href, target, rel]), [
    "https://example.org/a",
    "_blank",
    "noopener noreferrer nofollow",
  ]);
  assert.equal(await ada.page.locator(".mention.is-me, .is-for-me").count(), 0, "it is for Bob");
});

test("nothing that somebody writes becomes HTML, or runs", async () => {
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  const attempts = [
    "<img src=x onerror=globalThis.harmed=1>",
    "**<script>globalThis.harmed=2</script>**",
    "[here](javascript:globalThis.harmed=3)",
    '[there](https://example.org/"onclick="globalThis.harmed=4)',
    "`</code><iframe srcdoc='<script>parent.harmed=5</script>'>`",
  ];
  for (const text of attempts) await ada.says(text);
  const texts = bob.page.locator(".message .text");
  await texts.nth(attempts.length - 1).waitFor();
  assert.equal(await texts.nth(0).textContent(), attempts[0]);
  assert.equal(await texts.nth(2).textContent(), attempts[2]);
  assert.equal(await texts.locator("img, script, iframe, [onclick]").count(), 0);
  const addresses = await texts.locator("a").evaluateAll((links) => links.map((link) => new URL(link.href).protocol));
  assert.deepEqual(addresses, ["https:"]);
  assert.equal(await bob.page.evaluate(() => globalThis.harmed), undefined);
});
