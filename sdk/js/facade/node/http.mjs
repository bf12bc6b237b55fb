// One request of polling, by Node's own client: `fetch` takes neither an agent nor a certificate.

import http from "node:http"
import https from "node:https"
import { pipeline } from "node:stream"
import { createGunzip } from "node:zlib"
import { CHANNEL_OPTIONS, pick, prepare } from "./options.mjs"

/** The longest answer that is read where `maxPayload` says nothing: `ws` takes as much. */
const MAX_ANSWER_BYTES = 100 * 1024 * 1024

/** The status, the body, what the server accepts, and the answer itself. Throws where there was none. */
export async function request(url, options, init, jar) {
  const { maxPayload = MAX_ANSWER_BYTES } = options
  const body = init.body?.size ? Buffer.from(await init.body.arrayBuffer()) : init.body
  const outgoing = begin(url, options, init)
  const answered = answerTo(outgoing)
  try {
    prepare(outgoing, options, jar)
    outgoing.end(body)
    const answer = await answered
    jar?.store(answer.headers["set-cookie"])
    return [answer.statusCode, await textOf(answer, maxPayload), answer.headers["accept-encoding"], answer]
  } catch (error) {
    outgoing.destroy()
    // A connection that was kept may have been closed at the other end just now: browsers try another one, too.
    if (outgoing.reusedSocket && error.code == "ECONNRESET" && !outgoing.res) return request(url, options, init, jar)
    throw error
  }
}

function begin(url, options, { method, body, signal }) {
  const { request } = url.startsWith("https") ? https : http
  const headers = { ...options.extraHeaders, Accept: "*/*", "Accept-Encoding": "gzip" }
  if (body) headers["Content-type"] = "text/plain;charset=UTF-8"
  if (body?.size) headers["Content-Encoding"] = "gzip"
  return request(url, { ...pick(options, CHANNEL_OPTIONS), method, signal, headers })
}

function answerTo(outgoing) {
  return new Promise((resolve, reject) => {
    // It stays: a request that is given up while its answer comes fails once more.
    outgoing.on("error", reject)
    outgoing.on("response", resolve)
  })
}

async function textOf(answer, maxBytes) {
  const coded = answer.headers["content-encoding"] == "gzip"
  const parts = []
  let bytes = 0
  // What went wrong with the answer is told by reading.
  for await (const part of coded ? pipeline(answer, createGunzip(), () => {}) : answer) {
    bytes += part.length
    if (maxBytes && bytes > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes: maxPayload`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
