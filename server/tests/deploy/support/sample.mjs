// A sample of docs/deploy, running: its own files, with nothing replaced but ports, paths and the addresses of the stores.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { built, onFreePort, Program } from "./program.mjs";
import { startPostgres, startRedis } from "./stores.mjs";
import { until } from "./until.mjs";

const SAMPLES = new URL("../../../../docs/deploy/", import.meta.url);

/** The ports of the nodes in the samples. */
const PORTS = ["3001", "3002"];

/** Two nodes with their stores, and nginx before them. */
export class Sample {
  #stops = [];
  /** @type {Node[]} */
  nodes = [];
  url = "";

  /**
   * @param {"sticky" | "websocket-only"} name
   * @param {{options?: string[], settings?: (text: string) => string}} more for the nodes: options beside those of the
   *   unit, and what becomes of their `parlor.toml`
   */
  static async start(name, { options = [], settings = (text) => text } = {}) {
    const sample = new Sample();
    try {
      await sample.#start(name, options, settings);
      return sample;
    } catch (error) {
      await sample.stop();
      throw error;
    }
  }

  async #start(name, options, settings) {
    const folder = mkdtempSync(join(tmpdir(), "parlor-deploy-"));
    this.#stops.push(() => rmSync(folder, { recursive: true, force: true }));
    const redis = await startRedis(folder);
    this.#stops.push(redis.stop);
    const postgres = await startPostgres(folder);
    this.#stops.push(postgres.stop);

    const toml = replaced(read(`${name}/parlor.toml`), {
      "redis://127.0.0.1:6379": redis.url,
      "postgres://parlor:PASSWORD@127.0.0.1/chat": postgres.url,
    });
    writeFileSync(join(folder, "parlor.toml"), settings(toml));
    for (const _ of PORTS) {
      const node = await onFreePort((port) => Node.start(port, folder, options));
      this.#stops.push(() => node.kill());
      this.nodes.push(node);
    }

    const nginx = await onFreePort((port) => startNginx(name, port, this.nodes, folder));
    this.#stops.push(nginx.stop);
    this.url = nginx.url;
  }

  async stop() {
    for (const stop of this.#stops.reverse()) await stop();
    this.#stops = [];
  }
}

/** One of the nodes, as the sample's unit starts it. */
class Node {
  #program;
  #command;

  static async start(port, folder, options) {
    const node = new Node();
    node.port = port;
    const unit = read("parlor@.service");
    const [, line] = /^ExecStart=(.+)$/m.exec(unit);
    const words = replaced(line, {
      "/usr/local/bin/parlor-server": built("PARLOR_SERVER_BIN"),
      "%d/parlor.toml": join(folder, "parlor.toml"),
      "127.0.0.1:%i": `127.0.0.1:${port}`,
    });
    node.#command = [...words.split(" "), "--log", "error", ...options];
    await node.start();
    return node;
  }

  /** Starts it, the first time or again, and waits until clients may come. */
  async start() {
    const [program, ...args] = this.#command;
    const node = new Program(program, args);
    this.#program = node;
    await until(async () => !node.isRunning || (await this.page("/readyz").catch(() => ({}))).status === 200, () => node.said);
    if (!node.isRunning) throw new Error(`the node has ended: ${node.said}`);
  }

  /** It has no chance to say goodbye. */
  kill() {
    return this.#program.stop("SIGKILL");
  }

  /** One of its pages, past nginx. */
  async page(path) {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  /** The sum of a metric's values, whatever their labels, or of those with a label. */
  async metric(name, label = "") {
    const { text } = await this.page("/metrics");
    const lines = text.split("\n").filter((line) => /[{ ]/.test(line[name.length]) && line.startsWith(name) && line.includes(label));
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }
}

/** Starts nginx with a sample's file, included as Debian's own `nginx.conf` includes it. */
async function startNginx(name, port, nodes, folder) {
  const place = join(folder, "nginx");
  mkdirSync(join(place, "conf.d"), { recursive: true });
  const addresses = nodes.map((node, at) => [`127.0.0.1:${PORTS[at]}`, `127.0.0.1:${node.port}`]);
  const conf = replaced(read(`${name}/nginx.conf`), { "listen 80;": `listen 127.0.0.1:${port};`, ...Object.fromEntries(addresses) });
  writeFileSync(join(place, "conf.d/parlor.conf"), conf);
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const main = `
    daemon off;
    pid ${place}/pid;
    # More than one: they have to agree on where clients go.
    worker_processes 2;
    events {}
    http {
      access_log off;
      ${kinds.map((kind) => `${kind}_temp_path ${place}/${kind};`).join("\n      ")}
      include ${place}/conf.d/*.conf;
    }`;
  writeFileSync(join(place, "nginx.conf"), main);
  const args = ["-p", place, "-c", join(place, "nginx.conf"), "-e", "stderr"];
  // SIGTERM ends its workers too.
  const program = new Program(built("PARLOR_NGINX"), args, { end: "SIGTERM" });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () => fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
  await until(async () => !program.isRunning || (await isUp()), () => `nginx: ${program.said}`);
  if (!program.isRunning) throw new Error(`nginx has ended: ${program.said}`);
  return { url, stop: () => program.stop() };
}

function read(path) {
  return readFileSync(new URL(path, SAMPLES), "utf8");
}

/** The text with all of these replaced; each stands in it once. */
function replaced(text, others) {
  for (const [one, other] of Object.entries(others)) {
    const parts = text.split(one);
    if (parts.length !== 2) throw new Error(`${one} is there ${parts.length - 1} times`);
    text = parts.join(other);
  }
  return text;
}
