try {
  const socket = io(new URL(location).searchParams.get("server"))
  socket.on("welcome", async ({ sid }) => {
    const answer = await socket.emitWithAck("echo", "hello")
    document.title = sid == socket.id ? answer : "somebody else was welcomed"
  })
} catch (error) {
  document.title = `${error.code}: ${error.message}`
}
