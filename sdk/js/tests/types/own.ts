// What is ours alone in the typings: additions, and what is told more exactly.

import {
  io,
  Manager,
  protocol,
  type AckError,
  type DefaultEventsMap,
  type Engine,
  type ErrorCode,
  type EventsMap,
  type Packet,
  type ParlorError,
  type Socket,
  type Transport,
} from "parlor-client"

interface FromServer {
  welcome: (who: { sid: string }) => void
}
interface ToServer {
  echo: (text: string, ack: (text: string) => void) => void
  done: (ack: () => void) => void
}

/** Whether two types are the same, and not only fit. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>) => {}

// Events can be named where the socket is made.
const socket = io<FromServer, ToServer>("http://localhost", { auth: async () => ({ token: "t" }), maxBufferedBytes: 1000 })
same<typeof socket, Socket<FromServer, ToServer>>(true)
same<ReturnType<Manager["socket"]>, Socket>(true)
same<ReturnType<typeof io>, Socket<DefaultEventsMap, DefaultEventsMap>>(true)
const admin = new Manager({ maxBufferedBytes: Infinity }).socket<FromServer, ToServer>("/admin")
same<typeof admin, Socket<FromServer, ToServer>>(true)
same<typeof protocol, 5>(true)

// What can be read.
const bytes: number = socket.bufferedBytes
const namespace: string = socket.nsp
socket.addEventListener("welcome", ({ sid }) => sid).removeEventListener("welcome")
io.connect().io.engine.on("open", () => io.protocol)

// Errors have a code.
socket.on("connect_error", (error) => {
  same<typeof error, ParlorError>(true)
  if (error.code === "ERR_REFUSED") console.log(error.data)
  if (error.code === "ERR_TRANSPORT") console.log(error.description)
})
socket.timeout(1).emit("echo", "text", (error) => same<typeof error, AckError>(true))
socket.timeout(1).emit("echo", "text", (error) => error.code === "ERR_ACK_TIMEOUT" || error.code === "ERR_DISCONNECTED")
const codes: ErrorCode[] = ["ERR_NOT_READY", "ERR_WASM_LOAD", "ERR_WASM_BLOCKED", "ERR_BUFFER_FULL"]

// A promise has the answer, and never the error, with a time and without.
const answer = socket.emitWithAck("echo", "text")
const inTime = socket.timeout(1).emitWithAck("echo", "text")
const done = socket.timeout(1).emitWithAck("done")
same<typeof answer, Promise<string>>(true)
same<typeof inTime, Promise<string>>(true)
same<typeof done, Promise<undefined>>(true)
io().timeout(1).emitWithAck("any", 1).then((any) => any.whatever)

socket.io.on("close", (reason) => reason === "forced close").engine.on("close", (reason) => reason === "forced close")
const timeout: number | boolean = new Manager({ timeout: false }).timeout()

// @ts-expect-error there is no such code
codes.push("ERR_BOREDOM")
// @ts-expect-error an answer in time is no other than one without
socket.timeout(1).emitWithAck("echo", "text").then((error: Error) => error)
// @ts-expect-error bytes are counted, not set
socket.bufferedBytes = 0
// @ts-expect-error a number of bytes
io({ maxBufferedBytes: "1 MB" })
// @ts-expect-error there is no such reason
socket.io.on("close", (reason) => reason === "boredom")
// @ts-expect-error a type, and no value
new Engine()

// Reserved names are not emitted.
const free = io()
// @ts-expect-error
free.emit("connect")
// @ts-expect-error
free.emit("connect_error", new Error("e"))
// @ts-expect-error
free.emit("disconnect", "reason")
// @ts-expect-error
free.emit("disconnecting")
// @ts-expect-error
free.emit("newListener", 1)
// @ts-expect-error
free.timeout(1).emit("removeListener")
// @ts-expect-error
free.emitWithAck("disconnect", 1)
// @ts-expect-error
socket.emit("disconnect")

export { bytes, namespace, timeout, type Engine, type EventsMap, type Packet, type Transport }
