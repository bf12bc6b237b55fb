// The emit lab: each line is pressed in a real page, and three real clients say who received it.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE_MS, Person } from "./support/browser.mjs";
import { browser, keepHouse, server, site } from "./support/house.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

const SENT = "It asked for no answer.";

/** Each line of the server: who says to have received it, and what was answered. */
const SERVER_LINES = [
  ["socket.emit(ev, …)", "A received it.", SENT],
  ["socket.broadcast.emit(ev, …)", "B and C received it.", SENT],
  ["socket.to(room1).emit(ev, …)", "B received it.", SENT],
  ["socket.to([room1, room2]).emit(ev, …)", "B and C received it.", SENT],
  ["socket.to(room1).to(room2).emit(ev, …)", "B and C received it.", SENT],
  ["io.in(room1).emit(ev, …)", "A and B received it.", SENT],
  ["io.to(room1).emit(ev, …)", "A and B received it.", SENT],
  ["io.to([room1, room2]).except(room3).emit(ev, …)", "A and B received it.", SENT],
  ["io.of(custom).emit(ev, …)", "A in /custom, B in /custom and C in /custom received it.", SENT],
  ["io.of(custom).to(room1).emit(ev, …)", "C in /custom received it.", SENT],
  ["io.to(socketId).emit(ev, …)", "C received it.", SENT],
  ["io.local.emit(ev, …)", "A, B and C received it.", SENT],
  ["io.emit(ev, …)", "A, B and C received it.", SENT],
  ["socket.to(socket.id).emit(ev, …)", "Nobody received it.", SENT],
  ["socket.emit(ev, …, (answer) => …)", "A received it.", "Answered: A."],
  ["socket.timeout(5000).emit(ev, (err, answer) => …)", "A received it.", "Answered: A."],
  ["socket.timeout(500).emit(ev, (err) => …)", "A received it.", "Error: event `riddle` was not answered within 500ms."],
  ["io.timeout(5000).to(room1).emit(ev, (err, answers) => …)", "A and B received it.", "Answered: A, B."],
  ["io.timeout(500).to(room2).emit(ev, (err, answers) => …)", "B and C received it.", "Answered: B. Not in time: 1."],
  ["socket.compress(false).emit(ev, …)", "A received it.", SENT],
  ["socket.volatile.emit(ev, …)", "A received it.", SENT],
];

/** Each line of the client, which the server hears. */
const CLIENT_LINES = [
  ["socket.emit(ev, …)", SENT],
  ["socket.emit(ev, arg, (answer) => …)", "Answered: world."],
  ["socket.compress(false).emit(ev, …)", SENT],
  ["socket.volatile.emit(ev, …)", SENT],
  ["socket.timeout(5000).emit(ev, arg, (err, answer) => …)", "Answered: world."],
  ["socket.timeout(500).emit(ev, (err) => …)", "Error: operation has timed out."],
];

keepHouse();
before(() => mkdir(PICTURES, { recursive: true }));

/** Somebody in the lab, whose clients are connected. */
async function visit(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(`${site.url}?lab=1`);
  await isReady(page);
  return page;
}

/** Upgraded too: on polling there are moments in which nothing volatile can leave. */
async function isReady(page) {
  await page.getByText("Three clients are connected").waitFor();
  await page.locator(".lab-seat:has-text('websocket') ~ .lab-seat:has-text('websocket') ~ .lab-seat:has-text('websocket')").waitFor();
  await page.getByRole("button", { name: "io.emit(ev, …)", exact: true }).waitFor();
}

/** The lines under a heading: the server's come first. */
function lines(page, at) {
  return page.locator(".lab-lines ul").nth(at).getByRole("button");
}

async function press(page, at, name) {
  await lines(page, at).and(page.getByRole("button", { name, exact: true })).click();
  await page.locator(".lab-verdict").waitFor();
  const words = page.locator(".lab-words p");
  return words.allTextContents();
}

const KEPT = "As promised: these, once, and nobody else.";

test("every line of the server, pressed, reaches those it names and nobody else", async () => {
  const page = await visit();
  assert.deepEqual(await lines(page, 0).allTextContents(), SERVER_LINES.map(([name]) => name));
  for (const [name, who, answer] of SERVER_LINES) {
    assert.deepEqual(await press(page, 0, name), [who, answer, KEPT], name);
  }
});

test("every line of a client, pressed, reaches the server", async () => {
  const page = await visit();
  assert.deepEqual(await lines(page, 1).allTextContents(), CLIENT_LINES.map(([name]) => name));
  for (const [name, answer] of CLIENT_LINES) {
    assert.deepEqual(await press(page, 1, name), ["The server received it.", answer, KEPT], name);
  }
});

test("the frames of a line are those that passed, each with its client and its size", async () => {
  const page = await visit();
  await press(page, 0, "socket.to(room1).emit(ev, …)");
  const frames = await page.locator(".lab-frames li").allTextContents();
  const lab = /\/lab-[0-9a-f]{16}/.exec(frames[0])[0];
  const shown = frames.map((frame) => frame.replaceAll(lab, "/lab").replace(/,\d+\[/, ",n[").replace(/"socket_id":"[^"]+"/, '"socket_id":"C"'));
  // What B hears and what A is told come on two connections, in any order.
  assert.deepEqual(shown.sort(), [
    'A←received43/lab,n[{"ok":"sent"}]40 B',
    'A→sent42/lab,n["say",{"line":"socket.to(room1).emit(ev, …)","socket_id":"C"}]109 B',
    'B←received42/lab,["news","hello"]40 B',
  ]);
});

test("two visitors press at the same time, and neither hears the other", async () => {
  const [one, other] = [await visit(), await visit()];
  for (let round = 0; round < 3; round += 1) {
    const both = await Promise.all([press(one, 0, "io.emit(ev, …)"), press(other, 0, "io.in(room1).emit(ev, …)")]);
    assert.deepEqual(both, [
      ["A, B and C received it.", SENT, KEPT],
      ["A and B received it.", SENT, KEPT],
    ]);
  }
});

test("lab says so when the server is gone, and works again when it is back", async () => {
  const page = await visit();
  await press(page, 0, "io.emit(ev, …)");
  await server.kill();
  await page.getByText("Three clients are connected").waitFor({ state: "detached" });
  await server.start();
  await isReady(page);
  assert.deepEqual(await press(page, 0, "io.local.emit(ev, …)"), ["A, B and C received it.", SENT, KEPT]);
});

test("lab is opened from the chat and left for it, by keyboard alone", async () => {
  const ada = await Person.arrive(browser, site.url, "Ada");
  await ada.page.getByRole("link", { name: "The emit lab" }).focus();
  await ada.page.keyboard.press("Enter");
  await isReady(ada.page);
  await lines(ada.page, 0).first().focus();
  await ada.page.keyboard.press("Enter");
  await ada.page.getByText(KEPT).waitFor();
  const focused = lines(ada.page, 0).first();
  assert.ok(await focused.evaluate((element) => element === document.activeElement), "the focus stays");
  assert.equal(await focused.evaluate((button) => getComputedStyle(button).outlineStyle), "solid");
  await ada.page.getByRole("link", { name: "Chat" }).focus();
  await ada.page.keyboard.press("Enter");
  await ada.isConnected();
});

test("pictures: the lab in light and dark, and on a phone", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await visit({ colorScheme });
    await press(page, 0, "io.to([room1, room2]).except(room3).emit(ev, …)");
    await page.screenshot({ path: `${PICTURES}lab-${colorScheme}.png` });
  }
  const phone = await visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await press(phone, 0, "socket.broadcast.emit(ev, …)");
  assert.equal(await phone.evaluate(() => document.scrollingElement.scrollWidth), 390);
  await phone.screenshot({ path: `${PICTURES}lab-phone.png` });
});
