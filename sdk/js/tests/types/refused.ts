// What the typings of socket.io-client refuse, and ours too: compiled against both. A line that compiles fails the test.

import { io, Manager, Socket } from "socket.io-client"

interface FromServer {
  welcome: (who: { sid: string }) => void
}
interface ToServer {
  echo: (text: string, ack: (text: string) => void) => void
  shout: (room: string, text: string) => void
}

const socket: Socket<FromServer, ToServer> = io()
const same: Socket<FromServer> = io()
const manager = new Manager()

// @ts-expect-error there is no such event
socket.on("unknown", () => {})
// @ts-expect-error an event that is emitted is not heard
socket.on("shout", () => {})
// @ts-expect-error the argument has no such field
socket.on("welcome", ({ name }) => name)
// @ts-expect-error the listener wants another argument
socket.once("welcome", (who: string) => who)
// @ts-expect-error the listener is of another event
socket.off("welcome", (who: number) => who)
// @ts-expect-error there is no such event
socket.hasListeners("unknown")
// @ts-expect-error connect has no arguments
socket.on("connect", (id: string) => id)
// @ts-expect-error there is no such reason
socket.on("disconnect", (reason) => reason === "boredom")
// @ts-expect-error details are an object
socket.on("disconnect", (_, details) => details.length)

// @ts-expect-error there is no such event
socket.emit("unknown")
// @ts-expect-error an event that is heard is not emitted
socket.emit("welcome", { sid: "s" })
// @ts-expect-error where one map is given, it is that of both directions
same.emit("echo", "text", () => {})
// @ts-expect-error the argument is a text
socket.emit("shout", "room", 1)
// @ts-expect-error an argument is missing
socket.emit("shout", "room")
// @ts-expect-error an argument is too much
socket.emit("shout", "room", "text", "more")
// @ts-expect-error the answer is a text
socket.emit("echo", "text", (answer: number) => answer)
// @ts-expect-error an answer has no error before it where no time is said
socket.emit("echo", "text", (error: Error, answer: string) => answer)
// @ts-expect-error with a time it has
socket.timeout(1).emit("echo", "text", (answer: string) => answer)
// @ts-expect-error a promise takes the place of the acknowledgement
socket.emitWithAck("echo", "text", () => {})
// @ts-expect-error the argument is a text
socket.emitWithAck("echo", 1)
// @ts-expect-error the answer is a text
socket.emitWithAck("echo", "text").then((answer: number) => answer)
// @ts-expect-error a time is a number
socket.timeout("1")
// @ts-expect-error a wish is a boolean
socket.compress("yes")

// @ts-expect-error there is no such event of a manager
manager.on("reconnecting", () => {})
// @ts-expect-error attempts have numbers
manager.on("reconnect_attempt", (attempt: string) => attempt)
// @ts-expect-error a delay is a number
manager.reconnectionDelay("1")
// @ts-expect-error there is no such event of an engine
manager.engine.on("pang", () => {})
// @ts-expect-error there is no such option
io({ reconnect: false })
// @ts-expect-error a list of transports
io({ transports: "websocket" })
// @ts-expect-error a number of milliseconds
io("http://localhost", { timeout: "20s" })
// @ts-expect-error nor is auth a text
io("http://localhost", { auth: "token" })
