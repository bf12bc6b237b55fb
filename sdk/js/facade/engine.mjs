// The Engine.IO session of a connection, for those who look at it: its id, its transport, and its events.

import * as core from "./core.mjs"
import { Emitter } from "./emitter.mjs"

/** One session. Every attempt to connect makes another. */
export class Engine extends Emitter {
  constructor(connection, name) {
    super()
    this.connection_ = connection
    this.readyState = "opening"
    this.transport = { name }
  }

  close() {
    if (this.connection_.engine_ === this) this.connection_.run_(core.end)
    return this
  }

  told_(event, value) {
    if (event == "open") {
      this.id = value
      this.readyState = "open"
    } else if (event == "close") {
      this.readyState = "closed"
    } else if (event == "upgrading" || event == "upgrade") {
      value = { name: value }
      if (event == "upgrade") this.transport = value
    }
    this.fire_(event, value)
  }
}
