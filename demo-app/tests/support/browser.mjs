// Chromium, and the people who chat in it.

import { chromium } from "playwright-core";

const CHROMIUM = process.env.PARLOR_CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
ARGUMENTS.push("--disable-component-update", "--disable-sync");

/** How long anything on the page may take, on a slow machine that does several things at once. */
export const PATIENCE_MS = 30_000;

export function launch(options) {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS, ...options });
}

/** Somebody in a tab of their own. */
export class Person {
  /** Opens the page as somebody who chose this nickname before. */
  static async arrive(browser, url, nickname, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const choose = (chosen) => localStorage.getItem("parlor.nickname") ?? localStorage.setItem("parlor.nickname", chosen);
    await context.addInitScript(choose, nickname);
    const person = new Person(await context.newPage(), nickname);
    await person.page.goto(url);
    await person.isConnected();
    return person;
  }

  constructor(page, nickname) {
    this.page = page;
    this.nickname = nickname;
    /** What went wrong in the page; each test expects nothing. */
    this.troubles = [];
    page.on("pageerror", (error) => this.troubles.push(error.message));
    /** Every WebSocket of this tab, with the text of its frames. */
    this.sockets = [];
    page.on("websocket", (socket) => this.sockets.push(watched(socket)));
    this.field = page.getByRole("textbox", { name: /^Message #/ });
    this.pill = page.locator(".pill");
  }

  /** Takes the nickname in the place of the one that was given. */
  async introduce() {
    await this.isConnected();
    await this.page.getByRole("button", { name: "Change nickname" }).click();
    await this.page.getByLabel("What should we call you?").fill(this.nickname);
    await this.page.keyboard.press("Enter");
    await this.page.locator("#people").getByText(this.nickname, { exact: true }).waitFor();
  }

  /** Connected, and in the room: everybody there is known, so at least this person. */
  async isConnected() {
    await this.sees(".pill[data-state=connected]");
    await this.isIn();
  }

  /** Among the people of the room, who are out of sight on a phone. */
  isIn() {
    return this.page.locator(".person-you").waitFor({ state: "attached" });
  }

  async opens(room) {
    const name = new RegExp(`^${room}( \\d+ (here|unread))?$`);
    await this.page.getByRole("navigation", { name: "Rooms" }).getByRole("button", { name }).click();
    await this.page.getByRole("heading", { name: `# ${room}` }).waitFor();
    await this.isIn();
  }

  async says(text) {
    await this.field.fill(text);
    await this.field.press("Enter");
  }

  /** Waits for a message of that text, delivered or not. */
  async reads(text) {
    await this.page.locator(".message .text").getByText(text, { exact: true }).first().waitFor();
  }

  /** Waits for a message in which that stands. */
  async seesTextOf(part) {
    await this.page.locator(".message .text").filter({ hasText: part }).first().waitFor();
  }

  async sees(selector) {
    await this.page.locator(selector).first().waitFor();
  }

  /** Waits until the message that this person wrote has that tick. What somebody has seen is stored. */
  async seesTick(text, state) {
    const message = this.page.locator(".message").filter({ hasText: text });
    const ticks = state === "stored" ? ["stored", "seen"] : [state];
    await message.locator(ticks.map((tick) => `.tick[data-state=${tick}]`).join()).waitFor();
  }

  /** All messages in sight, in their order. */
  messages() {
    return this.page.locator(".message .text").allTextContents();
  }

  /** Everybody who is here, as far as this person sees. */
  people() {
    return this.page.locator("#people .person-name").allTextContents();
  }

  async leaves() {
    await this.page.context().close();
  }
}

function watched(socket) {
  const frames = { url: socket.url(), sent: [], received: [] };
  socket.on("framesent", ({ payload }) => frames.sent.push(String(payload)));
  socket.on("framereceived", ({ payload }) => frames.received.push(String(payload)));
  return frames;
}
