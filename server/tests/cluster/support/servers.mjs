// The servers of a cluster, in processes of their own: ours, and npm's socket.io with npm's adapter.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { built } from "./redis.mjs";

/** How long a server may take to say where it listens, in ms. It takes a few; a loaded machine may need more. */
const START_TIMEOUT_MS = 20_000;

/** Both kinds: the orders that they take are those at the head of `fixtures/node_server.mjs`. */
const KINDS = {
  /** `server/examples/cluster_server.rs` */
  rust: () => [built("PARLOR_CLUSTER_SERVER_BIN"), []],
  node: () => [process.execPath, [fileURLToPath(new URL("../fixtures/node_server.mjs", import.meta.url))]],
};

/** Who is told to act, and who else there is. */
export const PAIRS = [
  ["node", "node"],
  ["rust", "node"],
  ["node", "rust"],
  ["rust", "rust"],
];

/** Of npm's package `@socket.io/redis-adapter`: `createAdapter`, and `createShardedAdapter`. */
export const MODES = ["classic", "sharded"];

const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/**
 * Starts a server on a free port.
 *
 * @param {"rust" | "node"} kind
 * @param {{NAME: string, REDIS_URL: string, ADAPTER: string, RECOVERY?: string}} env what it finds in its environment
 * @returns {Promise<{kind: string, url: string, kill: () => Promise<void>, freeze: () => void}>} `kill` ends it without
 *   a word, and waits until it has; `freeze` stops it as it is, with its connections open
 */
export async function startServer(kind, env) {
  const [program, args] = KINDS[kind]();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const kill = async () => {
    if (!running.delete(child)) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  try {
    return { kind, url: await listening(child), kill, freeze: () => child.kill("SIGSTOP") };
  } catch (error) {
    await kill();
    throw error;
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not say where it listens")), START_TIMEOUT_MS);
    const ended = (code) => reject(new Error(`the server ended with ${code}`));
    child.once("error", reject);
    child.once("exit", ended);
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      child.off("exit", ended);
      const [, url] = /^listening on (http:\/\/\S+)$/.exec(line) ?? [];
      if (url) resolve(url);
      else reject(new Error(`expected "listening on http://…", got ${JSON.stringify(line)}`));
    });
  });
}
