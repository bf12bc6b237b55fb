// One row of a table: who is where, something is done, and what has come of it.

import assert from "node:assert/strict";

import { NAMESPACES } from "./cluster.mjs";
import { until } from "./until.mjs";

/** Who is where in the rows that say nothing else. */
export const ROOMS = { red: "ax", blue: "xy", green: "b" };

/**
 * Runs a row in a namespace.
 *
 * @param {{
 *   rooms?: Record<string, string>,
 *   literal?: boolean,
 *   heard?: string,
 *   event?: unknown[],
 *   again?: boolean,
 *   then?: Record<string, string>,
 *   gone?: string,
 *   goneElsewhere?: string,
 *   notes?: {A: unknown[][], B: unknown[][]},
 * }} row
 *   who is in which room; whether the names of rooms are to stay as they are; who hears `event`, and nothing else;
 *   whether it must be done again until everybody has; who is in which room afterwards; who is sent away, and who out
 *   of the other namespace; what the servers are told
 * @param {(at: (room: string) => string) => Promise<T>} act does it, and waits until all has arrived; `at` gives the
 *   name of a room in this row, and of `#x` the id of x
 * @returns {Promise<T>} what `act` gives
 * @template T
 */
export async function run(cluster, namespace, row, act) {
  const { rooms = ROOMS, literal = false, then = {} } = row;
  // Rooms of its own, so that no row meets what another one has left.
  const number = (runs += 1);
  const fresh = (room) => (literal ? room : `${room} ${number}`);
  const at = (room) => (/^#[abxy]$/.test(room) ? cluster.clients[room[1]].id(namespace) : fresh(room));
  // Those of the row before may be outside, and are in its rooms.
  await cluster.back();
  await cluster.leave(namespace, cluster.rooms[namespace]);
  cluster.rooms[namespace] = [...Object.keys(rooms), ...Object.keys(then)].map(fresh);

  const entries = Object.entries(rooms).map(([room, names]) => [fresh(room), names]);
  await cluster.enter(namespace, Object.fromEntries(entries));
  cluster.forget();
  let result = await act(at);
  if (row.again) {
    // A volatile event is only for who can take it at once, which a polling client between two polls cannot.
    const everybody = () => [...row.heard].every((name) => cluster.heard(namespace)[name]);
    await until(async () => everybody() || ((result = await act(at)), false), "everybody to have heard it");
  }
  await awaitFarewells(cluster, namespace, row);
  checkEvents(cluster, namespace, row);
  await checkRooms(cluster, namespace, then, fresh);
  if (row.notes) assert.deepEqual(await notes(cluster, namespace), row.notes);
  return result;
}
let runs = 0;

/**
 * Who is sent away has gone when this ends, and all others still get an answer. A fence does not tell: in another
 * namespace a server may go on speaking until it has said goodbye in this one.
 */
async function awaitFarewells(cluster, namespace, { gone = "", goneElsewhere = "" }) {
  if (gone === "") return;
  const all = Object.entries({ [namespace]: gone, [otherThan(namespace)]: goneElsewhere });
  const isGone = (name, where) => !cluster.clients[name].sockets[where].connected;
  await until(() => all.every(([where, names]) => [...names].every((name) => isGone(name, where))), "the farewells");
  const others = all.flatMap(([where, names]) =>
    Object.keys(cluster.clients)
      .filter((by) => !names.includes(by))
      .map((by) => cluster.order(where, { do: "exit", rooms: [] }, { by })),
  );
  await Promise.all(others);
}

function otherThan(namespace) {
  return NAMESPACES.find((name) => name !== namespace);
}

function checkEvents(cluster, namespace, { heard = "", event, again = false, gone = "", goneElsewhere = "" }) {
  const sentAway = ["disconnect", "io server disconnect"];
  const expected = { ...each(heard, event), ...each(gone, sentAway) };
  const actual = cluster.heard(namespace);
  if (again) for (const [name, [first]] of Object.entries(actual)) actual[name] = [first];
  assert.deepEqual(actual, expected);
  const other = otherThan(namespace);
  assert.deepEqual(cluster.heard(other), each(goneElsewhere, sentAway), `in ${other}`);
}

/** The same single event for each of these. */
export function each(names, event) {
  return Object.fromEntries([...names].map((name) => [name, [event]]));
}

/** By what A sees. */
async function checkRooms(cluster, namespace, then, fresh) {
  for (const [room, names] of Object.entries(then)) {
    const found = await cluster.order(namespace, { do: "fetch", to: [fresh(room)] });
    assert.equal(namesOf(found), names, `who is in ${room}`);
  }
}

/** The names of sockets that were fetched, in order: `"ax"`. */
export function namesOf(sockets) {
  return sockets
    .map(({ data }) => data.name)
    .sort()
    .join("");
}

async function notes(cluster, namespace) {
  const order = (steward) => steward.order(namespace, { do: "notes" });
  return { A: await order(cluster.clients.a), B: await order(cluster.clients.x) };
}
