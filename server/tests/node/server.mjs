// Starts the test server (`server/examples/test_server.rs`) and reads where it listens.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How long a server may take to say where it listens, in ms. It takes a few; a loaded machine may need more. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts the server that `PARLOR_TEST_SERVER_BIN` names, on a free port.
 *
 * @param {Record<string, string>} env what the server should find in its environment
 * @returns {Promise<{url: string, stop: () => void}>}
 */
export async function startServer(env = {}) {
  const binary = process.env.PARLOR_TEST_SERVER_BIN;
  if (!binary) throw new Error("PARLOR_TEST_SERVER_BIN is not set: run this by `cargo xtask test server-node`");
  const child = spawn(binary, [], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const url = await listening(child);
  return { url, stop: () => child.kill("SIGKILL") };
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
