// Everything in the page that the program outside calls. The clients come last: they find the page as it is measured.

import * as floor from "./floor.mjs"
import { add } from "./clients.mjs"
import { batch } from "./batch.mjs"
import { reconnectUntil, startReconnecting, stopReconnecting, wasmPages } from "./memory.mjs"
import { sizes } from "./payloads.mjs"
import { trips } from "./trips.mjs"
import "./wire.mjs"

const bench = { batch, reconnectUntil, startReconnecting, stopReconnecting, sizes, trips, wasmPages }

export async function open(clients) {
  add("floor", floor)
  for (const name of clients) add(name, await import(`/clients/${name}.mjs`))
  globalThis.bench = bench
}
