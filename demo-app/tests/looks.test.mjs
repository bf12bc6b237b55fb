// How it looks and how it is used: by keyboard, on a phone, in light and in dark. The pictures are for people to look at.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE_MS, Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

keepHouse();
before(() => mkdir(PICTURES, { recursive: true }));

function picture(person, name) {
  return person.page.screenshot({ path: `${PICTURES}${name}.png` });
}

/** A conversation that is worth a picture; answers with who looks at it. */
async function converse() {
  const [mina, tom] = [await Person.arrive(browser, site.url, "Mina"), await Person.arrive(browser, site.url, "Tom Field")];
  const sunny = await Person.arrive(browser, site.url, "Sunny Otter");
  await tom.opens("rust");
  await tom.opens("lobby");
  for (const [person, text] of [
    [mina, "Morning! Is anybody else in here?"],
    [tom, "Me. The server runs on my laptop, so please be gentle."],
    [mina, "Too late, I have just killed it."],
    [mina, "kill -9, while you were typing"],
    [tom, "So that was it: \"Reconnecting, attempt 2\". And then my message went out by itself."],
    [sunny, "Here it came once, and in its place."],
    [tom, "Good. Now somebody try it on a phone ☕"],
  ]) {
    await person.says(text);
    await person.seesTick(text, "stored");
  }
  return { mina, tom, sunny };
}

async function join(nickname, options) {
  const person = await Person.arrive(browser, site.url, nickname, options);
  await person.pill.getByText("websocket").waitFor();
  return person;
}

test("pictures: another nickname, and the chat in light and in dark", async () => {
  const { mina, tom } = await converse();
  const images = [];
  for (const [colorScheme, hello] of [["light", "On my way."], ["dark", "And I will try it in the dark."]]) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
    const stranger = new Person(await context.newPage(), "Ada");
    await stranger.page.goto(site.url);
    await stranger.isConnected();
    await stranger.page.getByRole("button", { name: "Change nickname" }).click();
    await stranger.page.getByRole("button", { name: "Take this name" }).waitFor();
    await picture(stranger, `rename-${colorScheme}`);
    await stranger.leaves();

    const me = await join("Ada", { colorScheme, viewport: { width: 1000, height: 700 } });
    await me.says(hello);
    await me.seesTick(hello, "stored");
    // As slowly as a person: it is told every two seconds, and who has just come has not heard it yet.
    const typing = tom.field.pressSequentially("How does it look there?", { delay: 200 });
    await me.page.getByText("Tom Field is typing…").waitFor();
    images.push((await picture(me, colorScheme)).toString("base64"));
    await typing;
    await tom.field.fill("");
    await me.leaves();
    await mina.page.locator("#people").getByText("Ada").waitFor({ state: "detached" });
  }
  await pair(images);
});

/** Both pictures in one, for the README. */
async function pair([light, dark]) {
  const page = await browser.newPage({ viewport: { width: 1640, height: 700 } });
  const image = (data, left, top) => `<img src="data:image/png;base64,${data}" style="left:${left}px;top:${top}px">`;
  const style = `img { position: absolute; width: 800px; border-radius: 14px; box-shadow: 0 0 0 1px #8884 }`;
  await page.setContent(`<style>${style}</style>${image(light, 10, 10)}${image(dark, 830, 10)}`);
  const clip = { x: 0, y: 0, width: 1640, height: 580 };
  await writeFile(`${PICTURES}chat.png`, await page.screenshot({ clip, omitBackground: true }));
  await page.close();
}

test("phone: the rooms and the people come from the side, and nothing is cut off", async () => {
  await converse();
  const ada = await join("Ada", { ...PHONE, viewport: { width: 375, height: 740 }, colorScheme: "light" });
  await ada.reads("Good. Now somebody try it on a phone ☕");
  assert.equal(await ada.page.evaluate(() => document.scrollingElement.scrollWidth), 375);

  const rooms = ada.page.getByRole("navigation", { name: "Rooms" });
  assert.equal(await rooms.isVisible(), false);
  const opener = ada.page.getByRole("button", { name: "Rooms" });
  await opener.click();
  await rooms.waitFor();
  assert.equal(await opener.getAttribute("aria-expanded"), "true");
  await ada.page.keyboard.press("Escape");
  await rooms.waitFor({ state: "hidden" });
  assert.ok(await opener.evaluate((element) => element === document.activeElement), "the focus goes back");
  await opener.click();
  await rooms.getByRole("button", { name: /^music/ }).click();
  await ada.page.getByRole("heading", { name: "# music" }).waitFor();
  await rooms.waitFor({ state: "hidden" });

  await ada.page.getByRole("button", { name: "People here" }).click();
  await ada.page.locator("#people").getByText("you").waitFor();
});

test("pictures: the phone, connected and reconnecting", async () => {
  await converse();
  for (const colorScheme of ["light", "dark"]) {
    const ada = await join("Ada", { ...PHONE, colorScheme });
    await ada.reads("Good. Now somebody try it on a phone ☕");
    await picture(ada, `phone-${colorScheme}`);
    await ada.page.getByRole("button", { name: "Rooms" }).click();
    await settled(ada, "#rooms");
    await picture(ada, `phone-rooms-${colorScheme}`);
    await ada.leaves();
  }
  const ada = await join("Ada", { ...PHONE, colorScheme: "dark" });
  await server.kill();
  await ada.pill.getByText(/attempt/).waitFor();
  await ada.says("I will wait here.");
  await ada.seesTick("I will wait here.", "pending");
  await picture(ada, "phone-reconnecting");
  await ada.page.setViewportSize({ width: 1280, height: 800 });
  await picture(ada, "reconnecting");
});

/** Waits until nothing of it moves any more. */
function settled(person, selector) {
  const animations = (element) => Promise.all(element.getAnimations({ subtree: true }).map(({ finished }) => finished));
  return person.page.locator(selector).evaluate(animations);
}

test("everything is done by keyboard alone", async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id);
  await page.goto(site.url);
  await page.locator(".pill[data-state=connected]").waitFor();
  assert.equal(await focused(), "composer");
  // The nickname is filled in and selected: typing replaces it, Enter takes it, and the focus is where it was.
  const change = page.getByRole("button", { name: "Change nickname" });
  await change.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take this name" }).waitFor();
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await page.locator("#people").getByText("Ada").waitFor();
  assert.equal(await focused(), "Change nickname");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Change nickname");
  await page.locator("#composer").focus();
  await page.keyboard.type("first line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  const text = page.locator(".message .text");
  await text.waitFor();
  assert.equal(await text.textContent(), "first line\nsecond line");

  // What can be done with a message is seen as soon as the focus is there.
  await page.locator(".tick[data-state=stored]").waitFor();
  for (const name of ["Delete: first line\nsecond line", "Edit: first line\nsecond line"]) {
    await page.keyboard.press("Shift+Tab");
    assert.equal(await focused(), name);
    assert.equal(await page.locator(".message-choices").evaluate((choices) => getComputedStyle(choices).opacity), "1");
  }
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "Messages in #lobby");
  const skip = page.getByRole("link", { name: "Skip to the message field" });
  const isFirst = (link) => link === document.querySelector("a, button, input, textarea, [tabindex]");
  assert.ok(await skip.evaluate(isFirst), "the skip link comes first");
  await skip.focus();
  const outline = await skip.evaluate((link) => getComputedStyle(link).outlineStyle);
  assert.equal(outline, "solid", "the focus is visible");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "composer");
});

test("nothing moves by itself while the page starts, people type and messages come", async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifts.push(value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const ada = new Person(await context.newPage(), "Ada");
  await ada.page.goto(site.url);
  await ada.isConnected();
  assert.deepEqual(await ada.page.evaluate(() => globalThis.shifts), [], "from the first paint to the first screen");
  const bob = await join("Bob");
  await ada.pill.getByText("websocket").waitFor();
  await ada.page.evaluate(() => (globalThis.shifts = []));
  // For long enough that it is told again: it is volatile.
  const typing = bob.field.pressSequentially("hello, is anybody here?", { delay: 200 });
  await ada.page.getByText("Bob is typing…").waitFor();
  await typing;
  await bob.field.press("Enter");
  await ada.reads("hello, is anybody here?");
  assert.deepEqual(await ada.page.evaluate(() => globalThis.shifts), [], "in a conversation");
});
