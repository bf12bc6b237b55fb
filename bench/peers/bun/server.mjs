// npm socket.io on Bun's engine.

import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";

import { serve } from "../events.mjs";

const io = new Server();
// The engine's own default is another path than socket.io's.
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);

serve(io);

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
