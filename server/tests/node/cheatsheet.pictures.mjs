// The pictures of docs/CHEATSHEET.md, drawn from the table that its tests expect. By itself it writes them:
//
//     node server/tests/node/cheatsheet.pictures.mjs

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

import { CLIENT_LINES, CUSTOM_ROOMS, LINES, NAMES, QUESTIONS, ROOMS } from "./cheatsheet.lines.mjs";

export const FOLDER = new URL("../../../docs/images/emit/", import.meta.url);

/** Of one client. */
const STEP = 46;
/** Of the server, left of the clients. */
const SERVER_WIDTH = 64;
const LEFT = SERVER_WIDTH + 20;
const WIDTH = LEFT + STEP * NAMES.length;
const MIDDLE = 20;
const RADIUS = 13;
const BAR = 15;

// Nothing is drawn behind it, so that it can be read on a light page and on a dark one.
const STYLE = [
  "text{font:12px system-ui,sans-serif;text-anchor:middle;fill:#24292f}",
  ".node{fill:none;stroke:#8b949e;stroke-width:1.5}",
  ".receives{fill:#1a66d6;stroke:#1a66d6}.receives+text{fill:#fff;font-weight:600}",
  ".says{fill:none;stroke:#c2510c;stroke-width:2}",
  ".room{fill:#8b949e;fill-opacity:.25}.room+text{font-size:10px}",
  "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.receives{fill:#2f7df0;stroke:#2f7df0}.says{stroke:#f59e5b}}",
].join("");

/**
 * The pictures, by the names of their files.
 *
 * @returns {{name: string, words: string, svg: string}[]} the words say who receives, for who does not see it
 */
export function pictures() {
  return [
    ...LINES.map(({ line, root = "", custom = "", room4 = "" }) => {
      const namespace = line.includes("of(custom)") ? "/custom" : "/";
      return drawn("server", line, { namespace, room4, clients: root + custom, by: speaker(line) });
    }),
    ...QUESTIONS.map(({ line, root, answers }) =>
      drawn("server", line, { clients: root, server: answers !== "", by: speaker(line) }),
    ),
    ...CLIENT_LINES.map(({ line, answered }) =>
      drawn("client", line, { clients: answered ? "a" : "", server: true, by: "a" }),
    ),
  ];
}

/** The file of a line's picture. */
export function pictureName(side, line) {
  const words = line.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
  return `${side}-${words}.svg`;
}

/** `socket` is the one of a; what is said to `io` is said by the server alone. */
function speaker(line) {
  return line.startsWith("socket.") ? "a" : "server";
}

function drawn(side, line, { namespace = "/", room4 = "", clients, server = false, by }) {
  const receivers = [...(server ? ["the server"] : []), ...clients];
  const words = receivers.length > 1 ? `${receivers.slice(0, -1).join(", ")} and ${receivers.at(-1)}` : receivers[0];
  const rooms = roomsOf(namespace === "/" ? ROOMS : CUSTOM_ROOMS, room4);
  const height = MIDDLE + RADIUS + 8 + (BAR + 3) * Math.max(1, rooms.length);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${line}: ${words ?? "nobody"} ${receivers.length > 1 ? "receive" : "receives"} it</title>`,
    `<style>${STYLE}</style>`,
    box(server, by === "server"),
    label(SERVER_WIDTH / 2 + 2, MIDDLE + RADIUS + 8 + 11, namespace),
    ...NAMES.map((name) => circle(name, clients.includes(name), by === name)),
    ...rooms.map(({ room, members }, row) => bar(room, members, MIDDLE + RADIUS + 8 + (BAR + 3) * row)),
    "</svg>",
  ];
  return { name: pictureName(side, line), words: words ?? "nobody", svg: `${parts.join("\n")}\n` };
}

/** The rooms and who is in them, in the order of their names. */
function roomsOf(clients, room4) {
  const all = NAMES.map((name) => [name, [...clients[name], ...(room4.includes(name) ? ["room4"] : [])]]);
  const rooms = [...new Set(all.flatMap(([, rooms]) => rooms))].sort();
  return rooms.map((room) => ({ room, members: all.filter(([, rooms]) => rooms.includes(room)).map(([name]) => name) }));
}

function box(receives, says) {
  const rect = (extra, kind) =>
    `<rect class="${kind}" x="${4 - extra}" y="${MIDDLE - RADIUS - extra}" width="${SERVER_WIDTH - 4 + 2 * extra}" ` +
    `height="${2 * (RADIUS + extra)}" rx="${5 + extra}"/>`;
  const ring = says ? rect(3, "says") : "";
  return ring + rect(0, kind(receives)) + label(4 + (SERVER_WIDTH - 4) / 2, MIDDLE + 4, "server");
}

function circle(name, receives, says) {
  const ring = says ? `<circle class="says" cx="${x(name)}" cy="${MIDDLE}" r="${RADIUS + 3}"/>` : "";
  const node = `<circle class="${kind(receives)}" cx="${x(name)}" cy="${MIDDLE}" r="${RADIUS}"/>`;
  return ring + node + label(x(name), MIDDLE + 4, name);
}

/** A bar below those who are in a room; they are neighbours. */
function bar(room, members, y) {
  const [from, to] = [x(members[0]) - STEP / 2 + 2, x(members.at(-1)) + STEP / 2 - 2];
  const rect = `<rect class="room" x="${from}" y="${y}" width="${to - from}" height="${BAR}" rx="4"/>`;
  return rect + label((from + to) / 2, y + 11, room);
}

function label(x, y, text) {
  return `<text x="${x}" y="${y}">${text}</text>`;
}

function kind(receives) {
  return receives ? "node receives" : "node";
}

function x(name) {
  return LEFT + STEP * (NAMES.indexOf(name) + 0.5);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, svg } of pictures()) writeFileSync(new URL(name, FOLDER), svg);
}
