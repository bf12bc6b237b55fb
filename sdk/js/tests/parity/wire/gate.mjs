// What a row lets through in one direction: packets may be held back for a while, or lost.

export class Gate {
  waiting = []
  losing = []
  held = false

  /** Calls `deliver` now or when the gate opens again; never for a packet that is lost. */
  pass(packet, deliver) {
    if (this.loses(packet)) return
    if (this.held) this.waiting.push(deliver)
    else deliver()
  }

  loses(packet) {
    const rule = this.losing.find(({ beginning, times }) => times > 0 && String(packet).startsWith(beginning))
    if (rule) rule.times -= 1
    return Boolean(rule)
  }

  /** Resolves as soon as it is open. */
  opened() {
    return this.held ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve()
  }

  open() {
    this.held = false
    for (const deliver of this.waiting.splice(0)) deliver()
  }
}
