// What every fixture does, as socket.io's documentation has it: the same on each engine.

/** @param {import("socket.io").Server} io */
export const serve = (io) =>
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
