// A thread of Node in which one client plays rows. What it throws out of turn is part of what is observed.

import { createRequire } from "node:module"
import { parentPort, workerData } from "node:worker_threads"
import { play } from "./kit.mjs"
import { rows } from "./rows.mjs"

const loaded = await import(workerData.client)
const waiting = new Map()
let errors = []

process.on("uncaughtException", (error) => errors.push(error.message))
process.on("unhandledRejection", (error) => errors.push(error?.message))

parentPort.on("message", ({ play: words, answer }) => {
  if (answer) return settle(answer)
  perform(words).then(
    (observed) => parentPort.postMessage({ observed: { ...observed, errors } }),
    (error) => parentPort.postMessage({ error: error.stack }),
  )
})

async function perform(words) {
  errors = []
  const { run } = rows.find(({ title }) => title === words.title)
  return play({ ...words, sdk: loaded, run, control, clientUrl: workerData.client, require: () => createRequire(workerData.client)(words.client) })
}

let calls = 0
function control(name, args) {
  const id = calls++
  parentPort.postMessage({ call: { id, name, args } })
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
}

function settle({ id, value, error }) {
  const { resolve, reject } = waiting.get(id)
  waiting.delete(id)
  error ? reject(new Error(error)) : resolve(value)
}
