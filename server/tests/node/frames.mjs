// A WebSocket client that shows each frame as it is on the wire, which no library does.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";

import { PATIENCE_MS } from "./client.mjs";

/**
 * Opens a WebSocket by hand.
 *
 * @param {string} url where, beginning with `http://`
 * @param {string[]} headers further header lines
 */
export async function openFrames(t, url, headers = []) {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  const request = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    ...headers,
  ];
  socket.write(`${request.join("\r\n")}\r\n\r\n`);
  const frames = new Frames(socket);
  frames.response = await frames.headers();
  return frames;
}

/** A frame of a client, masked with zeroes; `first` is FIN, the reserved bits and the opcode. */
export function frame(first, payload = "") {
  const data = Buffer.from(payload);
  const length = data.length;
  if (length < 126) return Buffer.concat([Buffer.from([first, 0x80 | length, 0, 0, 0, 0]), data]);
  if (length > 0xffff) throw new RangeError("this needs 64 bits for its length");
  return Buffer.concat([Buffer.from([first, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0]), data]);
}

class Frames {
  #socket;
  #chunks = [];
  #bytes = 0;

  constructor(socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      socket.emit("more");
    });
  }

  /** Sends bytes as they are. */
  write(bytes) {
    this.#socket.write(bytes);
  }

  /** The next frame that the server sends: whether RSV1 is set, its opcode, and its payload as it is on the wire. */
  async next() {
    const [first, second] = await this.#take(2);
    let length = second;
    if (second === 126) length = (await this.#take(2)).readUInt16BE();
    if (second === 127) length = Number((await this.#take(8)).readBigUInt64BE());
    const payload = await this.#take(length);
    return { fin: (first & 0x80) !== 0, rsv1: (first & 0x40) !== 0, opcode: first & 0x0f, payload };
  }

  async headers() {
    let text = "";
    while (!text.endsWith("\r\n\r\n")) text += (await this.#take(1)).toString();
    return text;
  }

  async #take(length) {
    while (this.#bytes < length) {
      await once(this.#socket, "more", { signal: AbortSignal.timeout(PATIENCE_MS) });
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(length)];
    this.#bytes -= length;
    return all.subarray(0, length);
  }
}
