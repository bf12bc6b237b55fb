// The types of socket.io-client, by its names: what compiles with those compiles with these. Event maps are interfaces
// from an event's name to the signature of its listener; an acknowledgement is the last parameter of that signature.
// What is ours alone says so.

// Events.

export interface EventsMap {
  [event: string]: any
}

declare const nothing: unique symbol
/** There is no such value. */
interface EmitAReservedName {
  [nothing]: never
}

/** Where no map is given: any event with any arguments, but for the names that nobody may emit. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void
  connect: (nobodyMay: EmitAReservedName) => void
  connect_error: (nobodyMay: EmitAReservedName) => void
  disconnect: (nobodyMay: EmitAReservedName) => void
  disconnecting: (nobodyMay: EmitAReservedName) => void
  newListener: (nobodyMay: EmitAReservedName) => void
  removeListener: (nobodyMay: EmitAReservedName) => void
}

type EventNames<Events extends EventsMap> = keyof Events & (string | symbol)
type EventParams<Events extends EventsMap, Event extends EventNames<Events>> = Parameters<Events[Event]>
type Names<Reserved extends EventsMap, Listen extends EventsMap> = EventNames<Reserved> | EventNames<Listen>
type Listener<Reserved extends EventsMap, Listen extends EventsMap, Event> = Known<
  Event extends EventNames<Reserved> ? Reserved[Event] : Event extends EventNames<Listen> ? Listen[Event] : never
>
/** In a generic function nothing is known of a listener. */
type Known<T> = [T] extends [never] ? (...args: any[]) => void | Promise<void> : T

type AllButLast<T extends any[]> = T extends [...infer Head, infer _] ? Head : any[]
type Last<T extends any[]> = T extends [...infer _, infer L] ? L : any
/** What an acknowledgement answers, without the error that `timeout()` has put before it. */
type Answer<Ack> = Ack extends (first: infer First, ...rest: infer Rest) => any
  ? IsAckError<First> extends true
    ? Rest extends [] ? undefined : Rest[0]
    : First
  : any
type IsAckError<T> = 0 extends 1 & T ? false : [T] extends [AckError] ? ([AckError] extends [T] ? true : false) : false
/** Events whose acknowledgement begins with an error, as `timeout()` makes them. */
type WithErrors<Events> = {
  [Event in keyof Events]: Events[Event] extends (...args: infer Args) => infer Result
    ? (...args: WithErrorInAcks<Args>) => Result
    : Events[Event]
}
type WithErrorInAcks<Args extends any[]> = {
  [At in keyof Args]: Args[At] extends (...args: infer Params) => infer Result
    ? (err: AckError, ...args: Params) => Result
    : Args[At]
}

/** What Manager, Socket and the engine have in common. */
declare abstract class Emitter<Listen extends EventsMap, Reserved extends EventsMap = {}> {
  on<Event extends Names<Reserved, Listen>>(event: Event, listener: Listener<Reserved, Listen, Event>): this
  once<Event extends Names<Reserved, Listen>>(event: Event, listener: Listener<Reserved, Listen, Event>): this
  /** Takes off one listener, all of an event, or all there are. */
  off<Event extends Names<Reserved, Listen>>(event?: Event, listener?: Listener<Reserved, Listen, Event>): this
  addEventListener<Event extends Names<Reserved, Listen>>(event: Event, listener: Listener<Reserved, Listen, Event>): this
  removeListener<Event extends Names<Reserved, Listen>>(event?: Event, listener?: Listener<Reserved, Listen, Event>): this
  removeAllListeners<Event extends Names<Reserved, Listen>>(event?: Event): this
  removeEventListener<Event extends Names<Reserved, Listen>>(event?: Event, listener?: Listener<Reserved, Listen, Event>): this
  listeners<Event extends Names<Reserved, Listen>>(event: Event): Listener<Reserved, Listen, Event>[]
  hasListeners<Event extends Names<Reserved, Listen>>(event: Event): boolean
}

// Errors.

export interface ExtendedError extends Error {
  /** Of a refusal: what the server sent along. */
  data?: any
}

/** Ours: every error has a `code` that stays the same; its `message` is for people. */
export interface ParlorError extends ExtendedError {
  code: ErrorCode
  /** Of a failed transport: the HTTP status, 0 where there was no answer, or the event of a WebSocket. */
  description?: any
  type?: "TransportError"
  /** Of an attempt to connect that failed, or of a transport: what to look at, in words that may change. */
  hint?: string
}

/** Ours. */
export type ErrorCode =
  | "ERR_ACK_TIMEOUT"
  | "ERR_BAD_OPTION"
  | "ERR_BAD_SERVER"
  | "ERR_BAD_URI"
  | "ERR_BUFFER_FULL"
  | "ERR_CONNECTION_CLOSED"
  | "ERR_CONNECT_TIMEOUT"
  | "ERR_DISCONNECTED"
  | "ERR_NOT_READY"
  | "ERR_NO_TRANSPORTS"
  | "ERR_REFUSED"
  | "ERR_RESERVED_EVENT"
  | "ERR_TRANSPORT"
  | "ERR_UPGRADE"
  | "ERR_WASM_BLOCKED"
  | "ERR_WASM_LOAD"
  | "ERR_WRONG_PROTOCOL"

/** Ours: what an acknowledgement with a time limit begins with. `null` in truth where there is an answer, as there. */
export interface AckError extends ParlorError {
  code: "ERR_ACK_TIMEOUT" | "ERR_DISCONNECTED"
}

/** What is known of an end beyond its reason. */
export type DisconnectDescription = Error | { description: string; context?: unknown }

// Sockets.

export interface SocketReservedEvents {
  connect: () => void
  connect_error: (err: ParlorError) => void
  disconnect: (reason: Socket.DisconnectReason, description?: DisconnectDescription) => void
}

/** A packet of Socket.IO, as a parser knows it. */
export interface Packet {
  /** 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR. */
  type: number
  nsp: string
  data?: any
  id?: number
  attachments?: number
}

type CatchAll = (...args: any[]) => void

/** One namespace on one connection. */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends Emitter<ListenEvents, SocketReservedEvents> {
  readonly io: Manager<ListenEvents, EmitEvents>
  /** Ours to read: the namespace. */
  readonly nsp: string
  /** The server's name for it; `undefined` while it is not connected. */
  id: string | undefined
  connected: boolean
  get disconnected(): boolean
  /** Whether it connects by itself as soon as that is possible. */
  get active(): boolean
  /** Whether the server has restored an earlier session. */
  recovered: boolean
  /** What is sent with every CONNECT. */
  auth: Auth
  /** What came before the server had let the socket in. */
  receiveBuffer: ReadonlyArray<any>[]
  /** What waits for a connection. */
  sendBuffer: Packet[]
  /** Ours: how many bytes wait for a connection or, with `retries`, for an answer. */
  readonly bufferedBytes: number

  connect(): this
  open(): this
  disconnect(): this
  close(): this

  emit<Event extends EventNames<EmitEvents>>(event: Event, ...args: EventParams<EmitEvents, Event>): this
  /** Resolves to the first argument of the answer. */
  emitWithAck<Event extends EventNames<EmitEvents>>(
    event: Event,
    ...args: AllButLast<EventParams<EmitEvents, Event>>
  ): Promise<Answer<Last<EventParams<EmitEvents, Event>>>>
  /** Emits `message`. */
  send(...args: any[]): this
  /** The next event is dropped when it cannot leave at once. */
  get volatile(): this
  /** Says whether the next event is worth compressing. */
  compress(compress: boolean): this
  /** The next event's answer is waited for that long, in milliseconds, and begins with an error or `null`. */
  timeout(timeout: number): Socket<ListenEvents, WithErrors<EmitEvents>>

  onAny(listener: CatchAll): this
  prependAny(listener: CatchAll): this
  offAny(listener?: CatchAll): this
  listenersAny(): CatchAll[]
  onAnyOutgoing(listener: CatchAll): this
  prependAnyOutgoing(listener: CatchAll): this
  offAnyOutgoing(listener?: CatchAll): this
  listenersAnyOutgoing(): CatchAll[]
}

export namespace Socket {
  /**
   * Why a socket was disconnected. `forced close`, which an engine's own `close()` leads to, is not in this list there
   * either.
   */
  export type DisconnectReason =
    | "io server disconnect"
    | "io client disconnect"
    | "ping timeout"
    | "transport close"
    | "transport error"
    | "parse error"
}

/** Ours, as a type: why a connection ended. */
export type CloseReason = Socket.DisconnectReason | "forced close"

export type Auth =
  | { [key: string]: any }
  | ((send: (data: object) => void) => void)
  /** Ours. */
  | (() => Promise<object>)

export interface SocketOptions {
  /** What is sent with CONNECT: an object, a function that is given the way to send one, or an async function. */
  auth?: Auth
  /** How often an event is sent again when it is not answered. Events are sent one by one then. */
  retries?: number
  /** How long to wait for answers where `timeout()` does not say, in milliseconds. */
  ackTimeout?: number
}

// Managers.

export interface ManagerReservedEvents {
  open: () => void
  error: (err: ParlorError) => void
  ping: () => void
  packet: (packet: Packet) => void
  close: (reason: CloseReason, description?: DisconnectDescription) => void
  reconnect_failed: () => void
  reconnect_attempt: (attempt: number) => void
  reconnect_error: (err: ParlorError) => void
  reconnect: (attempt: number) => void
}

/** One connection to one server, with the namespaces on it. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends Emitter<{}, ManagerReservedEvents> {
  constructor(opts: Partial<ManagerOptions>)
  constructor(uri?: string, opts?: Partial<ManagerOptions>)
  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>)
  /** The session; another one after every attempt to connect. */
  engine: Engine
  opts: Partial<ManagerOptions>
  open(fn?: (err?: ParlorError) => void): this
  connect(fn?: (err?: ParlorError) => void): this
  socket<Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>(
    nsp: string,
    opts?: Partial<SocketOptions>,
  ): Socket<Listen, Emit>
  socket(nsp: string, opts?: Partial<SocketOptions>): Socket
  reconnection(v: boolean): this
  reconnection(): boolean
  reconnection(v?: boolean): this | boolean
  reconnectionAttempts(v: number): this
  reconnectionAttempts(): number
  reconnectionAttempts(v?: number): this | number
  reconnectionDelay(v: number): this
  reconnectionDelay(): number
  reconnectionDelay(v?: number): this | number
  reconnectionDelayMax(v: number): this
  reconnectionDelayMax(): number
  reconnectionDelayMax(v?: number): this | number
  randomizationFactor(v: number): this
  randomizationFactor(): number
  randomizationFactor(v?: number): this | number
  timeout(v: number | boolean): this
  timeout(): number | boolean
  timeout(v?: number | boolean): this | number | boolean
  /** Ends the connection without trying again. */
  _close(): void
}

export interface ManagerOptions extends EngineOptions {
  forceNew: boolean
  multiplex: boolean
  path: string
  reconnection: boolean
  /** `Infinity`, and 0: as many as it takes. */
  reconnectionAttempts: number
  reconnectionDelay: number
  reconnectionDelayMax: number
  randomizationFactor: number
  /** For one attempt to connect, in milliseconds; `false` waits for ever. */
  timeout: number | false
  autoConnect: boolean
  /** `{ Encoder, Decoder }`: what makes messages of packets, and packets of messages. */
  parser: any
  /**
   * Ours: how many bytes a socket keeps for a connection that is not there and, with `retries`, until they are answered.
   * What is more is refused by `emit`, with `ERR_BUFFER_FULL`. `Infinity` where nothing is said.
   */
  maxBufferedBytes?: number
}

// The engine.

export interface HandshakeData {
  sid: string
  upgrades: string[]
  pingInterval: number
  pingTimeout: number
  maxPayload: number
}

/** A packet of Engine.IO. */
export interface EnginePacket {
  type: "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error"
  options?: { compress: boolean }
  data?: any
}

export interface EngineReservedEvents {
  open: () => void
  handshake: (data: HandshakeData) => void
  packet: (packet: EnginePacket) => void
  packetCreate: (packet: EnginePacket) => void
  data: (data: any) => void
  message: (data: any) => void
  drain: () => void
  flush: () => void
  heartbeat: () => void
  ping: () => void
  pong: () => void
  error: (err: ParlorError) => void
  upgrading: (transport: Transport) => void
  upgrade: (transport: Transport) => void
  upgradeError: (err: ParlorError) => void
  close: (reason: CloseReason, description?: DisconnectDescription) => void
}

/** One Engine.IO session. */
export interface Engine extends Emitter<{}, EngineReservedEvents> {
  id: string
  transport: Transport
  binaryType: "nodebuffer" | "arraybuffer" | "blob"
  readyState: "opening" | "open" | "closing" | "closed"
  writeBuffer: EnginePacket[]
  write(msg: any, options?: { compress?: boolean }, fn?: () => void): this
  send(msg: any, options?: { compress?: boolean }, fn?: () => void): this
  close(): this
}

/** What carries bytes: the engine's own affair, but for its name. */
declare abstract class Transport {
  constructor(opts: any)
  get name(): string
}

export type TransportName = "polling" | "websocket" | "webtransport" | (string & {})
export type TransportCtor = { new (o: any): Transport }
export type { Transport }

/** Polling by `fetch`. */
export class Fetch extends Transport {}
export class XHR extends Transport {}
export class NodeXHR extends Transport {}
export class WebSocket extends Transport {}
export class NodeWebSocket extends Transport {}
export class WebTransport extends Transport {}

export interface EngineOptions {
  host?: string
  hostname?: string
  secure?: boolean
  port?: string | number
  /** Added to the query of every request. */
  query?: { [key: string]: any }
  upgrade?: boolean
  forceBase64?: boolean
  timestampParam?: string
  timestampRequests?: boolean
  /** By name or by class, in their order: the first one connects. */
  transports?: TransportName[] | TransportCtor[]
  transportImplementations?: TransportCtor[]
  tryAllTransports?: boolean
  rememberUpgrade?: boolean
  /** For one request of polling, in milliseconds. */
  requestTimeout?: number
  /** Options of one transport, by its name. */
  transportOptions?: { [transport: string]: any }
  /** Sent by polling; a page cannot give headers to a WebSocket. */
  extraHeaders?: { [header: string]: string }
  withCredentials?: boolean
  closeOnBeforeunload?: boolean
  useNativeTimers?: boolean
  path?: string
  addTrailingSlash?: boolean
  /** Sub-protocols of the WebSocket. */
  protocols?: string | string[]
  // Of Node alone.
  autoUnref?: boolean
  agent?: string | boolean | object
  perMessageDeflate?: { threshold: number } | false
  pfx?: string | Uint8Array
  key?: string | Uint8Array
  passphrase?: string
  cert?: string | Uint8Array
  ca?: string | Uint8Array | (string | Uint8Array)[]
  ciphers?: string
  rejectUnauthorized?: boolean
}

// The entry. Where a type is taken from a function (`ReturnType`), it is taken from the last of its signatures: that one
// has no parameters of type.

export interface Io {
  <Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>(
    opts?: Partial<ManagerOptions & SocketOptions>,
  ): Socket<Listen, Emit>
  <Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>(
    uri?: string,
    opts?: Partial<ManagerOptions & SocketOptions>,
  ): Socket<Listen, Emit>
  (opts?: Partial<ManagerOptions & SocketOptions>): Socket
  (uri?: string, opts?: Partial<ManagerOptions & SocketOptions>): Socket
}

export const io: Io & { io: Io; connect: Io; Manager: typeof Manager; Socket: typeof Socket; protocol: 5 }
export { io as connect, io as default }
/** The version of Socket.IO's protocol: 5. */
export const protocol: 5
