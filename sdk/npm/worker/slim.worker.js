import { io, ready } from "./node_modules/parlor-client/dist/slim.mjs"

onmessage = async ({ data }) => {
  await ready()
  const socket = io(data)
  socket.on("welcome", async ({ sid }) => {
    const answer = await socket.emitWithAck("echo", "hello")
    postMessage(sid == socket.id ? answer : "somebody else was welcomed")
  })
}
