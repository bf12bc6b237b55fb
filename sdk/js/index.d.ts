// The types of socket.io-client, for the part of it that is here. Event maps are interfaces from an event's name to
// the signature of its listener; an acknowledgement is the last parameter of that signature.

export interface DefaultEvents {
  [event: string]: (...args: any[]) => void
}

/** Why a socket was disconnected. */
export type DisconnectReason =
  | "io server disconnect"
  | "io client disconnect"
  | "ping timeout"
  | "transport close"
  | "transport error"
  | "parse error"
  | "forced close"

/** What is known of it beyond the reason. */
export type DisconnectDescription = Error | { description: string; context?: unknown }

/** Every error has a `code` that stays the same; its `message` is for people. */
export interface ParlorError extends Error {
  code: ErrorCode
  /** Of a failed transport: the HTTP status, 0 where there was no answer. */
  description?: number
  type?: "TransportError"
  /** Of a refusal: what the server sent along. */
  data?: any
}

export type ErrorCode =
  | "ERR_ACK_TIMEOUT"
  | "ERR_BAD_SERVER"
  | "ERR_BAD_URI"
  | "ERR_BLOB"
  | "ERR_CONNECTION_CLOSED"
  | "ERR_CONNECT_TIMEOUT"
  | "ERR_DISCONNECTED"
  | "ERR_NO_TRANSPORTS"
  | "ERR_REFUSED"
  | "ERR_RESERVED_EVENT"
  | "ERR_TRANSPORT"
  | "ERR_UPGRADE"
  | "ERR_WASM_BLOCKED"
  | "ERR_WRONG_PROTOCOL"

interface SocketReserved {
  connect: () => void
  connect_error: (error: ParlorError) => void
  disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void
}

interface ManagerEvents {
  open: () => void
  error: (error: ParlorError) => void
  ping: () => void
  close: (reason: DisconnectReason, description?: DisconnectDescription) => void
  reconnect_attempt: (attempt: number) => void
  reconnect_error: (error: ParlorError) => void
  reconnect_failed: () => void
  reconnect: (attempts: number) => void
}

interface EngineEvents {
  open: () => void
  upgrading: (transport: { name: TransportName }) => void
  upgrade: (transport: { name: TransportName }) => void
  upgradeError: (error: ParlorError) => void
  ping: () => void
  close: (reason: DisconnectReason) => void
}

type Name<Events> = keyof Events & string
type Args<Events, Event extends keyof Events> = Events[Event] extends (...args: infer A) => any ? A : never
type AllButLast<T extends any[]> = T extends [...infer Head, any?] ? Head : any[]
type Last<T extends any[]> = T extends [...any[], infer L] ? L : any
type FirstArg<T> = T extends (first: infer A, ...rest: any[]) => any ? A : any
/** Events whose acknowledgement begins with an error, as `timeout()` makes them. */
type WithErrors<Events> = {
  [Event in keyof Events]: Events[Event] extends (...args: infer A) => infer R ? (...args: LastWithError<A>) => R : never
}
type LastWithError<T extends any[]> = T extends [...infer Head, infer L]
  ? L extends (...args: infer A) => infer R
    ? [...Head, (error: Error, ...args: A) => R]
    : T
  : T

export class Emitter<Listen, Reserved = {}> {
  on<Event extends Name<Reserved> | Name<Listen>>(event: Event, listener: Listener<Listen, Reserved, Event>): this
  once<Event extends Name<Reserved> | Name<Listen>>(event: Event, listener: Listener<Listen, Reserved, Event>): this
  off<Event extends Name<Reserved> | Name<Listen>>(event?: Event, listener?: Listener<Listen, Reserved, Event>): this
  addEventListener: this["on"]
  removeListener: this["off"]
  removeAllListeners: this["off"]
  removeEventListener: this["off"]
  listeners<Event extends Name<Reserved> | Name<Listen>>(event: Event): Listener<Listen, Reserved, Event>[]
  hasListeners(event: Name<Reserved> | Name<Listen>): boolean
}

type Listener<Listen, Reserved, Event> = Event extends keyof Reserved
  ? Reserved[Event]
  : Event extends keyof Listen
    ? Listen[Event]
    : never

/** One namespace on one connection. */
export class Socket<Listen = DefaultEvents, Emit = Listen> extends Emitter<Listen, SocketReserved> {
  readonly io: Manager<Listen, Emit>
  readonly nsp: string
  /** The server's name for it; `undefined` while it is not connected. */
  readonly id: string | undefined
  readonly connected: boolean
  readonly disconnected: boolean
  /** Whether it connects by itself as soon as that is possible. */
  readonly active: boolean
  /** Whether the server has restored an earlier session. */
  readonly recovered: boolean
  /** What is sent with every CONNECT. */
  auth: Auth | undefined

  connect(): this
  open(): this
  disconnect(): this
  close(): this

  emit<Event extends Name<Emit>>(
    event: Event extends keyof SocketReserved ? never : Event,
    ...args: Args<Emit, Event>
  ): this
  /** Resolves to the first argument of the answer. */
  emitWithAck<Event extends Name<Emit>>(
    event: Event extends keyof SocketReserved ? never : Event,
    ...args: AllButLast<Args<Emit, Event>>
  ): Promise<FirstArg<Last<Args<Emit, Event>>>>
  send(...args: any[]): this
  /** The next event is dropped when it cannot leave at once. */
  readonly volatile: this
  /** Says whether the next event is worth compressing. */
  compress(compress: boolean): this
  /** The next event's answer is waited for that long, in milliseconds, and begins with an error or `null`. */
  timeout(milliseconds: number): Socket<Listen, WithErrors<Emit>>

  onAny(listener: (event: string, ...args: any[]) => void): this
  prependAny(listener: (event: string, ...args: any[]) => void): this
  offAny(listener?: (event: string, ...args: any[]) => void): this
  listenersAny(): ((event: string, ...args: any[]) => void)[]
  onAnyOutgoing(listener: (event: string, ...args: any[]) => void): this
  prependAnyOutgoing(listener: (event: string, ...args: any[]) => void): this
  offAnyOutgoing(listener?: (event: string, ...args: any[]) => void): this
  listenersAnyOutgoing(): ((event: string, ...args: any[]) => void)[]
}

/** One connection to one server, with the namespaces on it. */
export class Manager<Listen = DefaultEvents, Emit = Listen> extends Emitter<{}, ManagerEvents> {
  constructor(uri?: string, options?: Partial<ManagerOptions>)
  constructor(options?: Partial<ManagerOptions>)
  /** The session; another one after every reconnection. */
  readonly engine: Engine
  readonly opts: Partial<ManagerOptions>
  open(done?: (error?: ParlorError) => void): this
  connect(done?: (error?: ParlorError) => void): this
  socket(namespace: string, options?: Partial<SocketOptions>): Socket<Listen, Emit>
  reconnection(): boolean
  reconnection(value: boolean): this
  reconnectionAttempts(): number
  reconnectionAttempts(value: number): this
  reconnectionDelay(): number
  reconnectionDelay(value: number): this
  reconnectionDelayMax(): number
  reconnectionDelayMax(value: number): this
  randomizationFactor(): number
  randomizationFactor(value: number): this
}

/** One Engine.IO session. */
export class Engine extends Emitter<{}, EngineEvents> {
  readonly id: string | undefined
  readonly transport: { name: TransportName }
  readonly readyState: "opening" | "open" | "closed"
  close(): this
}

export type TransportName = "polling" | "websocket"

export type Auth =
  | { [key: string]: any }
  | ((send: (data: object) => void) => void)
  | (() => Promise<object>)

export interface SocketOptions {
  /** What is sent with CONNECT: an object, a function that is given the way to send one, or an async function. */
  auth: Auth
  /** How long to wait for answers where `timeout()` does not say, in milliseconds. */
  ackTimeout: number
}

export interface ManagerOptions extends TransportOptions {
  forceNew: boolean
  multiplex: boolean
  autoConnect: boolean
  reconnection: boolean
  reconnectionAttempts: number
  reconnectionDelay: number
  reconnectionDelayMax: number
  randomizationFactor: number
  /** For one attempt to connect, in milliseconds; `false` waits for ever. */
  timeout: number | false
  transports: TransportName[]
  upgrade: boolean
  addTrailingSlash: boolean
  forceBase64: boolean
  timestampRequests: boolean
  timestampParam: string
  transportOptions: { [Name in TransportName]?: Partial<TransportOptions> }
}

export interface TransportOptions {
  path: string
  query: { [key: string]: any }
  /** Sent by polling; a page cannot give headers to a WebSocket. */
  extraHeaders: { [header: string]: string }
  withCredentials: boolean
  protocols: string | string[]
}

export interface Io {
  <Listen = DefaultEvents, Emit = Listen>(
    uri?: string,
    options?: Partial<ManagerOptions & SocketOptions>,
  ): Socket<Listen, Emit>
  <Listen = DefaultEvents, Emit = Listen>(options?: Partial<ManagerOptions & SocketOptions>): Socket<Listen, Emit>
}

export const io: Io & { io: Io; connect: Io; Manager: typeof Manager; Socket: typeof Socket; protocol: 5 }
export { io as connect, io as default }
export const protocol: 5
