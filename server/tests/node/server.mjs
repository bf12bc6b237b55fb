// Starts the servers that the tests talk to, and reads where they listen.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** How long a server may take to say where it listens, in ms. It takes a few; a loaded machine may need more. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts the test server (`server/examples/test_server.rs`) on a free port.
 *
 * @param {Record<string, string>} env what the server should find in its environment
 * @returns {Promise<{url: string, stop: () => void}>}
 */
export function startServer(env = {}) {
  return start(built("PARLOR_TEST_SERVER_BIN"), [], env);
}

/**
 * Starts the program that people run, with a chat in memory and with none of this process's settings.
 *
 * @returns {Promise<{url: string, stop: () => void, terminate: () => Promise<number>}>} `terminate` asks it to end, and
 *   gives its exit code
 */
export async function startParlor(listen = "127.0.0.1:0") {
  const settings = Object.keys(process.env).filter((name) => name.startsWith("PARLOR_"));
  const without = Object.fromEntries(settings.map((name) => [name, undefined]));
  const args = ["--listen", listen, "--database", "sqlite::memory:", "--log", "error"];
  const { child, ...server } = await start(built("PARLOR_SERVER_BIN"), args, without);
  const terminate = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = await ended;
    return code;
  };
  return { ...server, terminate };
}

/** Starts the server of the cheat sheet (`server/examples/cheatsheet_server.rs`). */
export function startCheatsheet() {
  return start(built("PARLOR_CHEATSHEET_SERVER_BIN"));
}

/** Starts the same on npm's socket.io. */
export function startCheatsheetTwin() {
  const script = new URL("fixtures/cheatsheet_server.mjs", import.meta.url);
  return start(process.execPath, [fileURLToPath(script)]);
}

/** Starts the server with namespaces of every kind (`server/examples/namespaces_server.rs`). */
export function startNamespaces(env = {}) {
  return start(built("PARLOR_NAMESPACES_SERVER_BIN"), [], env);
}

/** Starts the same on npm's socket.io. */
export function startNamespacesTwin(env = {}) {
  const script = new URL("fixtures/namespaces_server.mjs", import.meta.url);
  return start(process.execPath, [fileURLToPath(script)], env);
}

/** Starts the echo over bare WebSockets (`server/examples/websocket_echo.rs`). */
export function startEcho() {
  return start(built("PARLOR_WEBSOCKET_ECHO_BIN"), ["127.0.0.1:0"]);
}

function built(variable) {
  const binary = process.env[variable];
  if (!binary) throw new Error(`${variable} is not set: run this by \`cargo xtask test server\``);
  return binary;
}

async function start(program, args = [], env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const stop = () => child.kill("SIGKILL");
  const url = await listening(child).catch((error) => {
    stop();
    throw error;
  });
  return { url, stop, child };
}

function listening(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not say where it listens")), START_TIMEOUT_MS);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      child.removeAllListeners("exit");
      const [, url] = /^listening on (http:\/\/\S+)$/.exec(line) ?? [];
      if (url) resolve(url);
      else reject(new Error(`expected "listening on http://…", got ${JSON.stringify(line)}`));
    });
  });
}
