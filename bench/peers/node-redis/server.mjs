// npm socket.io on Node, joined to others by npm's adapter on the Redis behind `--redis`, `--sharded` or classic.

import { createServer } from "node:http";
import { parseArgs } from "node:util";

import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

import { serve } from "../events.mjs";

const { values } = parseArgs({ options: { redis: { type: "string" }, sharded: { type: "boolean" } } });

const connected = () => createClient({ url: values.redis }).on("error", console.error).connect();
const [publishing, subscribed] = await Promise.all([connected(), connected()]);
const adapter = (values.sharded ? createShardedAdapter : createAdapter)(publishing, subscribed);

const http = createServer();
serve(new Server(http, { adapter }));

http.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
