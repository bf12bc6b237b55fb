// The room server, as a process that can really be killed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const START_LIMIT_MS = 30_000;

/** A room server that listens, at first on a free port; `kill` and `start` keep the port and the database. */
export class Server {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "parlor-chat-"));
  #options = [];
  port = 0;

  static async start(options = []) {
    const server = new Server();
    server.#options = options;
    process.once("exit", () => rmSync(server.#folder, { recursive: true, force: true }));
    await server.start();
    return server;
  }

  async start() {
    const program = process.env.PARLOR_SERVER_BIN;
    if (!program) throw new Error("PARLOR_SERVER_BIN names no program: run `cargo xtask test demo`");
    const options = ["--listen", `127.0.0.1:${this.port}`, "--database", `sqlite://${join(this.#folder, "chat.db")}`];
    this.#process = spawn(program, [...options, ...this.#options], {
      stdio: ["ignore", "pipe", "inherit"],
      env: withoutSettings(process.env),
    });
    const line = await firstLine(this.#process);
    const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (!port) throw new Error(`the server printed \`${line}\``);
    this.port = Number(port);
  }

  /** SIGKILL: the server has no chance to say goodbye. */
  async kill() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

/** The variables that tell tests where things are begin as the server's settings do, and it knows none of them. */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PARLOR_")));
}

async function firstLine(child) {
  const signal = AbortSignal.timeout(START_LIMIT_MS);
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit", { signal }).then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  // Whichever comes first; the other is of no interest any more.
  ended.catch(() => {});
  const [line] = await Promise.race([once(lines, "line", { signal }), ended]);
  return line;
}
