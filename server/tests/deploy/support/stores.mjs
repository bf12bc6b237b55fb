// The one Redis and the one PostgreSQL that the nodes share.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { saysPong } from "../../support/loopback.mjs";
import { built, isRoot, onFreePort, Program } from "./program.mjs";
import { until } from "./until.mjs";

/** Starts one that keeps nothing. */
export function startRedis(folder) {
  return onFreePort(async (port) => {
    const keepNothing = ["--save", "", "--appendonly", "no", "--dir", folder];
    const program = new Program(built("PARLOR_REDIS_SERVER"), ["--port", `${port}`, "--bind", "127.0.0.1", ...keepNothing]);
    await until(async () => !program.isRunning || (await saysPong(port)), "redis-server");
    if (!program.isRunning) throw new Error(`redis-server has ended: ${program.said}`);
    return { url: `redis://127.0.0.1:${port}`, stop: () => program.stop() };
  });
}

/** Starts one with an empty database `chat`. It is reached through a socket in its folder, and takes no port. */
export async function startPostgres(folder) {
  const bin = built("PARLOR_POSTGRES_BIN");
  // It does not run as root, and its owner has to come through to its own folder.
  const owner = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const place = join(folder, "postgres");
  mkdirSync(place);
  if (isRoot) {
    chmodSync(folder, 0o755);
    execFileSync("chown", ["postgres", place]);
  }
  const asOwner = (program, args) => [...owner, join(bin, program), ...args];
  const data = join(place, "data");
  const settings = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  run(asOwner("initdb", ["-D", data, ...settings]), place);

  const durable = "-c listen_addresses= -c fsync=off -c max_connections=50".split(" ");
  const [first, ...rest] = asOwner("postgres", ["-D", data, "-k", place, ...durable]);
  // SIGQUIT ends all its processes at once.
  const program = new Program(first, rest, { end: "SIGQUIT", cwd: place });
  await until(() => !program.isRunning || isReady(bin, place), "PostgreSQL");
  if (!program.isRunning) throw new Error(`PostgreSQL has ended: ${program.said}`);
  run([join(bin, "createdb"), "-h", place, "-U", "postgres", "chat"], place);
  return { url: `postgres://postgres@/chat?host=${place}`, stop: () => program.stop() };
}

function run([program, ...args], cwd) {
  const env = { ...process.env, PGPORT: undefined };
  return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function isReady(bin, place) {
  try {
    run([join(bin, "psql"), "-h", place, "-U", "postgres", "-XAtqc", "SELECT 1"], place);
    return true;
  } catch {
    return false;
  }
}
