// A room in which much is said.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./support/browser.mjs";
import { browser, keepHouse, site } from "./support/house.mjs";

keepHouse();

/** Says all of it, one after the other, as somebody without a page. */
function talk(page, count) {
  return page.evaluate(
    (count) =>
      new Promise((done, failed) => {
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
        let said = 0;
        const say = () => socket.send(`421["send",{"room":"lobby","id":"t-${said}","text":"number ${(said += 1)}."}]`);
        socket.onerror = failed;
        socket.onmessage = ({ data }) => {
          if (data.startsWith("0")) socket.send("40");
          if (data.startsWith("40")) socket.send('420["join",{"room":"lobby","nickname":"Talker"}]');
          if (data.startsWith("430") || data.startsWith("431")) said < count ? say() : done();
          if (data === "2") socket.send("3");
        };
      }),
    count,
  );
}

test("long log has only its end on the page, and more on demand, with nothing lost", async () => {
  const ada = await Person.arrive(browser, site.url, "Ada");
  await ada.pill.getByText("websocket").waitFor();
  const speaker = await browser.newPage();
  await speaker.goto(site.url);
  await talk(speaker, 230);
  await ada.reads("number 230.");
  const first = async () => (await ada.messages())[0];
  assert.deepEqual([await ada.page.locator(".message").count(), await first()], [200, "number 31."]);
  const log = ada.page.getByRole("log");
  assert.equal(await log.evaluate(({ scrollTop }) => Math.round(scrollTop)), 0, "it keeps to its end");

  // By keyboard: the log has the focus, Home goes to its beginning, and the button is the next stop.
  await log.focus();
  await ada.page.keyboard.press("Home");
  await ada.page.keyboard.press("Tab");
  await ada.page.keyboard.press("Enter");
  await ada.reads("number 1.");
  assert.deepEqual([await ada.page.locator(".message").count(), await first()], [230, "number 1."]);
  await talk(speaker, 3);
  assert.equal(await first(), "number 1.", "what was asked for stays");
  await ada.pill.getByText("· 0 lost").waitFor();
});
