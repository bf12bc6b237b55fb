// How frames and bodies travel: the page's own WebSocket and fetch. They report to the connection by numbers.

import { asText, sizeOf } from "./data.mjs"
import { hintOf } from "./error.mjs"
import { gzipped } from "./gzip.mjs"

/** The names of transports, at the numbers by which the core knows them. */
export const transportNames = [, "polling", "websocket"]

export function transportClass(name) {
  return name == "polling" ? PollingTransport : WebSocketTransport
}

/** What a page offers to carry bytes. `export.node.mjs` puts in its place what Node has. */
export const platform = {
  /** A WebSocket that begins to connect. A third argument is the connection, for those who keep something for it. */
  open_(url, { protocols }) {
    const socket = new WebSocket(url, protocols ?? [])
    socket.binaryType = "arraybuffer"
    return socket
  },

  /** Sends a frame. No page has a say in whether it is compressed. */
  send_(socket, data) {
    socket.send(data)
  },

  /** The status and the body of the answer to a request, the codings that the server takes, and what else there is to
  see. `init` is as for `fetch`; what is in a `Blob` is gzip. */
  async request_(url, { extraHeaders, withCredentials }, init) {
    const credentials = withCredentials ? "include" : "same-origin"
    const headers = init.body?.size ? { ...extraHeaders, "Content-Encoding": "gzip" } : extraHeaders
    const response = await fetch(url, { headers, credentials, ...init })
    return [response.status, await response.text(), response.headers.get("accept-encoding"), response]
  },

  /** Bytes that came as text, in the form in which the user gets them. */
  binary_: ({ buffer }) => buffer,
}

/** The version of Engine.IO. */
const PROTOCOL = 4

const SEPARATOR = "\x1e"

class Transport {
  constructor(connection, id, options, engine) {
    this.connection_ = connection
    this.id_ = id
    this.options_ = options
    // It may go on when the connection has another one.
    this.engine_ = engine
  }

  get writable() {
    return !this.writing_
  }

  /** Writes what waits, as far as it may leave together. A POST keeps to the limit of the server, but its first packet
  always goes: cutting it is not ours to do, and the server says what it thinks of it. Gives how many are left. */
  writeWaiting_() {
    const { engine_ } = this
    const { waiting_ } = engine_
    const limit = this.name == "polling" && engine_.limit_
    let bytes = 0
    while (engine_.written_ < waiting_.length) {
      const { data_, compress_ } = waiting_[engine_.written_]
      if (limit > 0) {
        const size = sizeOf(data_)
        const separator = bytes && 1
        bytes += separator + (typeof data_ == "string" ? size : 1 + Math.ceil(size / 3) * 4)
        if (separator && bytes > limit) break
      }
      this.write_(data_, compress_)
      engine_.written_++
    }
    this.flush_()
    return waiting_.length - engine_.written_
  }

  /** What was written is on its way. */
  taken_(act, cause) {
    const { engine_ } = this
    this.writing_ = false
    engine_.waiting_.splice(0, engine_.written_)
    engine_.written_ = 0
    this.connection_.report_(act, this.id_, cause)
  }

  /** What is written has left. */
  flushed_() {
    const { engine_ } = this
    if (engine_.hasListeners("flush")) this.connection_.queue_.push(() => engine_.fire_("flush"))
  }

  url_(scheme) {
    const { name, options_ } = this
    const polling = name == "polling"
    const { timestampRequests = polling, timestampParam = "t", path, query, forceBase64 } = options_
    const { sid_ } = this.engine_
    const words = new URLSearchParams({ ...query, EIO: PROTOCOL, transport: name })
    // A place is taken once: that of a WebSocket's `sid` is the first.
    if (sid_ && !polling) words.set("sid", sid_)
    if (timestampRequests) words.set(timestampParam, stampNow())
    if (forceBase64) words.set("b64", 1)
    if (sid_) words.set("sid", sid_)
    return `${scheme}${this.connection_.address_}${path}?${words}`
  }
}

export class WebSocketTransport extends Transport {
  static transport_ = "websocket"
  name = "websocket"

  constructor(connection, id, options, engine) {
    super(connection, id, options, engine)
    // What is not text at once has to wait for its turn.
    this.turn_ = options.forceBase64 && Promise.resolve()
    const failed = (event) => connection.report_(ACT.WEB_SOCKET_FAILED, id, { description: event, hint: hintOf("websocket") })
    connection.outside_(() => {
      if (this.readyState) return
      try {
        const ws = (this.ws = platform.open_(this.url_("ws"), options, connection))
        ws.onopen = () => connection.act_(ACT.OPENED, id)
        ws.onmessage = ({ data }) => connection.received_(id, data)
        ws.onerror = failed
        ws.onclose = (context) => connection.report_(ACT.CLOSED, id, { context })
      } catch (error) {
        queueMicrotask(() => failed(error))
      }
    })
  }

  write_(data, compress) {
    if (this.turn_) this.turn_ = this.turn_.then(async () => this.send_(await asText(data), compress))
    else this.send_(data, compress)
  }

  send_(data, compress) {
    this.connection_.outside_(() => {
      try {
        platform.send_(this.ws, data, compress)
      } catch {
        // It is closing, and is going to say so.
      }
    })
  }

  flush_() {
    if (this.turn_) {
      // The last one to leave tells.
      const turn = (this.turn_ = this.turn_.then(() => turn === this.turn_ && this.sent_()))
    } else if (!this.writing_) {
      queueMicrotask(this.sent_)
    }
    this.writing_ = true
    this.flushed_()
  }

  sent_ = () => this.taken_(ACT.SENT)

  close_() {
    const { ws } = this
    this.readyState = "closed"
    if (!ws) return
    // It may still fail, and in Node nobody may overhear that.
    ws.onopen = ws.onmessage = ws.onclose = ws.onerror = () => {}
    this.connection_.outside_(() => ws.close())
  }
}

export class PollingTransport extends Transport {
  static transport_ = "polling"
  name = "polling"
  abort_ = new AbortController()
  written_ = []

  async poll_() {
    const { connection_, id_ } = this
    // `fetch` may be anybody's, and nobody's code runs within the core.
    await undefined
    if (this.readyState) return
    const [status, body, codings, context] = await this.request_({}, this.abort_)
    if (this.readyState) return
    this.gzip_ ||= /gzip/.test(codings)
    if (status != 200) return connection_.report_(ACT.POLL_FAILED, id_, { description: status, context, hint: hintOf(status, body) })
    for (const packet of body.split(SEPARATOR)) connection_.received_(id_, packet)
    connection_.act_(ACT.POLLED, id_)
  }

  write_(data, compress) {
    this.plain_ ||= compress === false
    this.written_.push(data)
  }

  async flush_() {
    if (this.readyState) return
    const { connection_, written_, plain_ } = this
    this.written_ = []
    this.plain_ = false
    this.writing_ = true
    this.flushed_()
    const text = (await Promise.all(written_.map(asText))).join(SEPARATOR)
    const body = (this.gzip_ && !plain_ && (await gzipped(text))) || text
    const [status, answer, , context] = await this.request_({ method: "POST", body })
    this.taken_(status == 200 ? ACT.SENT : ACT.POST_FAILED, { description: status, context, hint: hintOf(status, answer) })
  }

  close_(farewell) {
    this.readyState = "closed"
    this.connection_.outside_(() => this.abort_.abort())
    if (farewell) queueMicrotask(() => this.request_({ method: "POST", body: "1" }))
  }

  /** What `platform.request_` gives; a status of 0 when there was no answer. What fails while a page is put aside is told
  when it comes back. */
  async request_(init, abort = new AbortController()) {
    const { connection_, options_ } = this
    const limit = options_.requestTimeout
    const timer = limit && connection_.start_(() => abort.abort(), limit)
    let answer
    try {
      answer = await platform.request_(this.url_("http"), options_, { ...init, signal: abort.signal }, connection_)
    } catch (error) {
      answer = [0, , , error]
    }
    connection_.stop_(timer)
    if (answer[0] != 200) await connection_.hidden_
    return answer
  }
}

/** Makes a request another one for every cache on its way. */
function stampNow() {
  return Date.now().toString(36).slice(-5) + Math.random().toString(36).slice(2, 5)
}
