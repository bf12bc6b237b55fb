// Tables of Markdown that can be read as text, too, and figures for them.

/** What stands where there is nothing to say. */
export const NOTHING = "–"

/** The first columns hold words and stand to the left; the others hold numbers. */
export function table(words, headings, rows) {
  const all = [headings, ...rows]
  const widths = headings.map((_, at) => Math.max(3, ...all.map((row) => row[at].length)))
  const line = (row) => `| ${row.map((cell, at) => pad(cell, widths[at], at < words)).join(" | ")} |\n`
  const rule = widths.map((width, at) => (at < words ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")
  return `${line(headings)}|${rule}|\n${rows.map(line).join("")}`
}

function pad(cell, width, isWord) {
  return isWord ? cell.padEnd(width) : cell.padStart(width)
}

/** Three digits that count, and no more behind the point than that needs. */
export function short(value) {
  const size = Math.abs(value)
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
}

/** With a space between its thousands, and no more than four digits that count. */
export function large(value) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) - 3)
  return whole(Math.round(value / unit) * unit)
}

/** With a space between its thousands, to the last digit. */
export function whole(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ")
}
