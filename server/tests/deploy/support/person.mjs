// Somebody in the chat's lobby, as the chat's page is: who sends a message until it is acknowledged, and fills gaps by the
// room's numbers. Spoken with npm's socket.io-client; the events are those of `chat/src/event/`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent } from "node:http";

import { io } from "socket.io-client";

import { PATIENCE_MS, until } from "./until.mjs";

const ROOM = "lobby";

/** How long an answer may take before the same is sent again, in ms. */
const ANSWER_MS = 5_000;

/** How to connect, and where that ends. */
export const WAYS = [
  { name: "polling only", transports: ["polling"], ends: "polling" },
  { name: "websocket only", transports: ["websocket"], ends: "websocket" },
  { name: "polling upgraded to websocket", transports: ["polling", "websocket"], ends: "websocket" },
];
export const [POLLING, WEBSOCKET, UPGRADED] = WAYS;

const gathered = new Set();

/** Everybody goes, at the end of a test. */
export function everybodyGoes() {
  gathered.forEach((person) => person.goes());
}

/** Somebody connects, and goes again; whoever is not let in at once does not try again. */
export async function triesOnce(url, { transports }, address) {
  const agent = new Agent({ localAddress: address });
  const socket = io(url, { transports, agent, forceNew: true, reconnection: false });
  const connected = once(socket, "connect");
  const failed = once(socket, "connect_error").then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  await Promise.race([connected, failed]).finally(() => socket.disconnect());
}

export class Person {
  #identity;
  #isIn = false;
  /** What is known of the room: the id and the text of each message by its number. */
  #log = new Map();
  /** The numbers of what was told, in the order of telling. */
  #told = [];
  /** What this person wrote and the server has, by number, in the order of writing. */
  written = [];
  /** Every id that the socket had. */
  ids = [];
  /** What went wrong; tests expect nothing. */
  troubles = [];

  /** Comes from an address of this machine, and is in the lobby when this is done. */
  static async arrives(url, nickname, way, address = "127.0.0.1") {
    const person = new Person(url, nickname, way, address);
    await person.isIn();
    await until(() => person.transport === way.ends, `the upgrade of ${nickname}`);
    return person;
  }

  constructor(url, nickname, { transports }, address) {
    this.nickname = nickname;
    this.address = address;
    gathered.add(this);
    const auth = (give) => give(this.#identity ?? {});
    const agent = new Agent({ localAddress: address });
    const quickly = { reconnectionDelay: 50, reconnectionDelayMax: 500 };
    this.socket = io(url, { transports, auth, agent, forceNew: true, ...quickly });
    this.socket.on("identity", (identity) => (this.#identity = identity));
    this.socket.on("connect", () => {
      this.ids.push(this.socket.id);
      this.#joins().catch((error) => this.socket.connected && this.troubles.push(error));
    });
    this.socket.on("disconnect", () => (this.#isIn = false));
    this.socket.on("message", (message) => this.#isTold(message));
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  isIn() {
    return until(() => this.#isIn, () => `${this.nickname} to be in the lobby: ${this.troubles}`);
  }

  goes() {
    this.socket.disconnect();
    gathered.delete(this);
  }

  /** Says something, and sends it again until it is stored. */
  async says(text) {
    const id = randomUUID();
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      await this.isIn();
      const answer = await this.#asks("send", { room: ROOM, id, text }).catch(() => undefined);
      // Without an answer, or with a refusal for now, it is sent again: the server stores what has the same id once.
      if (!answer?.ok) continue;
      this.#place({ ...answer.ok, id, text });
      this.written.push(answer.ok.seq);
      return id;
    }
    throw new Error(`${this.nickname} said ${text} in vain`);
  }

  /** Who is in the lobby, as the server says: of two tabs of a user one. */
  async people() {
    const { ok } = await this.#asks("join", { room: ROOM, nickname: this.nickname });
    return ok.members.map(({ nickname }) => nickname).sort();
  }

  /** How many are in the lobby, as the list of rooms says. */
  async count() {
    const { ok } = await this.#asks("rooms", {});
    return ok.rooms.find(({ name }) => name === ROOM).members;
  }

  /** Waits until a message is known. */
  knows(id) {
    return until(() => [...this.#log.values()].some((message) => message.id === id), `${this.nickname} to know ${id}`);
  }

  /**
   * The audit: nothing is lost, doubled or reordered of so many messages in the room.
   *
   * @returns {Promise<{id: string, text: string}[]>} all messages, in the room's order
   */
  async audits(count) {
    await until(() => this.#log.size >= count, () => `${this.nickname} to know ${count} messages, not ${this.#log.size}`);
    const numbers = [...this.#log.keys()].sort((one, other) => one - other);
    assert.deepEqual(numbers, Array.from({ length: count }, (_, at) => at + 1), `${this.nickname} has all, numbered without a hole`);
    const messages = numbers.map((number) => this.#log.get(number));
    assert.equal(new Set(messages.map(({ id }) => id)).size, count, `${this.nickname} has each once`);
    assertAscends(this.#told, `${this.nickname} was told in order, each once`);
    assertAscends(this.written, `${this.nickname} wrote in order`);
    assert.deepEqual(this.troubles, []);
    return messages;
  }

  /** Enters the lobby, and asks for what was said since it was last there. */
  async #joins() {
    const known = Math.max(0, ...this.#log.keys());
    const { ok } = await this.#asks("join", { room: ROOM, nickname: this.nickname });
    let page = ok.history;
    const messages = [...page.messages];
    while (page.more && messages[0].seq > known + 1) {
      page = (await this.#asks("history", { room: ROOM, before: messages[0].seq, limit: 100 })).ok;
      messages.unshift(...page.messages);
    }
    messages.forEach((message) => this.#place(message));
    this.#isIn = true;
  }

  #isTold(message) {
    this.#told.push(message.seq);
    this.#place(message);
  }

  #place({ seq, id, text }) {
    const known = this.#log.get(seq);
    if (known && known.id !== id) this.troubles.push(new Error(`${seq} is ${known.id} and ${id}`));
    this.#log.set(seq, { id, text });
  }

  #asks(event, data) {
    return this.socket.timeout(ANSWER_MS).emitWithAck(event, data);
  }
}

function assertAscends(numbers, what) {
  const at = numbers.findIndex((number, at) => at > 0 && number <= numbers[at - 1]);
  assert.equal(at, -1, `${what}: ${numbers.slice(Math.max(0, at - 3), at + 3)}`);
}
