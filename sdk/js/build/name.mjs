// A file of WebAssembly that is hosted apart gets old apart: it carries the name of its build, and the script that
// loads it looks for that.

import { createHash } from "node:crypto"

/** The core with an empty section of that name behind it. */
export function nameBuild(bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16)
  const name = `parlor-client ${hash}`
  // A section for whoever wants it, id 0: the size of the rest, the size of the name, the name. Both fit a byte.
  const section = Buffer.from([0, name.length + 1, name.length, ...Buffer.from(name)])
  return { name, bytes: Buffer.concat([bytes, section]) }
}
