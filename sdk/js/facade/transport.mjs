// How frames and bodies travel: the page's own WebSocket and fetch. They report to the connection by numbers.

import { asText } from "./data.mjs"
import { requestUrl } from "./url.mjs"

/** The names of transports, at the numbers by which the core knows them. */
export const transportNames = [, "polling", "websocket"]

export function transportClass(name) {
  return name == "polling" ? PollingTransport : WebSocketTransport
}

/** What a page offers to carry bytes. `export.node.mjs` puts in its place what Node has. */
export const platform = {
  /** A WebSocket that begins to connect. */
  open_: (url, { protocols }) => new WebSocket(url, protocols ?? []),

  /** Sends a frame. No page has a say in whether it is compressed. */
  send_(socket, data) {
    socket.send(data)
  },

  /** The status and the body of the answer to a request. `init` is as for `fetch`. */
  async request_(url, { extraHeaders, withCredentials }, init) {
    const credentials = withCredentials ? "include" : "same-origin"
    const response = await fetch(url, { headers: extraHeaders, credentials, ...init })
    return [response.status, await response.text()]
  },
}

/** The version of Engine.IO. */
const PROTOCOL = 4

const SEPARATOR = "\x1e"

class WebSocketTransport {
  constructor(connection, id, options) {
    this.connection_ = connection
    this.id_ = id
    // What is not text at once has to wait for its turn.
    this.turn_ = options.forceBase64 && Promise.resolve()
    const report = (act) => () => connection.act_(act, id)
    const failed = report(ACT.WEB_SOCKET_FAILED)
    try {
      this.socket_ = platform.open_(urlOf("ws", "websocket", connection, options, connection.engine_), options)
    } catch {
      queueMicrotask(failed)
      return
    }
    const { socket_ } = this
    socket_.binaryType = "arraybuffer"
    socket_.onopen = report(ACT.OPENED)
    socket_.onmessage = ({ data }) => connection.received_(id, data)
    socket_.onerror = failed
    socket_.onclose = report(ACT.CLOSED)
  }

  write_(message) {
    const data = message.data_ ?? message
    if (this.turn_) this.turn_ = this.turn_.then(async () => this.send_(await asText(data), message))
    else this.send_(data, message)
  }

  send_(data, { compress_ }) {
    try {
      platform.send_(this.socket_, data, compress_)
    } catch {
      // It is closing, and is going to say so.
    }
  }

  flush_() {
    if (!this.flushing_) queueMicrotask(this.sent_)
    this.flushing_ = true
  }

  sent_ = () => {
    this.flushing_ = false
    this.connection_.act_(ACT.SENT, this.id_)
  }

  close_() {
    const { socket_ } = this
    if (!socket_) return
    socket_.onopen = socket_.onmessage = socket_.onerror = socket_.onclose = null
    socket_.close()
  }
}

class PollingTransport {
  abort_ = new AbortController()
  written_ = []

  constructor(connection, id, options) {
    this.connection_ = connection
    this.id_ = id
    this.options_ = options
    // It may go on when the connection has another one.
    this.engine_ = connection.engine_
  }

  async poll_() {
    const { connection_, id_ } = this
    const [status, body] = await this.request_({ signal: this.abort_.signal })
    if (status != 200) return connection_.act_(ACT.POLL_FAILED, id_, status)
    for (const packet of body.split(SEPARATOR)) connection_.received_(id_, packet)
    connection_.act_(ACT.POLLED, id_)
  }

  write_(message) {
    this.written_.push(message.data_ ?? message)
  }

  async flush_() {
    const { connection_, id_, written_ } = this
    this.written_ = []
    const body = (await Promise.all(written_.map(asText))).join(SEPARATOR)
    const [status] = await this.request_({ method: "POST", body })
    connection_.act_(status == 200 ? ACT.SENT : ACT.POST_FAILED, id_, status)
  }

  close_(farewell) {
    this.abort_.abort()
    if (farewell) this.request_({ method: "POST", body: "1" })
  }

  /** The status and the body; 0 when there was no answer. */
  async request_(init) {
    const { connection_, options_, engine_ } = this
    try {
      return await platform.request_(urlOf("http", "polling", connection_, options_, engine_), options_, init)
    } catch {
      return [0]
    }
  }
}

function urlOf(scheme, name, { address_ }, { timestampRequests, timestampParam, path, query }, { id }) {
  const stamp = name == "polling" ? timestampRequests !== false : timestampRequests
  return requestUrl(scheme, address_, path, query, PROTOCOL, name, stamp && (timestampParam ?? "t"), id)
}
