// npm socket.io on Bun's engine: what every fixture does, as its documentation has it.

import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";

const io = new Server();
// The engine's own default is another path than socket.io's.
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);

io.on("connection", (socket) => {
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack();
  });
  socket.on("leave", (room, ack) => {
    socket.leave(room);
    ack();
  });
  socket.on("shout", (room, text) => io.to(room).emit("shout", text));
  socket.on("echo", (text, ack) => ack(text));
});

const { websocket, ...handler } = engine.handler();
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  ...handler,
  // The engine has no such option, Bun's server has: it then reads what clients compress. It compresses nothing itself,
  // because that is to be asked for with each message, and the engine does not.
  websocket: { ...websocket, perMessageDeflate: process.argv.includes("--deflate") },
});
console.log(`listening on http://127.0.0.1:${server.port}`);
