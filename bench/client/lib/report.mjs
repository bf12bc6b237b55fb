// The report: what was measured, what of it had to hold, and how it was measured.

import { FLOOR, OURS, ROWS, THEIRS, verdict } from "./rows.mjs"
import { median, spread } from "./statistics.mjs"
import { NOTHING, large, short, table, whole } from "./table.mjs"

const FAILED = "failed"
const CLIENTS = [THEIRS, OURS]

const INTRODUCTION = `\
# Our npm package beside socket.io-client

Written by \`cargo xtask bench client --write\`: do not edit it.

Both packages run in one page of a headless Chromium, as the bundles whose size is the first row. Nothing else listens
in the page: a driver of browsers would hear of every frame, and cost more than it. Every figure is the median over
the rounds. In a round the two take turns, row by row: A B B A, in the next round B A A B, each on a fresh connection;
for the round trips three times so, in shorter batches, because they are at the mercy of three processes. The ratio of
speeds is ours to theirs, so that more is better; of sizes too, where less is. It is taken within each round and is
the median of those, because a slow phase of the machine hits neighbours alike; so it need not be the ratio of the
medians.
`

const COST = `\
## What an operation takes

In ns, and the lowest and the highest of all rounds; the last column is that of the ratio. The floor is no client: it
is \`JSON.parse\` and \`JSON.stringify\`, the text around them, and what measuring costs, which is in everybody's
figures and pulls every ratio towards 1. It was measured once in each round. Where the ratio's lowest and highest lie
on both sides of a bound, its verdict is a matter of luck.
`

const GROWTH = `\
## What stays after reconnecting

Growth from reconnect 100 to 1 000, the lowest and the highest of all rounds.
`

const SIZES = `\
## What a page downloads

In bytes. Ours has its WebAssembly in it, as text.
`

const HOW = `\
## How each row is measured

A mock is a class in the place of \`WebSocket\`: it answers the handshake of Engine.IO and the CONNECT of Socket.IO,
and behind it is no network. On it, 100 operations are done at once, as in one task; then microtasks are let run until
all of it has arrived on the other side, for socket.io-client sends what waits, and tells its listeners, in
microtasks. After 2 000 operations there is a task of its own and a look at the clock. Each batch is run until its
time is over, and its payloads are 256 different objects by turns.

Everything is counted: before it is measured, each batch sends every payload once, and what arrives is compared as a
whole; then a sum over their numbers, which depends on their order, says whether anything was lost, doubled or out of
order. A batch in which something was fails, its cells say so, and so does the command that wrote this, at its end.
`

const NOT_SHOWN = `\
## What this does not show

* Other browsers, phones, and pages that do something else meanwhile. V8 compiles what runs so often as here; a page
  that emits once a second runs slower code, of either client.
* What a real WebSocket costs: on a mock \`send\` is nearly free, and beside a real one the differences of the first
  rows are small. The round trips show that; there, server and browser share the machine, and it is mostly they who
  are measured.
* HTTP polling, binary attachments, namespaces, starting up: no row has them.
* How long compiling the WebAssembly takes, inside the first \`io()\`.
`

/** All of it, as Markdown. */
export function markdown({ rows, results, bundles, facts }) {
  const measured = rows.map((row) => ({ row, result: results.get(row.name) }))
  const parts = [`${INTRODUCTION}\n${summary(measured)}\n${missedLine(measured)}`]
  const costs = measured.filter(({ row }) => row.of === "ratio")
  if (costs.length) parts.push(`${COST}\n${costTable(costs)}`)
  const growths = measured.filter(({ row }) => row.kind === "memory")
  if (growths.length) parts.push(`${GROWTH}\n${growthTable(growths)}`)
  parts.push(`${SIZES}\n${sizeTable(bundles)}`, `## What ran\n\n${facts}`, `${HOW}\n${how(rows)}`, NOT_SHOWN)
  return parts.join("\n")
}

/** The rows whose bounds do not hold, in words. */
export function missed(measured) {
  return measured
    .filter(({ row, result }) => verdict(row, judged(row, result)) === "missed")
    .map(({ row, result }) => `${row.name}: ${(row.of === "ratio" ? short : writing(row))(judged(row, result))}, must be ${bound(row, row.must)}`)
}

/** The rows that could not be measured, and why. */
export function failures(measured) {
  return measured.filter(({ result }) => result.failure).map(({ row, result }) => `${row.name}: ${result.failure}`)
}

function missedLine(measured) {
  const lines = [...failures(measured).map((line) => `Failed: ${line}`), ...missed(measured).map((line) => `Missed: ${line}`)]
  return lines.length ? `${lines.map((line) => `* ${line}.`).join("\n")}\n` : "Nothing that must hold is missed.\n"
}

/** What the bounds are about: the ratio, or our own figure. */
function judged(row, { failure, ratios, figures }) {
  return failure ? undefined : median(row.of === "ratio" ? ratios : (figures[OURS] ?? []))
}

function summary(measured) {
  const headings = ["row", "unit", ...CLIENTS, "ratio", "must", "goal", "met"]
  return table(2, headings, measured.map(({ row, result }) => [
    row.title,
    row.unit,
    ...CLIENTS.map((client) => cell(row, result, client)),
    orNothing(result.failure ? undefined : median(result.ratios), short),
    bound(row, row.must),
    bound(row, row.goal),
    met(row, result),
  ]))
}

function cell(row, { failure, figures }, client) {
  if (failure) return FAILED
  return orNothing(median(figures[client] ?? []), writing(row))
}

/** How this row's figures are written. */
function writing({ kind, name }) {
  if (kind === "size" || name === "pages") return whole
  return kind === "memory" ? short : large
}

function met(row, result) {
  if (result.failure) return FAILED
  return { goal: "the goal", must: "what must hold", missed: "missed" }[verdict(row, judged(row, result))] ?? NOTHING
}

function bound(row, limit) {
  if (!limit) return NOTHING
  const write = row.kind === "size" ? whole : String
  return limit.least === undefined ? `≤ ${write(limit.most)}` : `≥ ${write(limit.least)}`
}

const NANOS = 1e9

function costTable(measured) {
  const headings = ["row", FLOOR, ...CLIENTS, "ratio"]
  return table(1, headings, measured.map(({ row, result: { figures, ratios } }) => [
    row.title,
    ...[FLOOR, ...CLIENTS].map((client) => range((figures[client] ?? []).map((figure) => NANOS / figure), large)),
    range(ratios, short),
  ]))
}

function growthTable(measured) {
  return table(2, ["row", "unit", ...CLIENTS], measured.map(({ row, result: { figures } }) => [
    row.title,
    row.unit,
    ...CLIENTS.map((client) => range(figures[client] ?? [], writing(row))),
  ]))
}

function sizeTable(bundles) {
  return table(1, ["package", "minified", "gzip -9", "brotli"], CLIENTS.map((client) => {
    const { minified, gzip, brotli } = bundles[client]
    return [client, whole(minified), whole(gzip), whole(brotli)]
  }))
}

/** `middle (lowest … highest)` */
function range(values, write) {
  const ends = spread(values)
  return ends ? `${write(median(values))} (${ends.map(write).join(" … ")})` : NOTHING
}

function orNothing(value, write) {
  return value === undefined ? NOTHING : write(value)
}

/** What is measured like the row before it is told once. */
function how(rows) {
  const told = rows.filter((row, at) => rows.findIndex(({ how }) => how === row.how) === at)
  return `${told.map((row) => `* **${row.title}** (\`${row.name}\`). ${row.how}`).join("\n")}\n`
}
