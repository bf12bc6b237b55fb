// How frames and bodies travel: the page's own WebSocket and fetch. They report to the connection by numbers.

import { requestUrl } from "./url.mjs"

export class WebSocketTransport {
  constructor(connection, id, target) {
    this.target_ = target
    try {
      this.socket_ = new WebSocket(urlOf(target), target.options.protocols ?? [])
    } catch {
      queueMicrotask(() => connection.websocketFailed_(id))
      return
    }
    const { socket_ } = this
    socket_.binaryType = "arraybuffer"
    socket_.onopen = () => connection.opened_(id)
    socket_.onmessage = ({ data }) => connection.received_(id, data)
    socket_.onerror = () => connection.websocketFailed_(id)
    socket_.onclose = () => connection.closed_(id)
  }

  send_(data) {
    try {
      this.socket_.send(data)
    } catch {
      // It is closing, and is going to say so.
    }
  }

  close_() {
    const { socket_ } = this
    if (!socket_) return
    socket_.onopen = socket_.onmessage = socket_.onerror = socket_.onclose = null
    socket_.close()
  }
}

export class PollingTransport {
  abort_ = new AbortController()

  constructor(connection, id, target) {
    this.connection_ = connection
    this.id_ = id
    this.target_ = target
  }

  async poll_() {
    const { connection_, id_ } = this
    const [status, body] = await this.request_({ signal: this.abort_.signal })
    status == 200 ? connection_.polled_(id_, body) : connection_.pollFailed_(id_, status)
  }

  async post_(body) {
    const { connection_, id_ } = this
    const [status] = await this.request_({ method: "POST", body })
    status == 200 ? connection_.sent_(id_) : connection_.postFailed_(id_, status)
  }

  close_() {
    this.abort_.abort()
  }

  /** The status and the body; 0 when there was no answer. */
  async request_(init) {
    const { withCredentials, extraHeaders } = this.target_.options
    try {
      const response = await fetch(urlOf(this.target_), {
        headers: extraHeaders,
        credentials: withCredentials ? "include" : "same-origin",
        ...init,
      })
      return [response.status, await response.text()]
    } catch {
      return [0]
    }
  }
}

function urlOf({ scheme, address, name, protocol, sid, options }) {
  const { timestampRequests } = options
  const stamp = name == "polling" ? timestampRequests !== false : timestampRequests
  return requestUrl(scheme, address, options.path, options.query, protocol, name, stamp && (options.timestampParam ?? "t"), sid)
}
