// What the core asks of JavaScript; `host.rs` is the other side. None of these calls back into the core, and none
// calls a listener of the user: what there is to tell is kept in the connection's queue until the core has been left.
// What could run code of theirs otherwise, such as a `WebSocket` class in the place of the browser's own, waits for that as
// well (`outside_`). The build gives each the name by which the core imports it.

import { current } from "./connection.mjs"
import { failure, hintOf } from "./error.mjs"
import { transportNames } from "./transport.mjs"
import { CLOSE, EVENTS, OPEN, REASONS, WHY } from "./words.mjs"

let skew = 0
let last = 0
let websocketWorks = 0

export const host = {
  /** The wall clock counts while a laptop sleeps; when somebody sets it back, time goes on from where it was. */
  now_() {
    const now = Date.now()
    if (now + skew < last) skew = last - now
    return (last = now + skew)
  },

  random_: Math.random,

  wake_(millis) {
    current.wake_(millis)
  },

  open_(id, kind, joins) {
    current.openTransport_(id, transportNames[kind], joins)
  },

  poll_(id) {
    current.transports_.get(id).poll_()
  },

  pong_(id) {
    const { engine_ } = current.transports_.get(id)
    engine_.waiting_.push({ data_: "3" })
    if (engine_.listeners_.size) current.queue_.push(() => engine_.create_("3"))
  },

  write_: (id) => current.transports_.get(id).writeWaiting_(),

  control_(id, upgrade) {
    const transport = current.transports_.get(id)
    transport.write_(upgrade ? "5" : "2probe")
    transport.flush_()
  },

  close_(id, farewell) {
    current.closeTransport_(id, farewell)
  },

  remember_(works) {
    if (works >= 0) websocketWorks = works
    return current.options_.rememberUpgrade ? websocketWorks : 0
  },

  tell_(at, number, value, why) {
    const event = EVENTS[number]
    const { engine_, manager_, sockets_, queue_, broken_ } = current
    // It follows every write.
    if (event == "drain" && !engine_.hasListeners(event)) return
    const values = []
    if (value) values.push(number < CLOSE ? value : REASONS[value])
    if (why) values.push(explained(why))
    if (broken_ && values[0] == "parse error") values.push(broken_)
    const listener = sockets_[at] ?? (number < OPEN ? engine_ : manager_)
    queue_.push(() => listener.told_(event, ...values))
  },
}

/** What else there is to say, with what a transport has seen of it. */
function explained(why) {
  const [message, code] = WHY[why]
  const { cause_ } = current
  if (!code) return { ...cause_, description: message }
  const error = failure(message, code)
  if (code == "ERR_BAD_SERVER") error.hint = hintOf("other")
  if (code == "ERR_TRANSPORT") Object.assign(error, { type: "TransportError" }, cause_)
  if (code == "ERR_UPGRADE") {
    // In the words of engine.io-client.
    error.transport = "websocket"
    if (cause_) error.message += cause_.context ? ": transport closed" : ": Error: websocket error"
  }
  return error
}
