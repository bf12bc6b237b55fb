// What a server A is told to do, and what comes of it on A and on B: what `cluster.test.mjs` expects of every pair.
//
// Letters are clients: a (WebSocket) and b (polling) are on A, x (WebSocket) and y (polling) on B. In room red are a
// and x, in blue x and y, in green b; `#x` is the room of x's id. Orders are given by a where nothing else is said, in
// the words at the head of `fixtures/node_server.mjs`. `support/rows.mjs` says what the other fields of a row mean.

const emit = (fields) => ({ do: "emit", event: "news", args: ["hello", 1], ...fields });
const ask = (fields) => ({ do: "ask", event: "question", args: ["how much?"], ms: 10_000, ...fields });
/** Its callee is to answer, and nobody else: it is waited for this long in vain. */
const rollCall = (fields) => ({ do: "ask", event: "roll call", ms: 600, ...fields });

const EMITS = [
  { says: "emit reaches everybody", order: emit({}), heard: "abxy" },
  { says: "emit to a room", order: emit({ to: ["red"] }), heard: "ax" },
  { says: "emit to a room that only B has", order: emit({ to: ["blue"] }), heard: "xy" },
  { says: "emit to a room that only A has", order: emit({ to: ["green"] }), heard: "b" },
  { says: "emit to a room that nobody is in", order: emit({ to: ["grey"] }), heard: "" },
  { says: "emit to several rooms, once to who is in two", order: emit({ to: ["red", "blue"] }), heard: "axy" },
  { says: "emit to all but a room", order: emit({ except: ["red"] }), heard: "by" },
  { says: "emit to all but several rooms", order: emit({ except: ["blue", "green"] }), heard: "a" },
  { says: "emit to a room but another one", order: emit({ to: ["red", "green"], except: ["blue"] }), heard: "ab" },
  { says: "emit to one socket of B", order: emit({ to: ["#x"] }), heard: "x" },
  { says: "emit to one socket of A", order: emit({ to: ["#b"] }), heard: "b" },
  { says: "emit to sockets of both", order: emit({ to: ["#a", "#y"] }), heard: "ay" },
  { says: "emit to all but a socket of B", order: emit({ except: ["#y"] }), heard: "abx" },
  { says: "emit, local", order: emit({ local: true }), heard: "ab" },
  { says: "emit to a room, local", order: emit({ to: ["red"], local: true }), heard: "a" },
  { says: "emit to all but a room, local", order: emit({ except: ["red"], local: true }), heard: "b" },
  { says: "emit, volatile", order: emit({ volatile: true }), heard: "abxy", again: true },
  { says: "emit to a room, volatile", order: emit({ to: ["red"], volatile: true }), heard: "ax", again: true },
  { says: "emit, not compressed", order: emit({ compress: false }), heard: "abxy" },
  { says: "emit to a room, compressed", order: emit({ to: ["blue"], compress: true }), heard: "xy" },

  { says: "a client's broadcast reaches all others", order: emit({ from: true }), heard: "bxy" },
  { says: "a client's emit to its own room", order: emit({ from: true, to: ["red"] }), heard: "x" },
  { says: "a client's emit to several rooms", order: emit({ from: true, to: ["red", "blue"] }), heard: "xy" },
  { says: "a client's emit to all but a room", order: emit({ from: true, except: ["blue"] }), heard: "b" },
  { says: "a client's emit to one socket of B", order: emit({ from: true, to: ["#x"] }), heard: "x" },
  { says: "a client's emit to itself", order: emit({ from: true, to: ["#a"] }), heard: "" },
  { says: "a client's broadcast, local", order: emit({ from: true, local: true }), heard: "b" },
  { says: "a client's broadcast, volatile", order: emit({ from: true, volatile: true }), heard: "bxy", again: true },
  { says: "a client's broadcast, not compressed", order: emit({ from: true, compress: false }), heard: "bxy" },
  { says: "a polling client's broadcast", order: emit({ from: true }), by: "b", heard: "axy" },

  // The name of a room is part of the name of a channel, or not: nothing in it may be taken for something else.
  ...[
    "42",
    "4.20",
    "",
    "*",
    "[a-z]?",
    "red#blue",
    "#",
    "näme €😀",
    "a/b, c",
    "twenty letters long",
    "twenty letters long!",
  ].map((room) => ({
    says: `emit to the room ${JSON.stringify(room)}`,
    literal: true,
    rooms: { [room]: "bx" },
    order: emit({ to: [room] }),
    heard: "bx",
  })),
];

const KINDS_OF_JSON = [
  null,
  true,
  false,
  0,
  -0.5,
  1.5e-7,
  'zwei €😀\u2028\u001e\u0000"\\',
  "",
  [],
  {},
  { a: [{ "ü b": [null] }] },
];
/** Two attachments: a packet of npm's may have ten, and the answers of four clients come in one. */
const NESTED_BYTES = ["file", { parts: [Buffer.from([0, 1, 254, 255]), { last: Buffer.alloc(0) }] }];
// No integers beyond 64 bits: npm's msgpack writes others in their place.
/** The lengths and sizes at which msgpack, which the adapters write, changes the form of a value. */
const INTEGERS = [
  [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER],
  [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER],
].flat();
const LENGTHS = [31, 32, 255, 256, 65_535, 65_536];
const TEXTS = LENGTHS.map((length) => "t".repeat(length));
const BYTES = LENGTHS.map((length) => Buffer.alloc(length, 7));
const LISTS = [15, 16, 65_535, 65_536].map((length) => Array(length).fill(0));
const MAPS = [15, 16, 300].map((size) => Object.fromEntries(Array.from({ length: size }, (_, n) => [`key ${n}`, n])));

const CONTENTS = [
  { says: "no arguments", args: [] },
  { says: "every kind of JSON", args: KINDS_OF_JSON },
  { says: "bytes inside of data", args: NESTED_BYTES },
  { says: "numbers of all sizes", args: [INTEGERS] },
  { says: "numbers of all sizes beside bytes", args: [INTEGERS, Buffer.from("beside")] },
  { says: "texts of all lengths", args: TEXTS },
  { says: "texts of all lengths beside bytes", args: [...TEXTS, Buffer.from("beside")] },
  { says: "bytes of all lengths", args: BYTES },
  { says: "lists and maps of all lengths", args: [LISTS, MAPS] },
  { says: "lists and maps of all lengths beside bytes", args: [LISTS, MAPS, Buffer.from("beside")] },
].flatMap(({ says, args }) => [
  { says: `emit with ${says}`, order: emit({ args }), heard: "abxy" },
  { says: `emit to a room with ${says}`, order: emit({ to: ["red"], args }), heard: "ax" },
]);

const NAMES = ["with space", "näme €😀", "toString", "__proto__", "3", "ping"].map((event) => ({
  says: `emit of the event ${JSON.stringify(event)}`,
  order: emit({ event }),
  heard: "abxy",
}));

/** `answers`: who answers, by its name and what came; `timedOut`: whether others are waited for in vain. */
const ASKS = [
  { says: "ask everybody", order: ask({}), heard: "abxy", answers: "abxy" },
  { says: "ask a room", order: ask({ to: ["red"] }), heard: "ax", answers: "ax" },
  { says: "ask a room that only B has", order: ask({ to: ["blue"] }), heard: "xy", answers: "xy" },
  { says: "ask a room that nobody is in", order: ask({ to: ["grey"] }), heard: "", answers: "" },
  { says: "ask all but a room", order: ask({ except: ["red"] }), heard: "by", answers: "by" },
  { says: "ask one socket of B", order: ask({ to: ["#y"] }), heard: "y", answers: "y" },
  { says: "a client asks all others", order: ask({ from: true }), heard: "bxy", answers: "bxy" },
  { says: "a client asks its room", order: ask({ from: true, to: ["red"] }), heard: "x", answers: "x" },
  { says: "ask with every kind of JSON", order: ask({ args: KINDS_OF_JSON }), heard: "abxy", answers: "abxy" },
  {
    says: "ask with bytes, and be answered with bytes",
    order: ask({ args: NESTED_BYTES }),
    heard: "abxy",
    answers: "abxy",
  },
  { says: "ask, not compressed", order: ask({ compress: false, to: ["red"] }), heard: "ax", answers: "ax" },
  {
    says: "one of B does not answer",
    order: rollCall({ args: ["abx"] }),
    heard: "abxy",
    answers: "abx",
    timedOut: true,
  },
  {
    says: "one of A does not answer",
    order: rollCall({ args: ["axy"] }),
    heard: "abxy",
    answers: "axy",
    timedOut: true,
  },
  {
    says: "nobody answers",
    order: rollCall({ args: [""], to: ["blue"] }),
    heard: "xy",
    answers: "",
    timedOut: true,
  },
];

/** `finds`: who is found. */
const FETCHES = [
  { says: "fetch finds everybody", order: { do: "fetch" }, finds: "abxy" },
  { says: "fetch those in a room", order: { do: "fetch", to: ["red"] }, finds: "ax" },
  { says: "fetch those in several rooms, once", order: { do: "fetch", to: ["red", "blue"] }, finds: "axy" },
  { says: "fetch those in a room that nobody is in", order: { do: "fetch", to: ["grey"] }, finds: "" },
  { says: "fetch all but a room", order: { do: "fetch", except: ["red"] }, finds: "by" },
  { says: "fetch one socket of B", order: { do: "fetch", to: ["#x"] }, finds: "x" },
  { says: "fetch, local", order: { do: "fetch", local: true }, finds: "ab" },
  { says: "fetch those in a room, local", order: { do: "fetch", to: ["red"], local: true }, finds: "a" },
  { says: "a client fetches all others", order: { do: "fetch", from: true }, finds: "bxy" },
];

const MOVES = [
  { says: "join", order: { do: "join", rooms: ["gold"] }, then: { gold: "abxy" } },
  {
    says: "join of those in a room",
    order: { do: "join", to: ["red"], rooms: ["gold"] },
    then: { gold: "ax", red: "ax" },
  },
  {
    says: "join of all but a room, into several rooms",
    order: { do: "join", except: ["red"], rooms: ["gold", "silver"] },
    then: { gold: "by", silver: "by" },
  },
  { says: "join of one socket of B", order: { do: "join", to: ["#y"], rooms: ["gold"] }, then: { gold: "y" } },
  { says: "join, local", order: { do: "join", local: true, rooms: ["gold"] }, then: { gold: "ab" } },
  {
    says: "a client makes its room join",
    order: { do: "join", from: true, to: ["red"], rooms: ["gold"] },
    then: { gold: "x" },
  },
  { says: "leave", order: { do: "leave", rooms: ["red"] }, then: { red: "", blue: "xy" } },
  {
    says: "leave of those in a room",
    order: { do: "leave", to: ["blue"], rooms: ["red"] },
    then: { red: "a", blue: "xy" },
  },
  {
    says: "leave of all but a room, of several rooms",
    order: { do: "leave", except: ["red"], rooms: ["green", "blue"] },
    then: { red: "ax", blue: "x", green: "" },
  },
  {
    says: "leave of one socket of B",
    order: { do: "leave", to: ["#x"], rooms: ["red"] },
    then: { red: "a", blue: "xy" },
  },
  { says: "leave, local", order: { do: "leave", local: true, rooms: ["red"] }, then: { red: "x" } },
];

const ENDINGS = [
  { says: "disconnect of those in a room", order: { do: "disconnect", to: ["blue"] }, gone: "xy" },
  { says: "disconnect of all but a room", order: { do: "disconnect", except: ["red"] }, gone: "by" },
  { says: "disconnect of one socket of B", order: { do: "disconnect", to: ["#x"] }, gone: "x" },
  { says: "disconnect of those in no room", order: { do: "disconnect", to: ["grey"] }, gone: "" },
  {
    says: "disconnect of the whole connections",
    order: { do: "disconnect", to: ["blue", "green"], close: true },
    gone: "bxy",
    goneElsewhere: "bxy",
  },
  {
    says: "disconnect, local",
    order: { do: "disconnect", to: ["blue", "green"], local: true },
    gone: "b",
  },
  { says: "a client disconnects all others", order: { do: "disconnect", from: true }, gone: "bxy" },
];

const each = (order, target = { to: ["red"] }) => ({ do: "each", ...target, order });

/** What is done to each socket that was fetched: a is of A, x of B. */
const EACH = [
  { says: "emit to each that was fetched", order: each(emit({})), heard: "ax" },
  { says: "emit to each of everybody", order: each(emit({}), {}), heard: "abxy" },
  { says: "emit to each that was fetched, with bytes", order: each(emit({ args: NESTED_BYTES })), heard: "ax" },
  { says: "ask each that was fetched", order: each(ask({})), heard: "ax", answers: "ax" },
  {
    says: "ask each that was fetched, with bytes",
    order: each(ask({ args: NESTED_BYTES })),
    heard: "ax",
    answers: "ax",
  },
  {
    says: "one that was fetched does not answer",
    order: each(rollCall({ args: ["a"] })),
    heard: "ax",
    answers: "a",
    timedOut: true,
  },
  {
    says: "join of each that was fetched",
    order: each({ do: "join", rooms: ["gold", "silver"] }),
    then: { gold: "ax", silver: "ax" },
  },
  {
    says: "leave of each that was fetched",
    order: each({ do: "leave", rooms: ["red"] }, { to: ["blue"] }),
    then: { red: "a", blue: "xy" },
  },
  { says: "disconnect of each that was fetched", order: each({ do: "disconnect" }, { to: ["blue"] }), gone: "xy" },
  {
    says: "disconnect of the whole connection of each that was fetched",
    order: each({ do: "disconnect", close: true }, { to: ["blue"] }),
    gone: "xy",
    goneElsewhere: "xy",
  },
];

/** `notes`: what B has been told, A nothing. `result`: what the order gives. */
const AMONG_SERVERS = [
  {
    says: "server emit reaches B alone",
    order: { do: "server emit", event: "note", args: ["hello", 1] },
    notes: [["hello", 1]],
  },
  { says: "server emit without arguments", order: { do: "server emit", event: "note", args: [] }, notes: [[]] },
  {
    says: "server emit with every kind of JSON",
    order: { do: "server emit", event: "note", args: KINDS_OF_JSON },
    notes: [KINDS_OF_JSON],
  },
  { says: "server emit that nobody listens to", order: { do: "server emit", event: "nobody", args: [1] }, notes: [] },
  {
    says: "server ask is answered by B alone",
    order: { do: "server ask", event: "whoami", args: [] },
    result: { answers: [["B"]], timedOut: false },
  },
  {
    says: "server ask with every kind of JSON",
    order: { do: "server ask", event: "whoami", args: KINDS_OF_JSON },
    result: { answers: [["B", ...KINDS_OF_JSON]], timedOut: false },
  },
  { says: "server count counts both", order: { do: "server count" }, result: 2 },
];

const ALL = [EMITS, CONTENTS, NAMES, ASKS, FETCHES, MOVES, ENDINGS, EACH, AMONG_SERVERS];
export const ROWS = ALL.flat();
