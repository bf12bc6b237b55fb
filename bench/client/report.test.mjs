// What is asked for, and what is told about it.

import assert from "node:assert/strict"
import { test } from "node:test"
import { read } from "./lib/arguments.mjs"
import { failures, markdown, missed } from "./lib/report.mjs"
import { OURS, ROWS, THEIRS, verdict } from "./lib/rows.mjs"
import { large, short, table, whole } from "./lib/table.mjs"

const named = (name) => ROWS.find((row) => row.name === name)

function report(entries) {
  const rows = entries.map(([name]) => named(name))
  const results = new Map(entries)
  const size = { minified: 40_000, gzip: 13_000, brotli: 12_000 }
  return markdown({ rows, results, bundles: { [THEIRS]: size, [OURS]: size }, facts: "" })
}

const result = (theirs, ours, ratios) => ({ figures: { [THEIRS]: theirs, [OURS]: ours }, ratios })

test("nothing said is everything, seven times", () => {
  const { rounds, rows, write } = read([])
  assert.deepEqual([rounds, rows.length, write], [7, ROWS.length, false])
  assert.ok(read(["--write"]).write)
})

test("words choose what runs and how often", () => {
  const some = read(["heap", "--quick", "size"])
  assert.deepEqual(some.rows.map(({ name }) => name), ["size", "heap"])
  assert.equal(some.rounds, 1)
  assert.equal(read(["--rounds", "3", "--quick"]).rounds, 3)
})

test("words that say nothing are refused with those that do", () => {
  assert.throws(() => read(["emit"]), /`emit` says nothing here.*\n.*size, emit-small/)
  for (const words of [["--rounds"], ["--rounds", "0"], ["--rounds", "x"]]) assert.throws(() => read(words), /--rounds wants/)
  assert.throws(() => read(["--write", "size"]), /--write writes the whole report/)
})

test("row names are used once", () => {
  assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length)
})

test("more is better for a speed, less for a size", () => {
  const of = (name, values) => values.map((value) => verdict(named(name), value))
  assert.deepEqual(of("emit-small", [0.99, 1, 1.99, 2]), ["missed", "must", "must", "goal"])
  assert.deepEqual(of("size", [13_001, 13_000, 10_500]), ["missed", "must", "goal"])
  assert.deepEqual(of("trips-64-node", [0.94, 0.95, 1.1]), ["missed", "must", "goal"])
  assert.deepEqual(of("pages", [1, 0]), ["missed", "goal"])
  assert.deepEqual(of("heap", [64.1, 64, -3, undefined]), ["missed", "goal", "goal", undefined])
  assert.equal(verdict(named("emit-small-alone"), 0.1), undefined)
})

test("the ratio is the median of the rounds' ratios, not the ratio of the medians", () => {
  const text = report([["emit-medium", result([100_000, 200_000, 400_000], [300_000, 300_000, 300_000], [3, 1.5, 0.75])]])
  const line = text.split("\n").find((line) => line.startsWith("| emit"))
  assert.equal(line, "| emit, 2 KB | ops/s |          200 000 |       300 000 |  1.50 |  ≥ 1 | ≥ 1.2 | the goal |")
  assert.ok(text.includes("| 5 000 (2 500 … 10 000) | 3 333 (3 333 … 3 333) | 1.50 (0.75 … 3.00) |"), text)
  assert.ok(text.includes("Nothing that must hold is missed."), text)
})

test("what is missed is said below the table", () => {
  const entries = [
    ["size", result([13_025], [25_276], [1.94])],
    ["ask-small", result([1], [1], [0.5])],
    ["heap", result([5], [5], [])],
  ]
  const text = report(entries)
  for (const line of ["size: 25 276, must be ≤ 13 000", "ask-small: 0.50, must be ≥ 1"]) {
    assert.ok(text.includes(`* Missed: ${line}.\n`), text)
  }
  assert.equal(missed(entries.map(([name, result]) => ({ row: named(name), result }))).length, 2)
})

test("a row that failed has no figures and no verdict", () => {
  const failed = { ...result([1], [1], [3]), failure: "99 of 100 arrived" }
  const text = report([["emit-small", failed]])
  assert.match(text, /\| emit, 50 B \| ops\/s \| +failed \| +failed \| +– \| .*\| failed \|/)
  assert.ok(text.includes("* Failed: emit-small: 99 of 100 arrived."), text)
  assert.deepEqual(failures([{ row: named("emit-small"), result: failed }]), ["emit-small: 99 of 100 arrived"])
})

test("columns are as wide as what is in them", () => {
  const expected = ["| row  |   ns |", "|------|-----:|", "| acks | 1.25 |", "| a    |    3 |", ""].join("\n")
  assert.equal(table(1, ["row", "ns"], [["acks", "1.25"], ["a", "3"]]), expected)
})

test("numbers are short", () => {
  assert.deepEqual([0, 9.994, 9.996, 99.96, -3.2].map(short), ["0.00", "9.99", "10.0", "100", "-3.20"])
  assert.deepEqual([999, 1_286_432, 64_449].map(large), ["999", "1 286 000", "64 450"])
  assert.deepEqual([13_025, 7, 1_234_567].map(whole), ["13 025", "7", "1 234 567"])
})
