// Who receives what each line of docs/CHEATSHEET.md says: what `cheatsheet.test.mjs` expects, and what the page's pictures
// show (`cheatsheet.pictures.mjs`). Letters are clients: "ab" are a and b.

/** Who is in which room of `/`. */
export const ROOMS = { a: ["room1"], b: ["room1", "room2"], c: ["room2", "room3"], d: [] };
/** The same clients in `/custom`. */
export const CUSTOM_ROOMS = { a: [], b: [], c: ["room1"], d: [] };
export const NAMES = Object.keys(ROOMS);

/**
 * The server's lines, all said in the name of a.
 *
 * @type {{line: string, root?: string, custom?: string, other?: string, room4?: string, retry?: boolean}[]} who receives
 * in `/`, and in `/custom`; whom the line names; who is in room4 then; whether it may reach nobody now and then
 */
export const LINES = [
  { line: "socket.emit", root: "a" },
  { line: "socket.broadcast.emit", root: "bcd" },
  { line: "socket.to(room1).emit", root: "b" },
  { line: "socket.in(room1).emit", root: "b" },
  { line: "socket.to([room1,room2]).emit", root: "bc" },
  { line: "socket.to(room1).to(room2).emit", root: "bc" },
  { line: "socket.except(room1).emit", root: "cd" },
  { line: "socket.to(socket.id).emit" },
  { line: "socket.local.emit", root: "bcd" },
  { line: "socket.compress(false).emit", root: "a" },
  { line: "socket.compress(false).broadcast.emit", root: "bcd" },
  // On polling there are moments without a poll.
  { line: "socket.volatile.emit", root: "a", retry: true },
  { line: "socket.volatile.emit, not writable" },
  { line: "io.emit", root: "abcd" },
  { line: "io.to(room1).emit", root: "ab" },
  { line: "io.in(room1).emit", root: "ab" },
  { line: "io.to([room1,room2]).except(room3).emit", root: "ab" },
  { line: "io.except(room3).to(room2).emit", root: "b" },
  { line: "io.except(room1).emit", root: "cd" },
  { line: "io.to(socketId).emit", other: "c", root: "c" },
  { line: "io.to(nobody).emit" },
  { line: "io.local.emit", root: "abcd" },
  { line: "io.compress(true).emit", root: "abcd" },
  { line: "io.of(custom).emit", custom: "abcd" },
  { line: "io.of(custom).to(room1).emit", custom: "c" },
  { line: "socket.join(room4)", root: "a", room4: "a" },
  { line: "socket.leave(room4)", room4: "" },
  { line: "io.in(room2).socketsJoin(room4)", root: "bc", room4: "bc" },
  { line: "io.in(room3).socketsLeave(room4)", root: "b", room4: "b" },
];

/** The server's lines that ask: who is asked, and whose answers come in time. All but c answer. */
export const QUESTIONS = [
  { line: "socket.emit(ack)", root: "a", answers: "a" },
  { line: "socket.timeout(500).emit(ack)", root: "a", answers: "a" },
  { line: "io.timeout(10000).to(room1).emit(ack)", root: "ab", answers: "ab" },
  { line: "io.timeout(500).to(room2).emit(ack)", root: "bc", answers: "b" },
  { line: "io.timeout(10000).to(nobody).emit(ack)", root: "", answers: "" },
];

/** The lines of a client, which reach the server and nobody else; whether an answer comes back. */
export const CLIENT_LINES = [
  { line: "socket.emit", answered: false },
  { line: "socket.emit(ack)", answered: true },
  { line: "socket.emitWithAck", answered: true },
  { line: "socket.timeout(5000).emit(ack)", answered: true },
  { line: "socket.timeout(5000).emitWithAck", answered: true },
  { line: "socket.compress(false).emit", answered: false },
  { line: "socket.volatile.emit", answered: false },
];
