// People at the nodes of a sample, and what becomes of them when a node dies.

import assert from "node:assert/strict";

import { everybodyGoes, Person } from "./person.mjs";
import { until } from "./until.mjs";

/** Addresses of this machine that are tried until one leads to the wanted node: all lead to one in 1 of 2⁶³ runs. */
const ADDRESSES = Array.from({ length: 64 }, (_, at) => `127.0.0.${at + 2}`);

/** What everybody writes at the least before the node is killed, and after they are back. */
const BURST = 10;

/** Somebody arrives through nginx. `home` is the node where they are. */
export async function comes(sample, nickname, way, address) {
  const before = await connections(sample);
  const person = await Person.arrives(sample.url, nickname, way, address);
  const after = await connections(sample);
  const homes = sample.nodes.filter((_, at) => after[at] > before[at]);
  assert.equal(homes.length, 1, `${before}, then ${after}`);
  person.home = homes[0];
  return person;
}

/** Somebody goes, and their node has noticed. */
export async function leaves(person) {
  const others = (await person.home.metric("parlor_connections")) - 1;
  person.goes();
  await until(async () => (await person.home.metric("parlor_connections")) === others, "the node to notice");
}

/** Everybody goes, and the nodes have noticed: the next to come are counted from there. */
export async function everybodyLeaves(sample) {
  everybodyGoes();
  await until(async () => (await connections(sample)).every((count) => count === 0), "everybody to be gone");
}

/** So many people at each node in turn, which their addresses lead to: the first of them at the first node. */
export async function atEachNode(sample, way, nicknames) {
  const people = [];
  const addresses = ADDRESSES.values();
  const spare = sample.nodes.map(() => []);
  for (const [at, nickname] of nicknames.entries()) {
    const wanted = sample.nodes[at % sample.nodes.length];
    const known = spare[at % sample.nodes.length];
    let person;
    while (!person) {
      const address = known.pop() ?? addresses.next().value;
      person = await comes(sample, nickname, way, address);
      if (person.home === wanted) break;
      await leaves(person);
      spare[sample.nodes.indexOf(person.home)].push(address);
      person = undefined;
    }
    people.push(person);
  }
  return people;
}

/**
 * Everybody writes all the time, and one node is killed. Of its people, one never comes back.
 *
 * @param {Person[]} people more than one at each node
 * @returns {Promise<{here: Person[], count: number}>} who is there in the end, and how much was said
 */
export async function writeWhileOneIsKilled(people, doomed) {
  await everybodyCounts(people);
  let isOver = false;
  const writes = async (person) => {
    while (!isOver) await person.says(`${person.nickname} says ${person.written.length + 1}`);
  };
  const [lost, ...others] = people.filter(({ home }) => home === doomed);
  const here = people.filter((person) => person !== lost);
  // Whoever never comes back has nothing on the way, so that it is known what was said.
  for (let message = 1; message <= BURST; message += 1) await lost.says(`${lost.nickname} says ${message}`);
  const writing = here.map(writes);
  const haveAllWritten = (more) => {
    const enough = here.map(({ written }) => written.length + more);
    return until(() => here.every(({ written }, at) => written.length >= enough[at]), "everybody to write");
  };
  try {
    await haveAllWritten(BURST);
    await doomed.kill();
    lost.goes();
    await until(() => others.every(({ ids }) => ids.length === 2), "everybody to come back");
    await haveAllWritten(BURST);
  } finally {
    isOver = true;
    await Promise.all(writing);
  }
  return { here, count: people.reduce((sum, { written }) => sum + written.length, 0) };
}

/** Everybody has the same, all of it, once and in order. */
export async function everybodyAudits({ here, count }) {
  const [first, ...others] = await Promise.all(here.map((person) => person.audits(count)));
  for (const log of others) assert.deepEqual(log, first);
}

/** Whoever asks, at whichever node, hears that these are in the room, and nobody else. */
export async function everybodyCounts(people) {
  const nicknames = people.map(({ nickname }) => nickname).sort();
  for (const person of people) {
    await until(async () => `${await person.people()}` === `${nicknames}`, `${person.nickname} to hear who is there`);
    await until(async () => (await person.count()) === people.length, `${person.nickname} to hear how many are there`);
  }
}

/** The one node that is left has these, and no ghosts, in its numbers. */
export async function everybodyIsWith(node, people) {
  await until(async () => (await node.metric("parlor_connections")) === people.length, "the connections to be right");
  await until(async () => (await node.metric("parlor_sockets", 'namespace="/"')) === people.length, "the sockets to be right");
}

function connections(sample) {
  return Promise.all(sample.nodes.map((node) => node.metric("parlor_connections")));
}
