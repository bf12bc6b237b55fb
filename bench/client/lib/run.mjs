// All rows, round after round. In a round, ours and theirs take turns, and a ratio is taken within each round: a slow
// phase of the machine hits neighbours alike.

import { FLOOR, KIB, OURS, RECONNECTS, THEIRS } from "./rows.mjs"
import { startServers } from "./servers.mjs"
import { perSecond, total, turns } from "./statistics.mjs"

/** Before the first round each row runs once unmeasured: the compilers have seen everything then. */
const REHEARSAL = 1
/** How often the two take turns over a real WebSocket, where browser, network and server are in every figure. */
const TRIPS_TURNS = 3

export async function measure({ rows, rounds, pace }, tab, bundles, say) {
  const servers = await startServers([...new Set(rows.flatMap(({ server }) => server ?? []))])
  const results = new Map(rows.map((row) => [row.name, { figures: {}, ratios: [] }]))
  const bench = { tab, bundles, pace, urls: servers.urls, results }
  try {
    for (let round = -REHEARSAL; round < rounds; round++) {
      say(round < 0 ? "rehearsing" : `round ${round + 1} of ${rounds}`)
      // Whatever the round before left behind is not this one's.
      await tab.heapBytes()
      for (const row of rows) await measureRow(bench, row, round)
    }
  } finally {
    servers.stop()
  }
  return results
}

/** A row that failed once is not measured again. */
async function measureRow(bench, row, round) {
  const result = bench.results.get(row.name)
  if (result.failure) return
  try {
    const figures = await KINDS[row.kind](bench, row, round)
    if (round >= 0) keep(result, row, figures)
  } catch (error) {
    result.failure = error.message
  }
}

function keep({ figures, ratios }, row, measured) {
  for (const [name, figure] of Object.entries(measured)) (figures[name] ??= []).push(figure)
  if (row.of === "ratio" || row.kind === "size") ratios.push(measured[OURS] / measured[THEIRS])
}

const KINDS = { size, mocked, trips, memory }

function size({ bundles }) {
  return { [THEIRS]: bundles[THEIRS].gzip, [OURS]: bundles[OURS].gzip }
}

async function mocked({ tab, pace }, { work, payload, chunk }, round) {
  const one = (client) => tab.call("batch", { client, work, payload, chunk, warmUp: pace.warmUp, measure: pace.measure })
  const figures = await bothByTurns(one, round)
  return { ...figures, [FLOOR]: perSecond(await one(FLOOR)) }
}

async function trips({ tab, pace, urls }, { server, inFlight }, round) {
  const words = { url: urls[server], inFlight, warmUp: pace.tripsWarmUp, measure: pace.tripsMeasure }
  return bothByTurns((client) => tab.call("trips", { client, ...words }), round, TRIPS_TURNS)
}

async function bothByTurns(one, round, times) {
  const batches = { [THEIRS]: [], [OURS]: [] }
  for (const client of turns(Math.abs(round), THEIRS, OURS, times)) batches[client].push(await one(client))
  return Object.fromEntries(Object.entries(batches).map(([client, both]) => [client, perSecond(total(both))]))
}

/** Both rows of memory come from the same reconnects. */
async function memory(bench, row, round) {
  if (bench.growth?.round !== round) bench.growth = { round, ...(await growthOfBoth(bench.tab, round)) }
  return bench.growth[row.name]
}

async function growthOfBoth(tab, round) {
  const growth = { heap: {}, pages: {} }
  const [first, second] = turns(Math.abs(round), THEIRS, OURS)
  for (const client of [first, second]) {
    const { heap, pages } = await growthOf(tab, client)
    growth.heap[client] = heap
    // What is not WebAssembly has none of it.
    if (client === OURS) growth.pages[client] = pages
  }
  return growth
}

async function growthOf(tab, client) {
  // In a page of its own, after a rehearsal: what V8 compiles, and throws away, is not what a client keeps.
  await tab.reload()
  await reconnecting(tab, client)
  return reconnecting(tab, client)
}

async function reconnecting(tab, client) {
  await tab.call("startReconnecting", { client })
  const looks = []
  for (const count of RECONNECTS) {
    await tab.call("reconnectUntil", { count })
    looks.push({ heap: await tab.heapBytes(), pages: await tab.call("wasmPages") })
  }
  await tab.call("stopReconnecting")
  const [before, after] = looks
  if (client === OURS && !after.pages) throw new Error("no memory of WebAssembly was seen in the page")
  return { heap: (after.heap - before.heap) / KIB, pages: after.pages - before.pages }
}
