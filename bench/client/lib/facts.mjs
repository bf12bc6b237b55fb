// What ran, and where.

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { cpus, release, totalmem } from "node:os"
import { table } from "./table.mjs"

const UNKNOWN = "unknown"
const GIB = 1024 ** 3

export function facts({ rounds, pace }, { version }, payloads) {
  const { dependencies } = JSON.parse(read("../package.json"))
  const node = JSON.parse(read("../../peers/node/package.json")).dependencies
  return table(2, ["what ran", ""], [
    ["date", new Date().toISOString().slice(0, 10)],
    ["processor", `${cpus()[0]?.model ?? UNKNOWN}, ${cpus().length} cores`],
    ["memory", `${(totalmem() / GIB).toFixed(1)} GiB`],
    ["kernel", release()],
    ["parlor-client", commit()],
    ["socket.io-client", dependencies["socket.io-client"]],
    ["browser", `Chromium ${version}, headless`],
    ["esbuild", dependencies.esbuild],
    ["server of the trips", `socket.io ${node["socket.io"]} on Node ${process.version}; parlor-server of this tree`],
    ["payloads", `${payloads.small} and ${payloads.medium} bytes of JSON`],
    ["rounds", String(rounds)],
    ["batches", `${pace.warmUp} ms to warm up, ${pace.measure} ms measured; trips ${pace.tripsWarmUp} and ${pace.tripsMeasure} ms`],
  ])
}

function read(path) {
  return readFileSync(new URL(path, import.meta.url), "utf8")
}

/** The commit, with a `+` if the tree is not as it was committed. */
function commit() {
  try {
    const git = (...words) => String(execFileSync("git", words)).trim()
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") ? "+" : "")
  } catch {
    return UNKNOWN
  }
}
