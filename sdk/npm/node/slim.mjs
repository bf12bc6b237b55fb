import { io, ready } from "parlor-client/slim"

await ready()

const socket = io(process.argv[2])
socket.on("welcome", async ({ sid }) => {
  const answer = await socket.emitWithAck("echo", "hello")
  console.log(sid == socket.id ? answer : "somebody else was welcomed")
  socket.disconnect()
})
