// A wire between a client and a server: it records what passes (`record.mjs`), and does to it what a row asks for.

import { createServer } from "node:http"
import { once } from "node:events"
import { WebSocketServer } from "ws"
import { RealServer, ScriptedServer } from "./backend.mjs"
import { Gate } from "./gate.mjs"
import { PollingSession } from "./polling.mjs"
import { Record, split } from "./record.mjs"

/** Longer than anything takes, shorter than the limit of a row. */
const SEEN_LIMIT_MS = 2500
/** Nothing for so long: everything has been said. */
const QUIET_MS = 25

/** What a row may ask for, by name. */
const CONTROLS = ["inject", "lose", "keep", "hold", "release", "answer", "fail", "letGo", "cut", "shut", "shutWebSocket", "down", "up", "rewrite",
  "seen", "polled", "ended", "opened", "look", "goneSilent", "freeze"]

/** Opens a wire to a server's address, or to a `script`. `page` answers what is no Engine.IO request. */
export async function openWire({ url, script, page }) {
  const wire = new Wire(script ? new ScriptedServer(script) : new RealServer(url), page)
  do {
    wire.server.close()
    wire.server.listen(0, "127.0.0.1")
    await once(wire.server, "listening")
  } while (ports.has(wire.server.address().port))
  ports.add(wire.server.address().port)
  return wire
}

/** Clients keep a manager for every address that they have seen, so none may come twice. */
const ports = new Set()

class Wire {
  record = new Record()
  gates = { in: new Gate(), out: new Gate() }
  sockets = new Set()
  polling = new Map()
  /** WebSockets that are open, the newest last. */
  websockets = []
  answers = []
  isDown = false
  handshake = {}

  constructor(backend, page) {
    this.backend = backend
    this.page = page
    this.server = createServer((request, response) => this.http(request, response))
    this.server.on("connection", (socket) => this.accept(socket))
    this.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head))
    this.upgrader = new WebSocketServer({ noServer: true, maxPayload: 1 << 28 })
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`
  }

  call(name, args) {
    if (!CONTROLS.includes(name)) throw new Error(`the wire has no ${name}`)
    return this[name](...args)
  }

  accept(socket) {
    if (this.isDown) return socket.destroy()
    this.sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => {
      this.sockets.delete(socket)
      this.record.changed()
    })
  }

  // HTTP.

  async http(request, response) {
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const query = new URL(request.url, "http://wire").searchParams
    if (!query.has("EIO")) return this.page ? this.page(request, response) : response.writeHead(404).end()
    const respond = ({ status, headers = {}, body = "" }) => {
      if (response.destroyed) return
      const { "content-length": _, "transfer-encoding": __, connection: ___, "keep-alive": ____, ...rest } = headers
      response.writeHead(status, { ...cors(request), ...rest }).end(body)
      this.record.changed()
    }
    if (request.method == "OPTIONS") return respond({ status: 204 })
    this.record.request(request)
    const odd = this.odd(request.method)
    if (odd) return this.answerOddly(request, response, odd, respond)
    this.route(request, body, query.get("sid"), response, respond)
  }

  route(request, body, sid, response, respond) {
    const session = this.polling.get(sid)
    // Chromium asks again when a connection that it has used before is cut.
    if (session?.isCut) return response.destroy()
    if (session && request.method == "POST") return session.post(request, body, respond)
    if (!session) return this.open(request, body, respond)
    // Hanging up on a poll is something that servers notice.
    response.on("close", () => response.writableFinished || session.hungUp())
    session.poll(request, respond)
  }

  /** The first request of a session. */
  async open(request, body, respond) {
    const session = new PollingSession(this, this.record.connection("polling"))
    const answer = await this.backend.request(request, body).catch(() => undefined)
    if (!answer) return respond({ status: 502 })
    if (answer.status != 200) {
      this.record.received(session.connection, `status ${answer.status}`)
      return respond(answer)
    }
    const packets = split(answer.body).map((packet) => this.rewritten(packet))
    const sid = /"sid":"([^"]*)"/.exec(packets[0])?.[1]
    // Nobody asks for an older one any more, in the place of which a script would answer.
    if (this.backend instanceof ScriptedServer) for (const older of this.polling.values()) older.stop()
    this.polling.set(sid, session)
    this.latest = session
    for (const packet of packets) this.record.received(session.connection, packet)
    this.gates.in.pass(packets[0], () => respond({ ...answer, body: packets.join("\x1e") }))
  }

  odd(method) {
    const found = this.answers.find((answer) => answer.times > 0 && (!answer.method || answer.method == method))
    if (found) found.times -= 1
    return found
  }

  answerOddly(request, response, { status, body, headers }, respond) {
    const by = request.headers.upgrade ? "websocket" : "polling"
    this.record.received(this.record.connection(by), status ? `status ${status}` : "cut")
    if (status) respond({ status, body, headers })
    else response.destroy()
  }

  // WebSockets.

  async upgrade(request, socket, head) {
    this.record.request(request)
    const connection = this.record.connection("websocket")
    const odd = this.odd("WS")
    const refuse = (status) => {
      this.record.received(connection, `status ${status}`)
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    if (odd) return refuse(odd.status)
    const server = await this.backend.websocket(request).catch(() => undefined)
    if (!server) return refuse(400)
    this.upgrader.handleUpgrade(request, socket, head, (client) => this.join(client, server, connection))
  }

  join(client, server, connection) {
    const { record, gates } = this
    const entry = { client, server, connection, put: (packet) => this.deliver(entry, packet) }
    this.websockets.push(entry)
    this.latest = entry
    client.on("error", () => {})
    client.on("message", (data, binary) => {
      const packet = binary ? data : data.toString()
      record.sent(connection, packet)
      gates.out.pass(packet, () => server.send(packet))
    })
    client.on("close", (code) => {
      this.websockets = this.websockets.filter((other) => other != entry)
      if (!entry.over) record.sent(connection, code == 1006 ? "cut" : "close")
      code == 1006 ? server.terminate() : server.close(code)
    })
    server.onpacket = (packet) => gates.in.pass(packet, () => this.deliver(entry, packet))
    server.onclose = (code) => this.finish(entry, code == 1006 ? "cut" : "close", code)
    server.start()
  }

  deliver({ client, connection, over }, packet) {
    if (over) return
    const text = this.rewritten(packet)
    this.record.received(connection, text)
    client.send(text)
  }

  /** Ends a WebSocket from the server's side. */
  finish(entry, how, code) {
    if (entry.over || entry.client.readyState != 1) return
    entry.over = true
    this.record.received(entry.connection, how)
    if (how == "cut") entry.client.terminate()
    else code > 1000 && code != 1005 ? entry.client.close(code) : entry.client.close()
  }

  rewritten(packet) {
    const opens = typeof packet == "string" && packet.startsWith("0{")
    return opens ? `0${JSON.stringify({ ...JSON.parse(packet.slice(1)), ...this.handshake })}` : packet
  }

  // What a row may ask for.

  /** Packets to the client, as if the server had sent them; bytes are binary frames. */
  inject(...packets) {
    const real = packets.map((packet) => (typeof packet == "string" ? packet : Buffer.from(packet)))
    if (this.latest instanceof PollingSession) this.latest.put(real)
    else for (const packet of real) this.latest.put(packet)
  }

  /** Loses packets that begin so, in a direction. */
  lose(direction, beginning, times = Infinity) {
    this.gates[direction].losing.push({ beginning, times })
  }

  keep(direction) {
    this.gates[direction].losing = []
  }

  hold(direction) {
    this.gates[direction].held = true
  }

  release(direction) {
    this.gates[direction].open()
  }

  /** Answers the next requests oddly: a `status`, or none to cut them; `method` is GET, POST, or WS. */
  answer({ method, status, body, headers, times = 1 }) {
    this.answers.push({ method, status, body, headers, times })
  }

  /** Answers the poll that is held now. */
  async fail(status, body) {
    const session = await this.heldPoll()
    session.fail({ status, body })
  }

  /** Answers the poll that is held, or the next, with nothing to do, as a server does that waits for an upgrade. */
  letGo() {
    const session = [...this.polling.values()].at(-1)
    session.put(["6"])
  }

  /** Resolves to the newest polling session as soon as it has a poll to be answered. */
  async heldPoll() {
    const session = [...this.polling.values()].at(-1)
    await this.record.when(() => session.polled, "a poll", SEEN_LIMIT_MS)
    return session
  }

  /** Ends the newest WebSocket politely. */
  shutWebSocket() {
    this.finish(this.websockets.at(-1), "close")
  }

  /** Cuts every connection. */
  cut() {
    for (const entry of this.websockets) {
      entry.over = true
      this.record.received(entry.connection, "cut")
      entry.server.terminate()
    }
    for (const session of this.polling.values()) session.cut()
    for (const socket of this.sockets) socket.destroy()
  }

  /** Ends the connection politely, as a server does that closes: by packet or by close frame. */
  shut() {
    if (this.latest instanceof PollingSession) return this.latest.put(["1"])
    this.finish(this.latest, "close")
    this.latest.server.close()
  }

  down() {
    this.isDown = true
    this.cut()
  }

  up() {
    this.isDown = false
  }

  /** Fields of the handshakes to come. */
  rewrite(handshake) {
    this.handshake = handshake
  }

  /** Resolves when so many packets that begin so have passed. */
  seen(direction, beginning, count = 1) {
    const all = () => this.record.connections.flatMap((connection) => connection[direction])
    const enough = () => all().filter((packet) => packet.startsWith(beginning)).length >= count
    return this.record.when(enough, `${count} × ${direction} ${beginning} in ${JSON.stringify(all())}`, SEEN_LIMIT_MS)
  }

  /** Resolves when the newest session has a poll to be answered; at once where it is no polling session. */
  polled() {
    const held = () => !(this.latest instanceof PollingSession) || this.latest.polled
    return this.record.when(held, "a poll", SEEN_LIMIT_MS)
  }

  /** Resolves when so many connections have been begun. */
  opened(count) {
    return this.record.when(() => this.record.connections.length >= count, `${count} connections`, SEEN_LIMIT_MS)
  }

  /** Resolves when no WebSocket is open and no poll is held. */
  ended() {
    const over = () => this.websockets.every((entry) => entry.over) && [...this.polling.values()].every((session) => !session.polled)
    return this.record.when(over, "the end of all connections", SEEN_LIMIT_MS)
  }

  look(options) {
    return this.record.snapshot(options)
  }

  /** Resolves when nothing has passed for a while. */
  async goneSilent() {
    const limit = performance.now() + SEEN_LIMIT_MS
    for (let left = QUIET_MS; left > 0 && performance.now() < limit; left = QUIET_MS - (performance.now() - this.record.changedAt)) {
      await new Promise((resolve) => setTimeout(resolve, left))
    }
  }

  /** What passes from now on is not recorded. */
  freeze() {
    this.record.frozen = true
  }

  stop() {
    this.isDown = true
    for (const { server } of this.websockets) server.terminate()
    for (const session of this.polling.values()) session.stop()
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    this.backend.stop()
  }
}

async function read(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

function cors({ headers }) {
  if (!headers.origin) return {}
  return {
    "access-control-allow-origin": headers.origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
  }
}
