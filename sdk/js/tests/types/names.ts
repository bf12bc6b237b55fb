// Every public name in the typings of socket.io-client is in ours. What begins with `_` is private there.

import type * as theirs from "socket.io-client"
import type * as ours from "parlor-client"

type Public<T> = Exclude<keyof T, `_${string}`>
type Missing<Theirs, Ours, But = never> = Exclude<Public<Theirs>, Public<Ours> | But>
/** The events that an emitter may be asked for. */
type Events<T extends { on: (event: any, listener: any) => any }> = Parameters<T["on"]>[0]
type TheirEngine = theirs.Manager["engine"]
type OurEngine = ours.Manager["engine"]
/** An emitter there emits whatever it is told to; ours do so by themselves. */
type OfEmitter = "emit"

const none = <_ extends never>() => {}

none<Missing<typeof theirs, typeof ours>>()
none<Missing<theirs.Socket, ours.Socket>>()
none<Missing<theirs.SocketOptions, ours.SocketOptions>>()
none<Missing<theirs.SocketReservedEvents, ours.SocketReservedEvents>>()
none<Missing<theirs.Manager, ours.Manager, OfEmitter>>()
none<Missing<theirs.ManagerOptions, ours.ManagerOptions>>()
none<Missing<theirs.ManagerReservedEvents, ours.ManagerReservedEvents>>()
none<Missing<TheirEngine, OurEngine, OfEmitter>>()
none<Exclude<Events<TheirEngine>, Events<OurEngine>>>()
none<Exclude<theirs.Socket.DisconnectReason, ours.Socket.DisconnectReason>>()

// They fit as they are: what users hand over, and what they are handed.
const ofManagers: Partial<ours.ManagerOptions> = {} as Partial<theirs.ManagerOptions>
const ofSockets: ours.SocketOptions = {} as theirs.SocketOptions
const description: theirs.DisconnectDescription = {} as ours.DisconnectDescription
const error: theirs.ExtendedError = {} as ours.ExtendedError
const ofSocket: ours.SocketReservedEvents = {} as theirs.SocketReservedEvents
const ofManager: ours.ManagerReservedEvents = {} as theirs.ManagerReservedEvents

// @ts-expect-error it finds what is not there
none<Missing<{ name: string }, {}>>()

export { description, error, ofManager, ofManagers, ofSocket, ofSockets }
