// docs/CHEATSHEET.md shows each line as it stands in the files that the tests run, beside a picture of who receives: all
// of it by the tables that the tests expect.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";

import { CLIENT_LINES, LINES, QUESTIONS } from "./cheatsheet.lines.mjs";
import { FOLDER, pictureName, pictures } from "./cheatsheet.pictures.mjs";

const TOP = new URL("../../../", import.meta.url);
/** Where the code of a row's cells stands, by the side that says it. */
const FILES = {
  server: ["server/tests/node/fixtures/cheatsheet_server.mjs", "server/examples/cheatsheet/lines.rs"],
  client: ["sdk/js/tests/cheatsheet.lines.mjs", "sdk/tests/client/cheatsheet.rs"],
};
const ROWS = [
  ...[...LINES, ...QUESTIONS].map(({ line }) => ({ side: "server", line })),
  ...CLIENT_LINES.map(({ line }) => ({ side: "client", line })),
];

describe("the cheat sheet", () => {
  const page = read("docs/CHEATSHEET.md");
  const pictured = page.split("\n").filter((row) => row.includes("](images/emit/"));

  for (const { side, line } of ROWS) {
    test(`has the ${side}'s ${line}, as it is run, with its picture`, () => {
      const picture = pictures().find(({ name }) => name === pictureName(side, line));
      const shown = pictured.filter((row) => row.includes(`![${picture.words}](images/emit/${picture.name})`));
      assert.equal(shown.length, 1, `rows with ![${picture.words}](images/emit/${picture.name})`);
      const cells = shown[0].split(" | ").slice(0, 2);
      for (const [place, cell] of cells.entries()) {
        const code = /`(.+?)`/.exec(cell)[1];
        const run = codeOf(FILES[side][place], line);
        assert.ok(run.includes(squeezed(code)), `${FILES[side][place]} has not \`${code}\` for ${line}, but ${run}`);
      }
    });
  }

  test("has no other rows with pictures", () => assert.equal(pictured.length, ROWS.length));

  test("has the pictures that are drawn, and no others", () => {
    const drawn = Object.fromEntries(pictures().map(({ name, svg }) => [name, svg]));
    assert.equal(Object.keys(drawn).length, ROWS.length);
    const committed = readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]);
    assert.deepEqual(Object.fromEntries(committed), drawn, "write them by node cheatsheet.pictures.mjs");
  });
});

/** What stands behind a line's name in a file, until the next name, without spaces. */
function codeOf(path, line) {
  const text = read(path);
  const [name] = new RegExp(`^ +"${escaped(line)}"(:| =>)`, "m").exec(text) ?? [];
  assert.ok(name, `${path} has no "${line}"`);
  const rest = text.slice(text.indexOf(name) + name.length);
  return squeezed(rest.slice(0, /^( +"[^"]+"(:| =>)| +_ =>|})/m.exec(rest).index));
}

function escaped(text) {
  return text.replace(/[.()[\]]/g, "\\$&");
}

function squeezed(code) {
  return code.replace(/\s/g, "");
}

function read(path) {
  return readFileSync(new URL(path, TOP), "utf8");
}
