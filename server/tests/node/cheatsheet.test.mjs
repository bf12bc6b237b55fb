// Every line of docs/CHEATSHEET.md, said while four clients listen: who should receive does, once, and the rest
// do not, which a sentinel behind it on each connection proves. The same tests run against npm's socket.io, so that
// they prove themselves.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { CLIENT_LINES as SAY } from "../../../sdk/js/tests/cheatsheet.lines.mjs";
import { CLIENT_LINES, CUSTOM_ROOMS, LINES, NAMES, QUESTIONS, ROOMS } from "./cheatsheet.lines.mjs";
import { PATIENCE_MS, WAYS, once, open, record, until } from "./client.mjs";
import { startCheatsheet, startCheatsheetTwin } from "./server.mjs";

const SERVERS = [
  { name: "parlor", start: startCheatsheet, namesWhoIsMissing: true },
  { name: "socket.io", start: startCheatsheetTwin, namesWhoIsMissing: false },
];

for (const server of SERVERS) {
  for (const way of WAYS) {
    describe(`${server.name}, ${way.name}`, () => {
      let running, house;
      before(async () => {
        running = await server.start();
        house = await furnish(running.url, way);
      });
      after(() => {
        house?.close();
        running?.stop();
      });

      for (const { line, root = "", custom = "", other, retry = false } of LINES) {
        test(`${line} reaches ${[...root].join(", ") || "nobody"} in /, ${custom || "nobody"} in /custom`, async () => {
          const deadline = Date.now() + PATIENCE_MS;
          let heard = await house.hear(line, other);
          while (retry && heard.root === "" && Date.now() < deadline) heard = await house.hear(line, other);
          assert.deepEqual(heard, { root, custom });
        });
      }

      for (const { line, root, answers } of QUESTIONS) {
        test(`${line} asks ${[...root].join(", ") || "nobody"}, and gives the answers that come in time`, async () => {
          house.forget();
          const said = await house.say(line);
          assert.deepEqual([said.answers ?? said.answer].flat().sort().join(""), answers);
          assert.deepEqual(await house.settle("question", line), { root, custom: "" });
        });
      }

      test("who does not answer in time is an error that says so", async () => {
        const { error } = await house.say("socket.timeout(500).emit(ack)", "", "c");
        const words = server.namesWhoIsMissing
          ? "event `question` was not answered within 500ms"
          : "operation has timed out";
        assert.equal(error, words);
        await house.silence();
      });

      test("a broadcast that not everybody answers in time says whose answers are missing", async () => {
        const said = await house.say("io.timeout(500).to(room2).emit(ack)");
        const who = server.namesWhoIsMissing ? { missing: [house.root.c.id], event: "question" } : {};
        assert.deepEqual(said, { answers: ["b"], timedOut: true, ...who });
        assert.deepEqual(await house.say("io.timeout(10000).to(room1).emit(ack)").then(Object.keys), ["answers"]);
        await house.silence();
      });

      test("fetchSockets finds those in the room", async () => {
        const ids = await house.say("io.in(room1).fetchSockets");
        assert.deepEqual(ids.sort(), [house.root.a.id, house.root.b.id].sort());
      });

      for (const { line, answered } of CLIENT_LINES) {
        test(`the client's ${line} reaches the server once, and nobody else`, async () => {
          house.forget();
          const logged = [];
          await SAY[line](house.root.a, line, (answer) => logged.push(answer));
          assert.deepEqual(await house.settle("echo", line), { root: "a", custom: "" });
          assert.deepEqual(logged, answered ? [line] : []);
        });
      }

      test("the client's timeout without an answer is an error", async () => {
        await assert.rejects(house.root.a.timeout(50).emitWithAck("not answered"), /operation has timed out/);
        const error = await new Promise((resolve) => house.root.a.timeout(50).emit("not answered", resolve));
        assert.equal(error.message, "operation has timed out");
      });

      test("who has left a room is not reached in it", async () => {
        await house.root.b.emitWithAck("leave", "room1");
        assert.deepEqual(await house.hear("io.in(room1).emit"), { root: "a", custom: "" });
        assert.deepEqual(await house.hear("io.of(custom).to(room1).emit"), { root: "", custom: "c" });
        await house.root.b.emitWithAck("join", ["room1"]);
      });

      test("rooms are told of in their order", async () => {
        const { d } = house.root;
        const events = [];
        house.root.a.on("room", (...event) => events.push(event));
        await house.root.a.emitWithAck("watch rooms");
        await d.emitWithAck("join", ["new"]);
        await d.emitWithAck("join", ["new", "room1"]);
        await d.emitWithAck("leave", "never joined");
        await d.emitWithAck("leave", "new");
        await d.emitWithAck("leave", "room1");
        await until(() => events.length >= 6, "the events");
        await house.root.a.emitWithAck("sentinel");
        assert.deepEqual(events, [
          ["create-room", "new", null],
          ["join-room", "new", d.id],
          ["join-room", "room1", d.id],
          ["leave-room", "new", d.id],
          ["delete-room", "new", null],
          ["leave-room", "room1", d.id],
        ]);
      });

      // The last two: they send somebody away.
      test("disconnectSockets sends away who is in the room", async () => {
        const { c } = house.root;
        const gone = once(c, "disconnect");
        assert.deepEqual(await house.hear("io.in(room3).disconnectSockets", "", "abd"), { root: "abd", custom: "" });
        assert.deepEqual((await gone)[0], "io server disconnect");
      });

      test("who comes back is in no room", async () => {
        const { c } = house.root;
        const back = once(c, "connect");
        c.connect();
        await back;
        assert.deepEqual(await house.hear("io.in(room3).disconnectSockets"), { root: "abcd", custom: "" });
        assert.deepEqual(await house.hear("socket.to([room1,room2]).emit"), { root: "b", custom: "" });
      });
    });
  }
}

/** Four clients in both namespaces and their rooms; all but c answer the server's questions by their names. */
async function furnish(url, way) {
  const closing = [];
  const t = { after: (close) => closing.push(close) };
  const root = {};
  const custom = {};
  for (const name of NAMES) {
    root[name] = open(t, url, way, { forceNew: true });
    // On the same connection.
    custom[name] = root[name].io.socket("/custom");
    await Promise.all([once(root[name], "connect"), once(custom[name].connect(), "connect")]);
    await until(() => root[name].io.engine.transport.name === way.ends, "the upgrade");
    await root[name].emitWithAck("join", ROOMS[name]);
    await custom[name].emitWithAck("join", CUSTOM_ROOMS[name]);
    if (name !== "c") root[name].on("question", (text, answer) => answer(name));
  }
  return new House(root, custom, () => closing.forEach((close) => close()));
}

class House {
  constructor(root, custom, close) {
    Object.assign(this, { root, custom, close });
    this.heard = { root: {}, custom: {} };
    for (const name of NAMES) {
      this.heard.root[name] = record(root[name]);
      this.heard.custom[name] = record(custom[name]);
    }
  }

  /** Lets a client say a line; gives what the server answers. */
  say(line, other = "", by = "a") {
    return this.root[by].emitWithAck("line", line, other && this.root[other].id);
  }

  /** Says a line, and gives who has heard of it. */
  async hear(line, other, present) {
    this.forget();
    await this.say(line, other);
    return this.settle("news", line, present);
  }

  /** Who has heard `event` with `arg`, once a sentinel has come to everybody behind it. */
  async settle(event, arg, present = NAMES) {
    for (const name of present) await this.root[name].emitWithAck("sentinel");
    for (const name of NAMES) await this.custom[name].emitWithAck("sentinel");
    const who = (heard) =>
      NAMES.map((name) => name.repeat(heard[name].filter(([e, a]) => e === event && a === arg).length)).join("");
    return { root: who(this.heard.root), custom: who(this.heard.custom) };
  }

  /** Nobody has heard anything new of any line. */
  async silence() {
    this.forget();
    assert.deepEqual(await this.settle("news"), { root: "", custom: "" });
  }

  forget() {
    for (const heard of [...Object.values(this.heard.root), ...Object.values(this.heard.custom)]) heard.length = 0;
  }
}
