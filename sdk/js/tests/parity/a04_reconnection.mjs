// Reconnection and its backoff.

import { goodbye, shutDetails, WELCOMING } from "./words.mjs"

const EVENTS = ["reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect", "open", "error", "close"]
const ONCE = ["websocket"]

/** The waits that are asked for in a run, by a clock that waits for none of them. */
async function waits(kit, options, attempts) {
  const { connect, wire, told, trace } = kit
  const asked = []
  const { setTimeout: real } = globalThis
  const clocks = [Date, performance].map((clock) => [clock, clock.now.bind(clock)])
  let ahead = 0
  await wire.answer({ status: 503, times: Infinity })
  for (const [clock, now] of clocks) clock.now = () => now() + ahead
  globalThis.setTimeout = (call, millis, ...args) => {
    if (!(millis >= 500)) return real(call, millis, ...args)
    // A timer may be set by what is left until a moment.
    asked.push(Math.round(millis / 10) * 10)
    return real(() => {
      ahead += millis
      call(...args)
    }, 0)
  }
  try {
    const socket = connect("/", { timeout: false, reconnectionDelay: undefined, reconnectionDelayMax: undefined, reconnectionAttempts: attempts, ...options })
    trace(socket.io, ["reconnect_failed"])
    await told("reconnect_failed")
  } finally {
    globalThis.setTimeout = real
    for (const [clock, now] of clocks) clock.now = now
  }
  return asked
}

export const rows = [
  {
    title: "A.4 waits double up to the longest",
    ways: ONCE,
    fresh: true,
    run: (kit) => waits(kit, {}, 5),
    expected: { result: [1000, 2000, 4000, 5000, 5000] },
  },
  {
    title: "A.4 waits are spread by the factor, and the longest bounds them after that",
    ways: ONCE,
    fresh: true,
    async run(kit) {
      const asked = await waits(kit, { reconnectionDelay: 4000, reconnectionDelayMax: 6000, randomizationFactor: 0.5 }, 4)
      const within = (least, most) => (millis) => millis >= least && millis <= most && Number.isInteger(millis)
      return [within(2000, 6000)(asked[0]), asked.slice(1).every(within(4000, 6000)), asked.length]
    },
    expected: { result: [true, true, 4] },
  },
  {
    title: "A.4 each attempt is told, then how it failed, and every active socket hears of it",
    async run({ connect, trace, told, wire }) {
      await wire.answer({ status: 503, times: 3 })
      const socket = trace(connect(), ["connect", "connect_error"])
      trace(connect("/custom"), ["connect_error"], "custom")
      trace(socket.io, EVENTS, "manager")
      await told("connect")
      await told("manager reconnect")
    },
  },
  {
    title: "A.4 after the last attempt connect begins anew",
    async run({ connect, trace, told, wire }) {
      await wire.answer({ status: 503, times: 4 })
      const socket = trace(connect("/", { reconnectionAttempts: 1 }), ["connect"])
      trace(socket.io, ["reconnect_attempt", "reconnect_failed", "reconnect"])
      await told("reconnect_failed")
      socket.connect()
      await told("reconnect_failed", 2)
      socket.connect()
      await told("connect")
    },
  },
  {
    title: "A.4 an attempt may be called off by whoever hears of it",
    async run({ connect, trace, wire, told }) {
      await wire.answer({ status: 503 })
      const socket = trace(connect(), ["connect"])
      trace(socket.io, EVENTS)
      socket.io.on("reconnect_attempt", () => socket.disconnect())
      await told("reconnect_attempt")
      await wire.goneSilent()
      return socket.active
    },
    expected: { result: false },
  },
  {
    title: "A.4 after an unexpected end the first wait is the shortest again",
    ways: ONCE,
    script: WELCOMING,
    async run({ connect, trace, wire, told, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket.io, ["reconnect_attempt", "reconnect"])
      for (const round of [1, 2]) {
        await wire.shut()
        await told("reconnect", round)
        await wire.seen("in", "40", round + 1)
      }
    },
    expected: { log: [["reconnect_attempt", 1], ["reconnect", 1], ["reconnect_attempt", 1], ["reconnect", 1]] },
  },
  {
    title: "A.4 nothing is tried again after the last socket has said goodbye",
    async run({ connect, trace, wire, once }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket.io, EVENTS)
      socket.disconnect()
      await wire.ended()
    },
    expected: { log: [["close", "forced close"]], wire: (way) => [{ out: ["40", "41", goodbye(way)] }] },
  },
  {
    title: "A.4 nothing is tried again after the server has sent the last socket away",
    async run({ connect, trace, wire, once, told }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      trace(socket.io, EVENTS, "manager")
      socket.emit("kick")
      await told("disconnect")
      await wire.ended()
    },
    expected: { wire: (way) => [{ out: ["40", '42["kick"]', goodbye(way)] }] },
  },
  {
    title: "A.4 nothing is tried again after the last socket was refused",
    async run({ connect, trace, wire, told }) {
      const socket = trace(connect("/nowhere"), ["connect_error"])
      trace(socket.io, EVENTS, "manager")
      await told("connect_error")
      await wire.ended()
      return socket.active
    },
    expected: { result: false, wire: (way) => [{ out: ["40/nowhere,", goodbye(way)] }] },
  },
  {
    title: "A.4 connect during a wait joins it",
    async run({ connect, trace, told, wire, once }) {
      const socket = connect("/", { reconnectionDelay: 150, reconnectionDelayMax: 150 })
      await once(socket, "connect")
      const other = connect("/custom")
      await once(other, "connect")
      other.disconnect()
      trace(socket, ["disconnect"])
      trace(socket.io, ["reconnect_attempt", "open"])
      const both = Promise.all([once(socket, "connect"), once(other, "connect")])
      await wire.goneSilent()
      await wire.shut()
      await told("disconnect")
      other.connect()
      await both
    },
    expected: {
      log: (way) => [["disconnect", "transport close", shutDetails(way)], ["reconnect_attempt", 1], ["open"]],
      wire: [{ out: ["40", "40/custom,", "41/custom,"] }, { out: ["40", "40/custom,"] }],
    },
  },
]
