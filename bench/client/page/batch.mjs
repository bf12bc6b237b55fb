// One batch: a load on a fresh connection, in chunks, for as long as the clock needs.

import { connect } from "./clients.mjs"
import { load } from "./loads.mjs"
import { task } from "./time.mjs"

/** After so many operations there is a task of its own, and a look at the clock: in a page nothing runs in one task for
 *  ever, and both are too dear for each operation. */
const PER_TASK = 2_000

/** @returns {{ operations: number, millis: number }} */
export async function batch({ client, work, payload, chunk, warmUp, measure }) {
  const connected = await connect(client)
  const running = load(work, connected, payload)
  await running.prove()
  await run(running, chunk, warmUp)
  const figures = await run(running, chunk, measure)
  running.settle()
  // Saying goodbye is none of it.
  connected.wire.hear = () => {}
  connected.socket.disconnect()
  return figures
}

async function run(running, chunk, millis) {
  await task()
  const start = performance.now()
  let operations = 0
  let elapsed = 0
  while (elapsed < millis) {
    for (let done = 0; done < PER_TASK; done += chunk) await running.chunk(chunk)
    operations += PER_TASK
    await task()
    elapsed = performance.now() - start
  }
  return { operations, millis: elapsed }
}
