// What is to be measured, in the words of the command line.

import { ROWS } from "./rows.mjs"

const USAGE = "cargo xtask bench client [--quick] [--rounds N] [--write] [ROW...]"

const ROUNDS = 7
/** In milliseconds. Chromium's clock goes in steps of 0.1: a batch is a thousand of them. */
const PACE = { warmUp: 100, measure: 150, tripsWarmUp: 100, tripsMeasure: 300 }
/** To look whether something runs at all, and about what it costs. */
const QUICK = { warmUp: 50, measure: 50, tripsWarmUp: 100, tripsMeasure: 100 }

export function read(words) {
  const read = { rounds: undefined, pace: PACE, write: false, rows: [] }
  const rest = [...words]
  while (rest.length) {
    const word = rest.shift()
    if (word === "--quick") read.pace = QUICK
    else if (word === "--write") read.write = true
    else if (word === "--rounds") read.rounds = count(rest.shift())
    else read.rows.push(named(word))
  }
  if (read.write && read.rows.length) throw new Error("--write writes the whole report: it takes no ROW")
  read.rounds ??= read.pace === QUICK ? 1 : ROUNDS
  // In the table's order, whatever was asked first.
  read.rows = read.rows.length ? ROWS.filter((row) => read.rows.includes(row)) : ROWS
  return read
}

function count(word) {
  if (!/^[1-9]\d{0,2}$/.test(word ?? "")) throw new Error("--rounds wants a number behind it, from 1 to 999")
  return Number(word)
}

function named(word) {
  const row = ROWS.find(({ name }) => name === word)
  if (!row) throw new Error(`\`${word}\` says nothing here: ${USAGE}\n  ROW is one of ${ROWS.map(({ name }) => name).join(", ")}`)
  return row
}
