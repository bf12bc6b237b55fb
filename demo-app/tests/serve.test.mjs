// `trunk serve` beside a running room server, as a developer starts it: the page reaches the server through trunk's
// proxies, and the upgrade to WebSocket really happens there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { launch, Person } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** Trunk builds the page first: minutes, where nothing is built yet. */
const BUILD_LIMIT_MS = 10 * 60_000;

test("under `trunk serve` the connection becomes a WebSocket, and people chat", { timeout: 2 * BUILD_LIMIT_MS }, async (t) => {
  const server = await Server.start();
  t.after(() => server.kill());
  const folder = await mkdtemp(join(tmpdir(), "parlor-serve-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const trunk = await serve(folder, port, server.port);
  t.after(() => stop(trunk));
  await answers(port, trunk);

  const browser = await launch();
  t.after(() => browser.close());
  const ada = await Person.arrive(browser, `http://127.0.0.1:${port}/`, "Ada");
  const bob = await Person.arrive(browser, `http://127.0.0.1:${port}/`, "Bob");
  await ada.pill.getByText("websocket").waitFor();
  await bob.pill.getByText("websocket").waitFor();
  await ada.says("through trunk");
  await bob.reads("through trunk");
  await ada.seesTick("through trunk", "stored");

  for (const person of [ada, bob]) {
    const { url, sent, received } = ours(person);
    assert.equal(new URL(url).pathname, "/ws/socket.io/");
    assert.equal(sent[0], "2probe");
    assert.equal(received[0], "3probe");
    assert.equal(sent[1], "5", "the upgrade");
  }
  const message = (frame) => frame.includes('"through trunk"');
  assert.ok(ours(ada).sent.some(message), "the message left by WebSocket");
  assert.ok(ours(bob).received.some(message), "and came by WebSocket");
});

/** The one WebSocket to the room server; trunk has another, to load the page again. */
function ours(person) {
  const found = person.sockets.filter(({ url }) => url.includes("transport=websocket"));
  assert.equal(found.length, 1);
  return found[0];
}

/** Runs trunk with the project's own settings, but for the ports and the folder it writes to. */
async function serve(folder, port, serverPort) {
  const program = process.env.PARLOR_TRUNK;
  if (!program) throw new Error("PARLOR_TRUNK names no program: run `cargo xtask test demo`");
  const settings = await readFile(join(ROOT, "Trunk.toml"), "utf8");
  const config = join(folder, "Trunk.toml");
  // Trunk takes paths as relative to its configuration.
  const own = settings.replaceAll('"./', `"${ROOT}/`).replaceAll("127.0.0.1:3000", `127.0.0.1:${serverPort}`);
  await writeFile(config, own);
  const options = ["--skip-version-check", "--config", config, "--dist", join(folder, "dist"), "--port", String(port)];
  // A group of its own, so that a cargo that it runs ends with it.
  return spawn(program, ["serve", ...options], { cwd: ROOT, detached: true, stdio: ["ignore", "inherit", "inherit"] });
}

async function stop(trunk) {
  if (trunk.exitCode !== null || trunk.signalCode !== null) return;
  const ended = once(trunk, "exit");
  process.kill(-trunk.pid, "SIGKILL");
  await ended;
}

/** Trunk takes no 0 for "any free one", so ask the system for one and let it go. */
async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}

/** Waits until the page is there: trunk listens only when the first build is done. */
async function answers(port, trunk) {
  const deadline = Date.now() + BUILD_LIMIT_MS;
  const status = () =>
    new Promise((resolve) => {
      get({ host: "127.0.0.1", port, path: "/" }, (response) => resolve(response.resume().statusCode)).on("error", () => resolve(0));
    });
  while ((await status()) !== 200) {
    if (trunk.exitCode !== null) throw new Error(`trunk ended with ${trunk.exitCode}`);
    if (Date.now() > deadline) throw new Error("trunk serves no page");
    await pause(200);
  }
}
