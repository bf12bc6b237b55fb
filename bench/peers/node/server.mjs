// npm socket.io on Node: what every fixture does, as its documentation has it.

import { createServer } from "node:http";

import { Server } from "socket.io";

const http = createServer();
// Off is socket.io's default; `true` leaves the rest to it. Its threshold of 1024 bytes counts only for clients that ask
// for no context takeover.
const io = new Server(http, { perMessageDeflate: process.argv.includes("--deflate") });

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

http.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
