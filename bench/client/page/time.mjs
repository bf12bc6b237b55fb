// Tasks of the event loop, and waiting for what only takes turns of it.

/** Turns without a task between them. What is not done then is waited for in tasks. */
const MAX_MICROTASKS = 50
/** Longer than any of this takes on a machine that does something else, and short enough to say that something is lost. */
const MAX_WAIT_MS = 5_000

const { port1, port2 } = new MessageChannel()
let waiting = []
port1.onmessage = () => {
  const resolved = waiting
  waiting = []
  for (const resolve of resolved) resolve()
}

/** Resolves in another task. Not a timer: browsers make those wait for 4 ms once they are nested. */
export function task() {
  return new Promise((resolve) => {
    waiting.push(resolve)
    port2.postMessage(null)
  })
}

/** One checkpoint for microtasks, and further ones until it is done. */
export async function drain(isDone, missing) {
  for (let turn = 0; turn < MAX_MICROTASKS; turn++) {
    await null
    if (isDone()) return
  }
  const end = performance.now() + MAX_WAIT_MS
  while (!isDone()) {
    if (performance.now() > end) throw new Error(missing())
    await task()
  }
}

/** The promise, unless it takes too long. */
export function within(promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${MAX_WAIT_MS} ms`)), MAX_WAIT_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
