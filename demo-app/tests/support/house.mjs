// What nearly every file of tests needs: a browser for all of them, and for each a server and a site of its own.

import { after, afterEach, before, beforeEach } from "node:test";

import { launch } from "./browser.mjs";
import { Server } from "./server.mjs";
import { Site } from "./site.mjs";

export let browser;
export let server;
export let site;

/** To be called once by a file, before its tests. */
export function keepHouse() {
  before(async () => {
    browser = await launch();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await Server.start();
    site = await Site.open(server);
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await site.close();
    await server.kill();
  });
}
