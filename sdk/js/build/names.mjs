// Short names for what ends in `_`. esbuild makes them, and gives no name twice. The names by which the core knows its
// surroundings are the shortest, and nothing else is on the objects that have them: what only those have may stand for
// something else elsewhere. For what, gzip decides.

import { gzipSync } from "node:zlib"

/** All names with their short ones. `known` are those of the core, `sources` is all that uses names, `text` the core as
text. `compile` gives a script for names that are laid down, and the names of everything in it. */
export async function shortNames(known, sources, text, compile) {
  const { names } = await compile(known)
  const ours = Object.keys(names).filter((name) => !(name in known))
  const marks = Object.fromEntries(ours.map((name, at) => [name, `$${at}$`]))
  const { script } = await compile({ ...known, ...marks })
  // Every other piece is the number of a name.
  const pieces = script.split(/\$(\d+)\$/)
  const shorts = ours.map((name) => names[name])
  const spare = Object.keys(known).filter((name) => timesOf(name, sources) == 1).map((name) => known[name])
  const size = () => {
    const written = pieces.map((piece, place) => (place % 2 ? shorts[piece] : piece)).join("")
    return gzipSync(text + written, { level: 9, memLevel: 7 }).length
  }
  let least = size()
  for (const at of mostUsed(pieces)) {
    for (const other of spare.keys()) {
      const [short, tried] = [shorts[at], spare[other]]
      shorts[at] = tried
      const now = size()
      if (now < least) [least, spare[other]] = [now, short]
      else shorts[at] = short
    }
  }
  return { ...known, ...Object.fromEntries(ours.map((name, at) => [name, shorts[at]])) }
}

/** The numbers in the pieces, the most frequent one first. */
function mostUsed(pieces) {
  const times = new Map()
  pieces.forEach((piece, place) => place % 2 && times.set(piece, (times.get(piece) ?? 0) + 1))
  return [...times.keys()].sort((a, b) => times.get(b) - times.get(a))
}

function timesOf(name, sources) {
  return sources.match(new RegExp(`\\b${name}(?!\\w)`, "g"))?.length
}
