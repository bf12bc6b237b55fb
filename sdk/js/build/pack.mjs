// Bytes as printable ASCII in which the common ones are one character each: gzip sees the bytes through it, as it does
// not through base64, and no minifier or server can harm it. A printable byte is its own character, so that gzip finds the
// words of the code in the script around it as well.
//
// A text begins with its stand-ins: characters that mean something else than themselves. The first are the control
// characters, in order. The others are leads: the n-th moves what follows it by n steps, and bytes are counted in circles.

import { gzipSync } from "node:zlib"

const CONTROLS = 0x20
const LEADS = 5
const STEP = 72

/** The cost of a byte that cannot be written: more than any file has. */
const UNUSABLE = 1e9

/** Printable, without those that mean something in scripts and pages. */
const CHARACTERS = Array.from({ length: 0x7f - CONTROLS }, (_, at) => String.fromCharCode(CONTROLS + at)).filter(
  (char) => !`"\\<`.includes(char),
)

/** The text for the bytes, with those stand-ins with which gzip makes least of it and the script that it is put into. */
export function pack(bytes, script) {
  let best = rarest(bytes)
  let least = cost(bytes, best, script)
  for (let at = 0; at < best.length; at++) {
    for (const char of CHARACTERS) {
      const tried = exchange(best, at, char)
      const size = cost(bytes, tried, script)
      if (size < least) [best, least] = [tried, size]
    }
  }
  if (least >= UNUSABLE) throw new Error("some bytes cannot be packed: another STEP may do")
  return write(bytes, best)
}

/** What gzip makes of it; far more when there are bytes that cannot be written, and the more the more there are. */
function cost(bytes, standIns, script) {
  const codes = codesOf(standIns)
  const missing = new Set(bytes.filter((byte) => !codes.has(byte))).size
  // With less memory than usual Node's zlib is nearer to others.
  return missing ? missing * UNUSABLE : gzipSync(write(bytes, standIns) + script, { level: 9, memLevel: 7 }).length
}

/** Characters that are hardly missed as themselves. */
function rarest(bytes) {
  const counts = new Map(CHARACTERS.map((char) => [char, 0]))
  for (const char of String.fromCharCode(...bytes)) if (counts.has(char)) counts.set(char, counts.get(char) + 1)
  const sorted = CHARACTERS.toSorted((a, b) => counts.get(a) - counts.get(b))
  return sorted.slice(0, CONTROLS + LEADS).join("")
}

/** The stand-ins with that one at that place; where it was one already, the two change places. */
function exchange(standIns, at, char) {
  const chars = [...standIns]
  const from = chars.indexOf(char)
  if (from >= 0) chars[from] = chars[at]
  chars[at] = char
  return chars.join("")
}

function write(bytes, standIns) {
  const codes = codesOf(standIns)
  return standIns + Array.from(bytes, (byte) => codes.get(byte)).join("")
}

/** What stands for each byte. */
function codesOf(standIns) {
  const codes = new Map()
  for (const [steps, lead] of ["", ...standIns.slice(CONTROLS)].entries()) {
    for (const char of CHARACTERS) {
      const at = standIns.indexOf(char)
      const byte = ((at < 0 ? char.charCodeAt() : at) + steps * STEP) & 0xff
      if (at < CONTROLS && !codes.has(byte)) codes.set(byte, lead + char)
    }
  }
  return codes
}

/** The other way, as source to be put behind a text. */
export const UNPACK = `
  const standIns = text.slice(0, ${CONTROLS + LEADS})
  const bytes = []
  let moved = 0
  for (const char of text.slice(${CONTROLS + LEADS})) {
    const at = standIns.indexOf(char)
    if (at < ${CONTROLS}) {
      bytes.push((at < 0 ? char.charCodeAt() : at) + moved)
      moved = 0
    } else moved = (at - ${CONTROLS - 1}) * ${STEP}
  }
  return new Uint8Array(bytes)`
