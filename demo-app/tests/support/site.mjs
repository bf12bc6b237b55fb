// The built page and the room server at one address, as a real site would serve them.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** Serves PARLOR_DEMO_DIST, and passes `/socket.io/` on to a room server. */
export class Site {
  #http;
  #server;
  #tunnels = new Set();
  #isMute = false;
  #port = 0;
  #kill;

  static async open(server) {
    const site = new Site();
    site.#server = server;
    site.#http = createServer((incoming, answer) => site.#handle(incoming, answer));
    site.#http.on("upgrade", (incoming, socket, head) => site.#tunnel(incoming, socket, head));
    await new Promise((listening) => site.#http.listen(0, "127.0.0.1", listening));
    return site;
  }

  get url() {
    return `http://127.0.0.1:${this.#http.address().port}/`;
  }

  /** From now on nothing that the server says on a WebSocket arrives. */
  mute() {
    this.#isMute = true;
  }

  /** Ends every WebSocket, and lets the next ones through. */
  cut() {
    this.#isMute = false;
    this.#tunnels.forEach((socket) => socket.destroy());
  }

  /** From now on there is a supervisor, as beside `cargo xtask demo`, who does this when the page asks. */
  supervise(kill) {
    this.#kill = kill;
  }

  async close() {
    this.#port = this.#http.address()?.port ?? this.#port;
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((closed) => this.#http.close(closed));
  }

  /** Is there again, at the same address. */
  async reopen() {
    await new Promise((listening) => this.#http.listen(this.#port, "127.0.0.1", listening));
  }

  #handle(incoming, answer) {
    if (incoming.url.startsWith("/socket.io/")) this.#pass(incoming, answer);
    else if (this.#kill && incoming.url === "/supervisor/") answer.end("parlor supervisor\n");
    else if (this.#kill && incoming.url === "/supervisor/kill" && incoming.method === "POST") {
      answer.writeHead(202).end();
      this.#kill();
    }
    else serveFile(new URL(incoming.url, "http://page").pathname, answer);
  }

  #pass(incoming, answer) {
    const { url: path, method, headers } = incoming;
    const passed = request({ host: "127.0.0.1", port: this.#server.port, path, method, headers, agent: false });
    passed.on("response", (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.on("error", () => answer.destroy());
      response.pipe(answer);
    });
    passed.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    answer.on("close", () => passed.destroy());
    incoming.pipe(passed);
  }

  #tunnel(incoming, socket, head) {
    const upstream = connect(this.#server.port, "127.0.0.1");
    const lines = incoming.rawHeaders.flatMap((word, at, all) => (at % 2 ? [] : [`${word}: ${all[at + 1]}`]));
    upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    socket.pipe(upstream);
    upstream.on("data", (data) => this.#isMute || socket.write(data));
    this.#tunnels.add(socket);
    const end = () => {
      this.#tunnels.delete(socket);
      socket.destroy();
      upstream.destroy();
    };
    for (const side of [socket, upstream]) side.on("error", end).on("close", end);
  }
}

async function serveFile(path, answer) {
  const root = process.env.PARLOR_DEMO_DIST;
  if (!root) throw new Error("PARLOR_DEMO_DIST names no folder: run `cargo xtask test demo`");
  const file = join(root, normalize(path === "/" ? "/index.html" : path));
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return answer.writeHead(404).end();
  answer.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(answer);
}
