// The types of every entry, as a module sees them. It is compiled and not run.

import connect, { io, Manager, type Socket } from "parlor-client"
import slim, { io as slimIo, ready } from "parlor-client/slim"

interface Events {
  said: (text: string) => void
}

const socket: Socket<Events> = io<Events>("http://127.0.0.1")
socket.on("said", (text) => text.toUpperCase())
connect(), slim(), new Manager("http://127.0.0.1")

await ready()
await ready("/parlor-client.wasm")
await ready(new URL("http://127.0.0.1/parlor-client.wasm"))
await ready(fetch("/parlor-client.wasm"))
await ready(new Uint8Array())
const done: void = await ready(new Response())
slimIo<Events>("http://127.0.0.1").on("said", (text) => text.toUpperCase())

// @ts-expect-error no such event
socket.on("heard", () => {})
// @ts-expect-error a number is no source
await ready(1)
