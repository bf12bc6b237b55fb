// What is computed from the figures.

import assert from "node:assert/strict"
import { test } from "node:test"
import { median, perSecond, spread, total, turns } from "./lib/statistics.mjs"

test("the median is the middle, or between the two", () => {
  assert.equal(median([5, 100, 1]), 5)
  assert.equal(median([4, 1, 2, 100]), 3)
  assert.equal(median([10, 9, 100]), 10)
  assert.equal(median([]), undefined)
})

test("the spread is the lowest and the highest", () => {
  assert.deepEqual(spread([5, 10, 9]), [5, 10])
  assert.equal(spread([]), undefined)
})

test("two batches count by their time, not by their number", () => {
  const both = total([
    { operations: 100, millis: 10 },
    { operations: 100, millis: 90 },
  ])
  assert.equal(perSecond(both), 2_000)
})

test("each takes both the outer and the inner turns, and both begin", () => {
  assert.deepEqual(turns(0, "a", "b"), ["a", "b", "b", "a"])
  assert.deepEqual(turns(1, "a", "b"), ["b", "a", "a", "b"])
  assert.deepEqual(turns(0, "a", "b", 2), ["a", "b", "b", "a", "a", "b", "b", "a"])
})
