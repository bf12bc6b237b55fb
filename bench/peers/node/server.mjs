// npm socket.io on Node.

import { createServer } from "node:http";

import { Server } from "socket.io";

import { serve } from "../events.mjs";

const http = createServer();
// Off is socket.io's default; `true` leaves the rest to it. Its threshold of 1024 bytes counts only for clients that ask
// for no context takeover.
const io = new Server(http, { perMessageDeflate: process.argv.includes("--deflate") });

serve(io);

http.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
