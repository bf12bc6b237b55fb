// What users of socket.io-client write. Compiled by `types.test.mjs` against its typings and against ours: the one line
// that differs is the import.

import connect, { io, Manager, protocol, Socket } from "socket.io-client"
import { connect as sameConnect, type ManagerOptions, type SocketOptions } from "socket.io-client"
import type { DisconnectDescription, ExtendedError, ManagerReservedEvents, SocketReservedEvents } from "socket.io-client"
import { Fetch, NodeWebSocket, NodeXHR, WebSocket, WebTransport, XHR } from "socket.io-client"

interface FromServer {
  welcome: (who: { sid: string }) => void
  question: (text: string, answer: (reply: number) => void) => void
  "with spaces": (bytes: ArrayBuffer) => void
}
interface ToServer {
  echo: (text: string, ack: (text: string) => void) => void
  pair: (ack: (left: number, right: string) => void) => void
  shout: (room: string, text: string) => void
}

// The entry.

const socket: Socket<FromServer, ToServer> = io("http://localhost")
const free: Socket = connect("/any", { transports: ["websocket"], forceNew: true, auth: { token: "t" } })
const sockets: Socket[] = [io(), io({ path: "/other" }), sameConnect("/a"), io(undefined, {})]
let later: ReturnType<typeof io> | null = null
later = io("http://localhost", { autoConnect: false })
later.on("any", (word, number) => word.length + number)
let typed: Socket<FromServer, ToServer> | undefined
typed = io("http://localhost")
const version: number = protocol

// Listening.

socket.on("welcome", ({ sid }) => sid.toUpperCase())
socket.on("welcome", async ({ sid }) => void (await fetch(sid)))
socket.once("question", (text, answer) => answer(text.length))
socket.on("with spaces", (bytes) => bytes.byteLength)
const heard = (who: { sid: string }) => who.sid.length
socket.on("welcome", heard).off("welcome", heard).off("welcome").off()
socket.removeListener("welcome", heard).removeAllListeners("question").removeAllListeners()
const listeners: ((who: { sid: string }) => void)[] = socket.listeners("welcome")
const listens: boolean = socket.hasListeners("question")
free.on("whatever", (...args: number[]) => args.length)
free.on("whatever", (one: string, two: { three: boolean }) => one.length && two.three)

socket.on("connect", () => socket.id?.toUpperCase())
socket.on("connect_error", (error) => console.log(error.message, error.data?.code, error instanceof Error))
socket.on("connect_error", (error: ExtendedError) => error.data)
socket.on("connect_error", (error: Error) => error.stack)
socket.on("disconnect", (reason, details) => {
  if (reason === "io server disconnect" || reason === "ping timeout") socket.connect()
  if (details && !(details instanceof Error)) console.log(details.description.length, details.context)
})
socket.on("disconnect", (reason: string) => reason.length)
free.off("disconnect")

function useEvent<Event extends keyof FromServer>(event: Event, listener: FromServer[Event]) {
  // In a generic function neither knows what the listener is.
  socket.on(event, listener as any)
  return () => socket.off(event, listener as any)
}

// Emitting.

socket.emit("shout", "room", "text").emit("shout", "room", "text")
socket.emit("echo", "text", (text) => text.length)
socket.emit("pair", (left, right) => left + right.length)
socket.volatile.compress(false).emit("shout", "room", "text")
socket.timeout(100).emit("echo", "text", (error, text) => (error ? error.message : text.length))
socket.timeout(100).emit("echo", "text", (error: Error, text: string) => error.message + text)
socket.timeout(100).volatile.emit("pair", (error, left, right) => left + right.length + error.name.length)
const reply: Promise<string> = socket.emitWithAck("echo", "text")
const left: Promise<number> = socket.emitWithAck("pair")
free.emit("whatever", 1, "two", { three: 3 }, new Uint8Array(), (answer: any) => answer)
free.timeout(1).emit("whatever", 1, (error: Error, answer: number) => answer)
const anything: Promise<{ id: number }> = free.emitWithAck("whatever", 1)
const name: string = "dynamic"
free.emit(name, 1).send("a", 2)

/** People wrap it. */
class Wrapper<Listen extends Record<string, any>, Emit extends Record<string, any>> {
  constructor(readonly socket: Socket<Listen, Emit>) {}
  say<Event extends keyof Emit & string>(event: Event, ...args: Parameters<Emit[Event]>) {
    this.socket.emit(event, ...args)
  }
}
new Wrapper(socket).say("shout", "room", "text")
function say<Event extends keyof ToServer>(event: Event, ...args: Parameters<ToServer[Event]>) {
  return socket.emit(event, ...args)
}

// Listeners for everything.

const any = (event: string, ...args: any[]) => args.length + event.length
socket.onAny(any).prependAny(any).offAny(any).offAny()
socket.onAnyOutgoing(any).prependAnyOutgoing(any).offAnyOutgoing(any).offAnyOutgoing()
socket.onAny((event: keyof FromServer, first) => event.length + first)
for (const it of [...socket.listenersAny(), ...socket.listenersAnyOutgoing()]) it("event", 1)

// What a socket is.

const state: [boolean, boolean, boolean, boolean] = [socket.connected, socket.disconnected, socket.active, socket.recovered]
socket.auth = { token: "t" }
socket.auth = (send) => send({ token: "t" })
if (typeof socket.auth === "object") socket.auth.token = "other"
Object.assign(socket.auth, { token: "t" })
socket.sendBuffer = []
socket.sendBuffer.push({ type: 2, nsp: "/", data: ["a"] })
console.log(socket.sendBuffer[0]?.nsp, socket.receiveBuffer[0]?.[0])
socket.connect().disconnect().open().close()

// Options.

const list = ["websocket", "polling"]
const wide = { transports: list, query: { a: 1 }, extraHeaders: { "X-A": "b" }, withCredentials: true }
const options: Partial<ManagerOptions & SocketOptions> = {
  ...wide,
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1,
  reconnectionDelayMax: 2,
  randomizationFactor: 0.5,
  timeout: 1,
  autoConnect: false,
  multiplex: false,
  parser: { Encoder: class {}, Decoder: class {} },
  auth: async (send) => send({ token: await Promise.resolve("t") }),
  retries: 3,
  ackTimeout: 1000,
  upgrade: true,
  rememberUpgrade: true,
  tryAllTransports: true,
  forceBase64: false,
  timestampRequests: true,
  timestampParam: "t",
  requestTimeout: 1,
  transportOptions: { polling: { extraHeaders: { a: "b" } } },
  closeOnBeforeunload: true,
  protocols: ["a"],
  addTrailingSlash: false,
  useNativeTimers: true,
  autoUnref: true,
  rejectUnauthorized: false,
  ca: ["text"],
  perMessageDeflate: { threshold: 1 },
}
io(options), io("http://localhost", wide), io("http://localhost", { transports: [WebSocket, XHR] })
io({ transportImplementations: [Fetch, NodeXHR, NodeWebSocket, WebTransport] })
type OwnOptions = Pick<ManagerOptions, "path" | "query"> & SocketOptions

// The manager and the engine.

const manager = new Manager("http://localhost", { reconnectionDelayMax: 10 })
new Manager(), new Manager({ port: 1, hostname: "localhost", secure: true })
const admin: Socket<FromServer, ToServer> = manager.socket("/admin", { auth: { token: "t" } })
const plain: Socket = manager.socket("/")
manager.open((error) => error?.message).connect()
manager.reconnection(false).reconnectionAttempts(1).reconnectionDelay(1).reconnectionDelayMax(1)
manager.randomizationFactor(0).timeout(1)
const tries: [boolean, number] = [manager.reconnection(), manager.reconnectionAttempts()]
const delays: number[] = [manager.reconnectionDelay(), manager.reconnectionDelayMax(), manager.randomizationFactor()]
const limit: number | boolean = manager.timeout()
manager.on("reconnect_attempt", (attempt) => attempt + 1).on("reconnect", (attempt) => attempt + 1)
manager.on("error", (error) => error.message).on("reconnect_error", (error: Error) => error.message)
manager.on("reconnect_failed", () => {}).on("ping", () => {}).on("open", () => {}).off("open")
manager.on("packet", ({ type, nsp, data, id }) => [type + 1, nsp.length, data, id])
manager.on("close", (reason, details) => [reason.length, details])
socket.io.on("reconnect", () => socket.io.opts.query?.a)
socket.io.opts.transports = ["websocket"]

const { engine } = socket.io
console.log(engine.id.length, engine.transport.name === "websocket", engine.readyState === "open", engine.writeBuffer.length)
engine.on("upgrade", (transport) => transport.name.length).once("upgradeError", (error) => error.message)
engine.on("packet", ({ type, data }) => (type === "message" ? data : undefined))
engine.on("packetCreate", ({ type }) => type.length).on("data", (data) => data).on("message", (data) => data)
engine.on("handshake", ({ sid, upgrades, pingInterval }) => [sid.length + pingInterval, ...upgrades])
engine.on("handshake", ({ pingTimeout, maxPayload }) => pingTimeout + maxPayload)
engine.on("close", (reason, details) => [reason.length, details]).on("drain", () => {}).on("flush", () => {})
engine.on("heartbeat", () => {}).on("ping", () => {}).on("pong", () => {}).on("upgrading", ({ name }) => name)
engine.on("error", (error) => (typeof error === "string" ? error : error.message))
engine.binaryType = "arraybuffer"
engine.write("2", { compress: true }, () => {}).send("3").close()

// The types by their names.

const reason: Socket.DisconnectReason = "transport close"
const details: DisconnectDescription = { description: "d", context: 1 }
const error: ExtendedError = new Error("e")
const listener: SocketReservedEvents["disconnect"] = (reason, details) => [reason, details]
const attempts: ManagerReservedEvents["reconnect_attempt"] = (attempt) => attempt

export { admin, anything, attempts, details, error, left, listener, listens, listeners, plain, reason, reply, say }
export { delays, limit, sockets, state, tries, typed, useEvent, version, type OwnOptions }
