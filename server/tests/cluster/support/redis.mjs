// A real Redis for a test: on a port of its own, in memory only, that can go away and come back.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";

import { createClient } from "redis";

import { freePort, saysPong } from "../../support/loopback.mjs";
import { until } from "./until.mjs";

/** Everybody asks the system for free ports: between the answer and the use another may have taken it. */
const TRIES = 5;

const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts one on a free port of 127.0.0.1; with `secure`, `{ cert, key }` in files, it takes TLS as well, on another port. */
export async function startRedis({ secure } = {}) {
  for (let tries = 1; ; tries += 1) {
    const redis = new Redis(await freePort(), secure && { ...secure, port: await freePort() });
    try {
      await redis.start();
      return redis;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

class Redis {
  #program = built("PARLOR_REDIS_SERVER");
  #child;
  #client;
  #secure;

  constructor(port, secure) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#secure = secure;
    this.secureUrl = secure && `rediss://127.0.0.1:${secure.port}`;
  }

  #tls() {
    if (!this.#secure) return [];
    const { port, cert, key } = this.#secure;
    const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert];
    return ["--tls-port", port, "--tls-auth-clients", "no", ...files];
  }

  /** Starts it, the first time or again, and waits until it answers. */
  async start() {
    const args = ["--port", this.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir()];
    args.push(...this.#tls());
    const child = spawn(this.#program, args.map(String), { stdio: "ignore" });
    running.add(child);
    this.#child = child;
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    failed.catch(() => {});
    const up = until(async () => child.exitCode !== null || (await saysPong(this.port)), "redis");
    await Promise.race([up, failed]);
    if (child.exitCode !== null) throw new Error(`${this.#program} ended with ${child.exitCode}`);
    this.#client = await connected(this.url);
  }

  /** Asks it to end, and waits until it has. */
  stop() {
    return this.#end("SIGTERM");
  }

  /** Ends it at once. */
  kill() {
    return this.#end("SIGKILL");
  }

  async #end(signal) {
    const child = this.#child;
    this.#client?.destroy();
    this.#client = undefined;
    if (!running.delete(child)) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** One command, such as `command("PUBSUB", "CHANNELS")`. */
  command(...words) {
    return this.#client.sendCommand(words.map(String));
  }

  /** Waits until it has refused so many attempts to subscribe since the first one. */
  async refusals(count) {
    // One entry stands for all refusals of a kind, and counts them.
    const refused = ({ count }) => Number(count);
    const all = async () => (await this.command("ACL", "LOG")).map(refused).reduce((sum, one) => sum + one, 0);
    await until(async () => (await all()) > count, "Redis to refuse subscriptions");
  }

  /** How many connections listen to a channel: one that is sharded, or one that is not. */
  async listeners(channel, { sharded }) {
    const [, count] = await this.command("PUBSUB", sharded ? "SHARDNUMSUB" : "NUMSUB", channel);
    return Number(count);
  }

  /** The sharded channels that somebody listens to, in order. */
  async shardChannels(pattern = "*") {
    return (await this.command("PUBSUB", "SHARDCHANNELS", pattern)).map(String).sort();
  }

  /**
   * Writes down what is published from now on, as Redis sees it.
   *
   * @returns {Promise<() => Promise<{command: string, channel: string, message: Buffer}[]>>} gives what was published
   *   until it is called, and ends
   */
  async watch() {
    const client = await connected(this.url);
    const published = [];
    let ended = false;
    await client.monitor((line) => {
      const [command, channel, message] = words(String(line));
      if (String(command) === "ECHO") ended = true;
      if (/^s?publish$/i.test(String(command))) {
        published.push({ command: String(command).toLowerCase(), channel: String(channel), message });
      }
    });
    return async () => {
      // What is seen of this stands behind all that was published before.
      await this.command("ECHO", "the end");
      await until(() => ended, "the end of what was published");
      client.destroy();
      return published;
    };
  }
}

/** A client of Redis that speaks of no error: the test that stops Redis knows. */
export async function connected(url) {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** An environment variable that the test command sets. */
export function built(variable) {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set: run this by \`cargo xtask test cluster\``);
  return program;
}

/** The words of a line of MONITOR: `1339518083.107412 [0 127.0.0.1:60866] "publish" "news" "\x93\"a\""`. */
function words(line) {
  const quoted = line.matchAll(/"((?:[^"\\]|\\.)*)"/g);
  return Array.from(quoted, ([, word]) => {
    const latin = word.replace(/\\(x([0-9a-f]{2})|.)/g, (_, sign, hex) =>
      hex ? String.fromCharCode(parseInt(hex, 16)) : (ESCAPES[sign] ?? sign),
    );
    return Buffer.from(latin, "latin1");
  });
}
const ESCAPES = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b" };
