// Two servers on one Redis, two clients on each, and what these hear.

import { Manager } from "socket.io-client";

import { startRedis } from "./redis.mjs";
import { startServer } from "./servers.mjs";
import { PATIENCE_MS, once, until } from "./until.mjs";

/** Where the tests are. Besides there is `/fence`, in which everybody is to see a test's end. */
export const NAMESPACES = ["/", "/other"];

const SOCKET_ID_LENGTH = 20;

/** The clients: where each is, and how. All but `a` are only there to hear, or not. */
export const CLIENTS = {
  a: { server: "A", transport: "websocket" },
  b: { server: "A", transport: "polling" },
  x: { server: "B", transport: "websocket" },
  y: { server: "B", transport: "polling" },
};
const NAMES = Object.keys(CLIENTS);

/** A cluster as the tests meet it: servers A and B, and each of the clients in each namespace. */
export class Cluster {
  #fences = 0;
  /** The rooms of the row that was run last: see `rows.mjs`. */
  rooms = Object.fromEntries(NAMESPACES.map((namespace) => [namespace, []]));

  /**
   * @param {{mode: "classic" | "sharded", A: "rust" | "node", B: "rust" | "node", env?: Record<string, string>,
   *   secure?: {cert: string, key: string}}} how the adapter, the kinds of the servers, what else these find in their
   *   environment, and the files of Redis, if they come to it by TLS
   */
  static async start({ mode, A, B, env = {}, secure }) {
    const cluster = new Cluster();
    try {
      cluster.mode = mode;
      cluster.redis = await startRedis({ secure });
      const REDIS_URL = cluster.redis.secureUrl ?? cluster.redis.url;
      const start = (name, kind) => startServer(kind, { NAME: name, ADAPTER: mode, REDIS_URL, ...env });
      [cluster.A, cluster.B] = await Promise.all([start("A", A), start("B", B)]);
      await cluster.joined(2);
      const clients = NAMES.map(async (name) => [name, await cluster.#client(name)]);
      cluster.clients = Object.fromEntries(await Promise.all(clients));
      cluster.stewards = {
        A: await connectClient(cluster.A.url, { name: "the steward of A", namespaces: [] }),
        B: await connectClient(cluster.B.url, { name: "the steward of B", namespaces: [] }),
      };
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async stop() {
    for (const client of this.#everybody()) client.close();
    await Promise.all([this.A?.kill(), this.B?.kill()]);
    await this.redis?.stop();
  }

  /** Waits until that many servers listen to all that they should. */
  async joined(count) {
    const sharded = this.mode === "sharded";
    for (const namespace of [...NAMESPACES, "/fence"]) {
      const request = sharded ? `socket.io#${namespace}#` : `socket.io-request#${namespace}#`;
      await until(async () => (await this.redis.listeners(request, { sharded })) === count, `${count} servers`);
      if (!sharded) continue;
      // The channel of the answers is one for each of them.
      const own = async () => (await this.redis.shardChannels(`${request}*`)).length - 1;
      await until(async () => (await own()) >= count, "the channels of the answers");
    }
  }

  #client(name) {
    const { server, transport } = CLIENTS[name];
    return connectClient(this[server].url, { name, transport });
  }

  #everybody() {
    return [this.clients, this.stewards].flatMap((clients) => Object.values(clients ?? {}));
  }

  /** What a server answers to an order: the table is at the head of `fixtures/node_server.mjs`. */
  order(namespace, order, { by = "a" } = {}) {
    return this.clients[by].order(namespace, order);
  }

  /** Lets the clients enter rooms, `{ red: "ax" }`, and waits until their servers are told of what is said there. */
  async enter(namespace, rooms) {
    const entries = Object.entries(rooms);
    const entering = entries.flatMap(([room, names]) => [...names].map((by) => ({ by, room })));
    await Promise.all(entering.map(({ by, room }) => this.order(namespace, { do: "enter", rooms: [room] }, { by })));
    for (const [room, names] of entries) await this.heardOf(namespace, room, names);
  }

  /** Waits until the servers of these clients listen to a room. */
  async heardOf(namespace, room, names) {
    // What has the length of a socket's id is taken for one, and told of in the channel for everybody.
    if (this.mode !== "sharded" || room.length === SOCKET_ID_LENGTH) return;
    const servers = new Set([...names].map((name) => CLIENTS[name].server)).size;
    const listeners = () => this.redis.listeners(`socket.io#${namespace}#${room}#`, { sharded: true });
    await until(async () => (await listeners()) === servers, `${servers} servers to listen to ${room}`);
  }

  /** Lets everybody who is in one of these rooms leave it. */
  async leave(namespace, rooms) {
    const order = { do: "exit", rooms };
    await Promise.all(this.present(namespace).map((by) => this.order(namespace, order, { by })));
  }

  /**
   * Everything that A has said before has reached those whom it was for when this ends, and everything that both
   * servers were told to do is done: first a fence of A, and when that has reached everybody, one of B, behind which A
   * has heard its own words too.
   */
  async settle() {
    for (const steward of [this.stewards.A, this.stewards.B]) {
      await this.fence((fence) => steward.order("/fence", { do: "emit", event: "fence", args: [fence] }), steward.name);
    }
  }

  /**
   * Everything that somebody has said before has reached those whom it was for when this ends: `emit` emits the event
   * `fence` with its argument to everybody in `/fence`. What one connection publishes comes out of Redis in order, and
   * goes to a client in order, so it stands behind all of that.
   */
  async fence(emit, who) {
    const fence = (this.#fences += 1);
    await emit(fence);
    await until(() => this.#everybody().every((client) => client.hasSeen(fence)), `the fence of ${who}`);
  }

  /** The names of the clients that are connected to a namespace. */
  present(namespace) {
    return NAMES.filter((name) => this.clients[name].sockets[namespace].connected);
  }

  forget() {
    for (const client of Object.values(this.clients)) client.forget();
  }

  /** Who has heard what: `{ a: [["news", 1]] }`, without who has heard nothing. */
  heard(namespace) {
    const all = NAMES.map((name) => [name, this.clients[name].heard[namespace]]);
    return Object.fromEntries(all.filter(([, events]) => events.length > 0));
  }

  /** Brings back who was sent away. */
  async back() {
    await Promise.all(Object.values(this.clients).map((client) => client.ready()));
  }
}

/** A client of one server, with a socket in each of these namespaces on the same connection, and one in `/fence`. */
export async function connectClient(url, { name, transport = "websocket", namespaces = NAMESPACES, options = {} }) {
  const manager = new Manager(url, {
    transports: [transport],
    reconnection: false,
    autoConnect: false,
    query: { who: name },
    extraHeaders: { "x-who": name },
    ...options,
  });
  const client = new Client(name, manager, namespaces);
  await client.ready();
  return client;
}

class Client {
  #fence = 0;

  constructor(name, manager, namespaces) {
    this.name = name;
    const socket = (namespace) => manager.socket(namespace, { auth: { token: `secret of ${name}` } });
    this.sockets = Object.fromEntries([...namespaces, "/fence"].map((namespace) => [namespace, socket(namespace)]));
    this.heard = Object.fromEntries(namespaces.map((namespace) => [namespace, []]));
    for (const [namespace, heard] of Object.entries(this.heard)) {
      const socket = this.sockets[namespace];
      socket.onAny((...event) => heard.push(event.filter((arg) => typeof arg !== "function")));
      socket.on("disconnect", (reason) => heard.push(["disconnect", reason]));
      this.#answer(socket);
    }
    this.sockets["/fence"].on("fence", (fence) => (this.#fence = fence));
  }

  /** Connects wherever it is not, and has a name there. */
  async ready() {
    for (const [namespace, socket] of Object.entries(this.sockets)) {
      if (socket.connected) continue;
      const connected = once(socket, "connect");
      socket.connect();
      await connected;
      await this.order(namespace, { do: "data", data: { name: this.name } });
    }
  }

  /** Has this fence come to it? To who is not connected none comes. */
  hasSeen(fence) {
    return this.#fence >= fence || !this.sockets["/fence"].connected;
  }

  id(namespace) {
    return this.sockets[namespace].id;
  }

  order(namespace, order) {
    return this.sockets[namespace].timeout(PATIENCE_MS).emitWithAck("order", order);
  }

  /** `question` is answered by the name and all that came with it, `roll call` by those who are called. */
  #answer(socket) {
    socket.on("question", (...args) => args.pop()({ who: this.name, got: args }));
    socket.on("roll call", (names, answer) => {
      if (names.includes(this.name)) answer(this.name);
    });
  }

  forget() {
    for (const heard of Object.values(this.heard)) heard.length = 0;
  }

  close() {
    for (const socket of Object.values(this.sockets)) socket.disconnect();
  }
}
