// Custom parsers, and what the built-in one refuses.

import { one, OPEN, WELCOMING } from "./words.mjs"

const ONCE = ["websocket"]

/** A parser that puts everything in one piece of JSON, behind a mark. */
function jsonParser(destroyed = () => {}) {
  class Encoder {
    encode(packet) {
      return [`#${JSON.stringify(packet)}`]
    }
  }
  class Decoder {
    listeners = []
    on(name, listener) {
      if (name == "decoded") this.listeners.push(listener)
    }
    off() {
      this.listeners = []
    }
    add(item) {
      if (!item.startsWith?.("#")) throw new Error("no mark")
      for (const listener of this.listeners) listener(JSON.parse(item.slice(1)))
    }
    destroy() {
      destroyed()
    }
  }
  return { Encoder, Decoder }
}

const MARKED = { replies: { '4#{"type":0': '4#{"type":0,"nsp":"/","data":{"sid":"socket-1"}}' } }

const REFUSED = [
  ["an unknown type", "7"],
  ["no JSON", "42[1"],
  ["an event that is an object", '42{"a":1}'],
  ["an event without anything", "42[]"],
  ["an event named by true", "42[true]"],
  ["an event of a reserved name", '42["newListener"]'],
  ["an answer that is an object", '430{"a":1}'],
  ["a DISCONNECT with a payload", '41{"a":1}'],
  ["a CONNECT with an array", "40[]"],
  ["no number of attachments", '45["a"]'],
  ["a negative number of attachments", '45-1-["a"]'],
  ["a broken number of attachments", '451.5-["a"]'],
  ["no attachments at all", '450-["a"]'],
  ["too many attachments", '4511-["a"]'],
  ["a placeholder of nothing", '451-["a",{"_placeholder":true,"num":5}]', [1]],
  ["a placeholder without a number", '451-["a",{"_placeholder":true,"num":"0"}]', [1]],
  ["text in the place of an attachment", '451-["a",{"_placeholder":true,"num":0}]', '42["b"]'],
  ["an attachment out of the blue", [1]],
]

/** Ours, where they are others: words that say what was expected, and one sentence for all that is wrong with data. */
const other = (error) => ({
  deviates: "the words are others",
  ours: { log: [["disconnect", "parse error", { error }]] },
})
const OTHER_WORDS = {
  "an unknown type": other("unknown packet type: expected a digit from 0 to 6"),
  "a placeholder of nothing": other("invalid payload"),
  "a placeholder without a number": other("invalid payload"),
}

const ACCEPTED = [
  ["an event named by a number", "42[5]"],
  ["an attachment that is used twice", '451-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', [1]],
  ["an attachment that is not used", '451-["a"]', [1]],
  ["a placeholder that says it is none", '42["a",{"_placeholder":false,"num":0}]'],
  ["an error of another namespace", '44/other,"no"'],
]

const sent = (items) => items.map((item) => (Array.isArray(item) ? new Uint8Array(item) : item.startsWith("4") ? item : `4${item}`))

export const rows = [
  {
    title: "A.16 a parser is an Encoder and a Decoder",
    script: MARKED,
    async run({ connect, once, wire, told, trace }) {
      let destroyed = 0
      const socket = connect("/", { parser: jsonParser(() => destroyed++) })
      await once(socket, "connect")
      const before = destroyed
      trace(socket, ["a"])
      socket.emit("b", { c: 1 }, () => {})
      await wire.seen("out", '4#{"type":2')
      await wire.polled()
      await wire.inject('4#{"type":2,"nsp":"/","data":["a",1]}')
      await told("a")
      socket.disconnect()
      return destroyed - before
    },
    expected: { log: [["a", 1]], result: 1 },
    wireVaries: "how far the goodbye comes is a matter of time",
  },
  {
    title: "A.16 what a parser throws is a parse error",
    script: MARKED,
    async run({ connect, once, wire, told, trace }) {
      const socket = connect("/", { parser: jsonParser(), reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      await wire.polled()
      await wire.inject('42["a"]')
      await told("disconnect")
    },
    expected: { log: [["disconnect", "parse error", { error: "no mark" }]] },
  },
  ...REFUSED.map(([name, ...items]) => ({
    ...OTHER_WORDS[name],
    title: `A.16 refused: ${name}`,
    script: WELCOMING,
    ways: ONCE,
    async run({ connect, once, wire, told, trace }) {
      const socket = connect("/", { reconnection: false })
      await once(socket, "connect")
      trace(socket, ["a", "b", "disconnect"])
      await wire.inject(...sent(items))
      await told("disconnect")
    },
  })),
  ...ACCEPTED.map(([name, ...items]) => ({
    title: `A.16 accepted: ${name}`,
    script: WELCOMING,
    ways: ONCE,
    async run({ connect, once, wire, told, trace, say }) {
      const socket = trace(connect("/", { reconnection: false }), ["connect", "disconnect", "last"])
      await told("connect")
      socket.onAny((...args) => say("any", ...args))
      await wire.inject(...sent([...items, '42["last"]']))
      await told("last")
    },
  })),
  {
    title: "A.16 a plain packet of a known shape needs no attachments",
    script: WELCOMING,
    ways: ONCE,
    async run({ connect, once, wire }) {
      const socket = connect()
      await once(socket, "connect")
      socket.emit("a")
      await wire.seen("out", '42["a"]')
    },
    expected: { wire: one(["40", '42["a"]'], [OPEN, '40{"sid":"<sid>"}']) },
  },
]
