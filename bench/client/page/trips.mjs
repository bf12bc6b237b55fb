// Questions and answers over a real WebSocket: each answer asks the next question.

import { connect } from "./clients.mjs"
import { within } from "./time.mjs"

/** What is asked, with a number before it: 50 bytes. */
const TEXT = "what was said comes back, word for word".padEnd(41)

/** @returns {{ operations: number, millis: number }} */
export async function trips({ client, url, inFlight, warmUp, measure }) {
  const { socket } = await connect(client, { url })
  const running = new Trips(socket)
  const lost = new Promise((_, reject) => socket.on("disconnect", (why) => reject(new Error(`disconnected: ${why}`))))
  const begin = performance.now()
  for (let at = 0; at < inFlight; at++) running.ask()
  await Promise.race([lost, running.until(begin + warmUp)])
  const [start, before] = [performance.now(), running.answered]
  await Promise.race([lost, running.until(start + measure)])
  const figures = { operations: running.answered - before, millis: performance.now() - start }
  await Promise.race([lost, within(running.end(), "the last answers")])
  lost.catch(() => {})
  socket.disconnect()
  if (running.wrong) throw new Error(`${running.wrong} answers are not what was asked`)
  return figures
}

class Trips {
  asked = 0
  answered = 0
  wrong = 0
  isEnding = false
  checkAt = Infinity
  reached = undefined

  constructor(socket) {
    this.socket = socket
  }

  ask() {
    const question = `${String(this.asked++).padStart(8, "0")} ${TEXT}`
    this.socket.emit("echo", question, (answer) => {
      if (answer !== question) this.wrong++
      this.answered++
      if (!this.isEnding) this.ask()
      if (performance.now() >= this.checkAt || (this.isEnding && this.answered === this.asked)) this.reached()
    })
  }

  /** Resolves with the first answer after that time. */
  until(time) {
    return within(this.next(time), "the next answer")
  }

  next(time) {
    return new Promise((resolve) => {
      this.checkAt = time
      this.reached = () => {
        this.checkAt = Infinity
        resolve()
      }
    })
  }

  /** Resolves when what is on its way has come. */
  end() {
    this.isEnding = true
    return this.next(Infinity)
  }
}
