// What is measured, what must come out, and what we want beyond it.

export const OURS = "parlor-client"
export const THEIRS = "socket.io-client"
/** No client: what JSON and strings cost by themselves. */
export const FLOOR = "floor"

export const KIB = 1024
/** Reconnects after which the heap is looked at: by the first, all is there that stays. */
export const RECONNECTS = [100, 1_000]

const PAYLOAD = { small: "50 B", medium: "2 KB" }

/** @typedef {{ least?: number, most?: number }} Bound of the ratio, or of our own figure */

/** Is ours so? */
export const holds = ({ least = -Infinity, most = Infinity }, value) => value >= least && value <= most

/** @returns {"goal" | "must" | "missed" | undefined} */
export function verdict({ must, goal }, value) {
  if (!must || value === undefined) return undefined
  if (!holds(must, value)) return "missed"
  return holds(goal, value) ? "goal" : "must"
}

function mocked(work, payload, title, how, goal) {
  return {
    kind: "mocked",
    name: `${work}-${payload}`,
    title: `${title}, ${PAYLOAD[payload]}`,
    unit: "ops/s",
    work,
    payload,
    chunk: 100,
    of: "ratio",
    must: { least: 1 },
    goal: { least: goal },
    how,
  }
}

/** The same with a checkpoint after each operation. No bound: to see what the chunk does to the figures. */
function alone(row) {
  return {
    ...row,
    name: `${row.name}-alone`,
    title: `the same, one at a time`,
    chunk: 1,
    must: undefined,
    goal: undefined,
    how: "A checkpoint for microtasks after each one. It is in the figures, and weighs more than with 100: see the floor.",
  }
}

function trips(server, inFlight, title) {
  return {
    kind: "trips",
    name: `trips-${inFlight}-${server}`,
    title,
    unit: "trips/s",
    server,
    inFlight,
    of: "ratio",
    must: { least: 0.95 },
    goal: { least: 1.1 },
    how: TRIPS_HOW[server],
  }
}

const TRIPS_HOW = {
  node:
    "A real WebSocket, to npm `socket.io` on Node in a process of its own (`bench/peers/node`), which answers the event " +
    "`echo` with its text of 50 bytes. Each answer asks the next question, and is compared with its own.",
  parlor: "The same, to this tree's server (`bench/fixtures/parlor.rs`, a release build).",
}

const EMIT =
  "`socket.emit` of an object, with the whole client between it and the mock's `send`, which looks for the object's number " +
  "at the end of the frame: frames that are ropes must be put together for that, as for a real one."
const RECEIVE = "The mock calls `onmessage` with a text in one piece; it counts when the listener of `socket.on` has it."
const ASK =
  "`socket.emit` with an object and a function, 100 of them; the mock takes the number out of each frame and answers with " +
  "the same object, when all 100 are there. It counts when the function has it, and it is its own."

const EMIT_SMALL = mocked("emit", "small", "emit", EMIT, 2)
const EMIT_MEDIUM = mocked("emit", "medium", "emit", EMIT, 1.2)
const RECEIVE_SMALL = mocked("receive", "small", "receive to listener", RECEIVE, 2)
const RECEIVE_MEDIUM = mocked("receive", "medium", "receive to listener", RECEIVE, 1.1)
const ASK_SMALL = mocked("ask", "small", "emit with ack and its answer", ASK, 1.3)
const ASK_MEDIUM = mocked("ask", "medium", "emit with ack and its answer", ASK, 1.1)

export const ROWS = [
  {
    kind: "size",
    name: "size",
    title: "everything a page downloads, gzip -9",
    unit: "bytes",
    of: "own",
    must: { most: 13_000 },
    goal: { most: 10_500 },
    how:
      "Each package installed from its tarball; `export { io } from` it, bundled by esbuild with the same settings: minified, " +
      "ESM, for browsers, ES2022. These bundles are what the page runs; a page that asks for anything else fails.",
  },
  ...[EMIT_SMALL, EMIT_MEDIUM, RECEIVE_SMALL, RECEIVE_MEDIUM, ASK_SMALL, ASK_MEDIUM].flatMap((row) => [row, alone(row)]),
  trips("node", 1, "emit → ack round trips, 1 in flight, npm socket.io"),
  trips("node", 64, "the same, 64 in flight"),
  trips("parlor", 1, "emit → ack round trips, 1 in flight, parlor-server"),
  trips("parlor", 64, "the same, 64 in flight"),
  {
    kind: "memory",
    name: "heap",
    title: "JS heap growth from reconnect 100 to 1 000",
    unit: "KiB",
    of: "own",
    must: { most: 64 },
    goal: { most: 64 },
    how:
      "On mocks: an event comes, a question is asked and answered, the connection is cut, and so on with a " +
      "`reconnectionDelay` of 1 ms. After reconnect 100 and 1 000 the garbage is collected (DevTools protocol), several " +
      "times and with tasks between, and the heap in use is read; in a page of its own, after one such run that is not measured. Machine code that V8 makes meanwhile counts too, so that " +
      "it may shrink.",
  },
  {
    kind: "memory",
    name: "pages",
    title: "pages of WebAssembly, growth from reconnect 100 to 1 000",
    unit: "pages",
    of: "own",
    must: { most: 0 },
    goal: { most: 0 },
    how: "The memories of all instances that were made in the page, looked at with the heap.",
  },
]
