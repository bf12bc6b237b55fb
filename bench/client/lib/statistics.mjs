// The middle of a few figures, and how far they lie apart.

export function median(values) {
  if (!values.length) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

export function spread(values) {
  return values.length ? [Math.min(...values), Math.max(...values)] : undefined
}

/** Several batches as one. */
export function total(batches) {
  const sum = (name) => batches.reduce((sum, batch) => sum + batch[name], 0)
  return { operations: sum("operations"), millis: sum("millis") }
}

export const perSecond = ({ operations, millis }) => (operations / millis) * 1_000

/** The two by turns, so that what drifts meets both alike: A B B A, and in the next round B A A B. */
export function turns(round, a, b, times = 1) {
  const once = round % 2 ? [b, a, a, b] : [a, b, b, a]
  return Array(times).fill(once).flat()
}
