// What was seen on the wire, made comparable: Engine.IO packets per connection and direction, and the requests.
//
// A text packet stands as it is. A binary frame of a WebSocket stands as its base64 between `<` and `>`, so that it
// differs from the text `b…` of polling. How a connection ended stands last: `close` for a close frame, `cut` for none,
// `status 400` for a body that is no payload.

const SEPARATOR = "\x1e"

/** Headers that are the client's choice. The rest is the platform's. */
const HEADERS = ["accept", "content-type", "authorization", "cookie", "sec-websocket-protocol", "sec-websocket-extensions"]

export const split = (body) => body.split(SEPARATOR)
export const join = (packets) => packets.join(SEPARATOR)

export class Record {
  connections = []
  requests = []
  /** How many packets each POST has had, the stamp of each request, and how many polls there were at a time. */
  posts = []
  stamps = []
  mostPolls = 0
  watchers = new Set()

  /** A new connection, in the order of their opening. */
  connection(by) {
    const connection = { by, out: [], in: [] }
    if (!this.frozen) this.connections.push(connection)
    this.changed()
    return connection
  }

  request(request) {
    if (this.frozen) return
    const url = new URL(request.url, "http://wire")
    if (url.searchParams.has("t")) this.stamps.push(url.searchParams.get("t"))
    const headers = HEADERS.filter((name) => name in request.headers).map((name) => [name, request.headers[name]])
    const custom = Object.entries(request.headers).filter(([name]) => name.startsWith("x-"))
    this.requests.push({
      method: request.headers.upgrade ? "WS" : request.method,
      path: url.pathname,
      query: [...url.searchParams].map(([key, value]) => (/^(t|sid|stamp)$/.test(key) ? key : `${key}=${value}`)),
      headers: Object.fromEntries([...headers, ...custom]),
    })
    this.changed()
  }

  sent(connection, packet) {
    if (this.frozen) return
    connection.out.push(shown(packet))
    this.changed()
  }

  received(connection, packet) {
    // Whether one more poll reaches a server that has heard the goodbye is a matter of time.
    const late = connection.out.includes("1") && packet.startsWith?.("status")
    if (this.frozen || late) return
    connection.in.push(shown(packet))
    this.changed()
  }

  changed() {
    this.changedAt = performance.now()
    for (const watcher of this.watchers) watcher()
  }

  /** Resolves when `condition()` holds. */
  when(condition, what, limit) {
    if (condition()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new Error(`the wire has not seen ${what}`))), limit)
      const done = (settle) => {
        clearTimeout(timer)
        this.watchers.delete(watcher)
        settle()
      }
      const watcher = () => condition() && done(resolve)
      this.watchers.add(watcher)
    })
  }

  /** All of it, with placeholders for what is different every time. */
  snapshot({ heartbeats = false, offsets = false } = {}) {
    const all = this.connections.flatMap((connection) => [...connection.out, ...connection.in])
    const names = new Map(all.flatMap(drawn))
    const clean = (packets) => packets.filter((packet) => told(packet, heartbeats)).map((packet) => named(packet, names, offsets))
    return {
      wire: this.connections.map(({ by, out, in: received }) => ({ by, out: clean(out), in: clean(received) })),
      requests: distinct(this.requests),
      posts: [...this.posts],
      stamps: [...this.stamps],
      mostPolls: this.mostPolls,
    }
  }
}

/** How many polls there are, and whether a poll or a post is first, is a matter of time. */
function distinct(requests) {
  const texts = [...new Set(requests.map((request) => JSON.stringify(request)))]
  const rank = ({ method, query }) => `${method} ${query.length} ${query}`
  return texts.map((text) => JSON.parse(text)).sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
}

function shown(packet) {
  return typeof packet == "string" ? packet : `<${Buffer.from(packet).toString("base64")}>`
}

/** A noop only ends a poll: how many there are is a matter of time. */
function told(packet, heartbeats) {
  return packet !== "6" && (heartbeats || (packet !== "2" && packet !== "3"))
}

/** The random values in a CONNECT packet of either side, with what stands for them. */
function drawn(packet) {
  const json = /^40(?:\/[^,]*,)?({.*})$/s.exec(packet)?.[1]
  if (!json) return []
  const values = JSON.parse(json)
  return ["sid", "pid", "offset"].filter((key) => values[key]).map((key) => [values[key], `<${key}>`])
}

function named(packet, names, offsets) {
  if (packet.startsWith("0{")) return "0"
  let text = packet
  for (const [value, name] of names) if (typeof value == "string" && value.length > 5) text = text.replaceAll(`"${value}"`, `"${name}"`)
  // The server that recovers sessions puts an offset last.
  return offsets && /^42/.test(text) ? text.replace(/,"[^" ]{6,}"\]$/, ',"<offset>"]') : text
}
