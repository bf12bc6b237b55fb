// The client's lines of docs/CHEATSHEET.md by their names; the page shows what stands behind each. They are said by our
// package in `cheatsheet.test.mjs`, and by npm's socket.io-client in `server/tests/node/cheatsheet.test.mjs`.

export const CLIENT_LINES = {
  "socket.emit": (socket, text) => socket.emit("echo", text),
  "socket.emit(ack)": (socket, text, log) => socket.emit("echo", text, (answer) => log(answer)),
  "socket.emitWithAck": async (socket, text, log) => log(await socket.emitWithAck("echo", text)),
  "socket.timeout(5000).emit(ack)": (socket, text, log) =>
    socket.timeout(5000).emit("echo", text, (error, answer) => log(error ?? answer)),
  "socket.timeout(5000).emitWithAck": async (socket, text, log) =>
    log(await socket.timeout(5000).emitWithAck("echo", text)),
  "socket.compress(false).emit": (socket, text) => socket.compress(false).emit("echo", text),
  "socket.volatile.emit": (socket, text) => socket.volatile.emit("echo", text),
}
