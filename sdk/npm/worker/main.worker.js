import { io } from "./node_modules/parlor-client/dist/index.mjs"

onmessage = ({ data }) => {
  const socket = io(data)
  socket.on("welcome", async ({ sid }) => {
    const answer = await socket.emitWithAck("echo", "hello")
    postMessage(sid == socket.id ? answer : "somebody else was welcomed")
  })
}
