// Compiled by `types.test.mjs`: what is right must compile, and each line behind `@ts-expect-error` must not.

import connect, { io, Manager, protocol, type Socket } from "parlor-client"

interface FromServer {
  welcome: (who: { sid: string }) => void
  question: (text: string, answer: (reply: number) => void) => void
}
interface ToServer {
  echo: (text: string, ack: (text: string) => void) => void
  shout: (room: string, text: string) => void
}

const socket: Socket<FromServer, ToServer> = io("http://localhost", { auth: async () => ({ token: "t" }) })

socket.on("welcome", ({ sid }) => sid.toUpperCase())
socket.on("question", (text, answer) => answer(text.length))
socket.on("disconnect", (reason) => reason === "ping timeout")
socket.on("connect_error", (error) => error.code === "ERR_REFUSED" && error.data)
socket.emit("shout", "room", "text")
socket.emit("echo", "text", (text) => text.length)
socket.volatile.compress(false).emit("shout", "room", "text")
socket.timeout(100).emit("echo", "text", (error, text) => error.message + text.length)
const reply: Promise<string> = socket.emitWithAck("echo", "text")
const checked: Promise<5> = Promise.resolve(protocol)

const free = connect("/any", { transports: ["websocket"], forceNew: true })
free.on("whatever", (...args: number[]) => args.length)
free.emit("whatever", 1, "two", { three: 3 })

new Manager("http://localhost").on("reconnect_attempt", (attempt) => attempt + 1).reconnectionDelay(10)

// @ts-expect-error there is no such event
socket.on("unknown", () => {})
// @ts-expect-error the argument is a text
socket.emit("shout", "room", 1)
// @ts-expect-error an argument is missing
socket.emit("shout", "room")
// @ts-expect-error reserved names are not emitted
free.emit("disconnect")
// @ts-expect-error there is no such reason
socket.on("disconnect", (reason) => reason === "boredom")
// @ts-expect-error there is no such transport
io({ transports: ["carrier pigeon"] })
export { checked, reply }
