// Programs that a test starts and ends, each by its own id.

import { spawn } from "node:child_process";
import { userInfo } from "node:os";

import { freePort } from "../../support/loopback.mjs";

/** Everybody asks the system for free ports: between the answer and the use another may have taken it. */
const TRIES = 5;

/** What a shell does beside a program: it waits for the end of a pipe that only this process holds. */
const GUARD = 'read -r _; kill -s "$1" "$2"';

export const isRoot = userInfo().uid === 0;

/** A program that runs until it is ended, or until this process ends, however that ends. */
export class Program {
  #child;
  #guard;
  #end;
  #gone;
  isRunning = true;

  /**
   * @param {string} program
   * @param {string[]} args
   * @param {{end?: NodeJS.Signals, cwd?: string}} options `end` is the signal that ends it and all that it started
   */
  constructor(program, args, { end = "SIGKILL", cwd } = {}) {
    this.#end = end;
    /** What it said on both its outputs, for who wants to know why it ended. */
    this.said = "";
    this.#child = spawn(program, args, { env: withoutSettings(process.env), stdio: ["ignore", "pipe", "pipe"], cwd });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output.setEncoding("utf8").on("data", (text) => (this.said += text));
    }
    this.#gone = new Promise((resolve) => {
      this.#child.once("exit", resolve);
      this.#child.once("error", (error) => resolve((this.said += error.message)));
    }).then(() => {
      this.isRunning = false;
      this.#guard?.kill("SIGKILL");
    });
    if (this.#child.pid) this.#guard = guard(this.#child.pid, end);
  }

  /** Ends it, by its own signal or another, and waits until it has ended. */
  async stop(signal = this.#end) {
    if (this.isRunning) this.#child.kill(signal);
    await this.#gone;
  }
}

function guard(pid, signal) {
  const args = ["-c", GUARD, "guard", signal.replace("SIG", ""), `${pid}`];
  const shell = spawn("sh", args, { stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  shell.stdin.unref();
  shell.stdin.on("error", () => {});
  return shell;
}

/** Gives `start` a free port, and another one if it fails because that was taken. */
export async function onFreePort(start) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** An environment variable that the test command sets. */
export function built(variable) {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set: run this by \`cargo xtask test deploy\``);
  return program;
}

/** The variables that tell tests where things are begin as the server's settings do, and it knows none of them. */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PARLOR_") && name !== "PGPORT"));
}
