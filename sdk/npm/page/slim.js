import { io, ready } from "./node_modules/parlor-client/dist/slim.mjs"

const { searchParams } = new URL(location)

try {
  // Without one, the file beside the script.
  await ready(searchParams.get("core") ?? undefined)
  const socket = io(searchParams.get("server"))
  socket.on("welcome", async ({ sid }) => {
    const answer = await socket.emitWithAck("echo", "hello")
    document.title = sid == socket.id ? answer : "somebody else was welcomed"
  })
} catch (error) {
  document.title = `${error.code}: ${error.message}`
}
