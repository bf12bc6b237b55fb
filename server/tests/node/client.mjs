// A socket.io-client that gives promises, and is closed at the end of its test.

import { io } from "socket.io-client";

/** How long anything may take before a test fails, in ms. */
export const PATIENCE_MS = 10_000;

/** The three ways to be connected: what the client is told, and where it ends up. */
export const WAYS = [
  { name: "polling only", transports: ["polling"], ends: "polling" },
  { name: "websocket only", transports: ["websocket"], ends: "websocket" },
  { name: "polling upgraded to websocket", transports: ["polling", "websocket"], ends: "websocket" },
];

/** Connects, and waits for the upgrade where there is one. */
export async function connect(t, url, way, options = {}) {
  const socket = open(t, url, way, options);
  const welcome = once(socket, "welcome");
  await once(socket, "connect");
  if (way.transports.length > 1) {
    await until(() => socket.io.engine.transport.name === way.ends, "the upgrade");
  }
  await welcome;
  return socket;
}

/** Connects to a server that says no welcome, and waits for the upgrade where there is one. */
export async function join(t, url, way, options = {}) {
  const socket = open(t, url, way, options);
  await once(socket, "connect");
  await until(() => socket.io.engine.transport.name === way.ends, "the upgrade");
  return socket;
}

/** A client that has begun to connect. */
export function open(t, url, way, options = {}) {
  const socket = io(url, { transports: way.transports, forceNew: true, reconnection: false, ...options });
  t.after(() => socket.disconnect());
  return socket;
}

/** The arguments of the next event of that name. */
export function once(socket, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS);
    socket.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

/** Waits until `condition` holds. */
export async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Writes down every event a client gets, for tests of who gets what. */
export function record(socket) {
  const events = [];
  socket.onAny((...event) => events.push(event));
  return events;
}
