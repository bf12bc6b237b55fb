// The entry point and the cache of managers.

import { goodbye, joined, JOINED, one, OPEN } from "./words.mjs"

const NAMES = ["io", "connect", "default", "Manager", "Socket"]
const TRANSPORTS = ["Fetch", "NodeXHR", "XHR", "NodeWebSocket", "WebSocket", "WebTransport"]

/** One way is enough where nothing is sent, or where it makes no difference. */
const ONCE = ["websocket"]

const apart = { autoConnect: false }

export const rows = [
  {
    title: "A.1 the module exports io under three names, the classes, the transports and the protocol's number",
    ways: ONCE,
    async run({ sdk }) {
      const { io } = sdk
      return {
        types: [...NAMES, ...TRANSPORTS].filter((name) => typeof sdk[name] != "function"),
        same: [sdk.connect === io, sdk.default === io, io.connect === io, io.io === io],
        hung: [io.Manager === sdk.Manager, io.Socket === sdk.Socket],
        protocol: sdk.protocol,
      }
    },
    expected: {
      result: { types: [], same: [true, true, true, true], hung: [true, true], protocol: 5 },
      wire: [],
    },
  },
  {
    title: "A.1 in CommonJS io is the module itself",
    ways: ONCE,
    platforms: ["Node"],
    async run({ require }) {
      const io = await require()
      return [typeof io, io.io === io, io.connect === io, typeof io.Manager, typeof io.Socket]
    },
    expected: { result: ["function", true, true, "function", "function"] },
  },
  {
    title: "A.1 without a uri it is the page's own server",
    platforms: ["Chromium"],
    samePage: true,
    async run({ io, options, once }) {
      const socket = io(options())
      await once(socket, "connect")
      return socket.nsp
    },
    expected: { result: "/", wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.1 a path alone is a namespace of the page's own server",
    platforms: ["Chromium"],
    samePage: true,
    async run({ io, options, once }) {
      await once(io("/custom", options()), "connect")
    },
    expected: { wire: one(["40/custom,"], [OPEN, joined("/custom")]) },
  },
  {
    title: "A.1 a host in the options does not lead io away from the page's own server",
    platforms: ["Chromium"],
    samePage: true,
    async run({ io, options, once }) {
      await once(io(options({ host: "nowhere.invalid", reconnection: false })), "connect")
    },
    expected: { wire: one(["40"], [OPEN, JOINED]) },
  },
  {
    title: "A.1 an address that begins with // takes the page's protocol",
    platforms: ["Chromium"],
    async run({ io, url, options, once }) {
      await once(io(url.replace("http:", ""), options()), "connect")
    },
    expected: { wire: one(["40"]) },
  },
  {
    title: "A.1 an address without a scheme takes the page's protocol",
    platforms: ["Chromium"],
    async run({ io, url, options, once }) {
      await once(io(`${url.replace("http://", "")}/custom`, options()), "connect")
    },
    expected: { wire: one(["40/custom,"]) },
  },
  {
    title: "A.1 an address without a scheme is not http where there is no page",
    platforms: ["Node"],
    async run({ io, url, options, once }) {
      const socket = io(url.replace("http://", ""), options({ reconnection: false }))
      const [error] = await once(socket, "connect_error")
      return error instanceof Error
    },
    fresh: true,
    // Our wire speaks no TLS, so that no request is understood.
    expected: { result: true, wire: [] },
  },
  ...["http", "ws"].map((scheme) => ({
    title: `A.1 ${scheme} is a scheme`,
    async run({ io, url, options, once }) {
      await once(io(url.replace("http", scheme), options()), "connect")
    },
    expected: { wire: one(["40"]) },
  })),
  {
    title: "A.1 ws and http are different keys, and so are wss and https",
    ways: ONCE,
    async run({ io, host }) {
      const name = host()
      const manager = (scheme) => io(`${scheme}://${name}/${scheme}`, apart).io
      return [manager("http") === manager("ws"), manager("https") === manager("wss")]
    },
    expected: { result: [false, false] },
  },
  {
    title: "A.1 a missing port is 80 or 443",
    ways: ONCE,
    async run({ io, host }) {
      const same = (scheme, port, name = host()) =>
        io(`${scheme}://${name}/a`, apart).io === io(`${scheme}://${name}:${port}/b`, apart).io
      return [same("http", 80), same("ws", 80), same("https", 443), same("wss", 443), same("http", 81)]
    },
    expected: { result: [true, true, true, true, false] },
  },
  {
    title: "A.1 an address of IPv6 stands in brackets",
    ways: ONCE,
    fresh: true,
    async run({ io }) {
      const manager = (host, namespace) => io(`http://${host}/${namespace}`, apart).io
      const first = manager("[::1]", "a")
      return [first === manager("[::1]:80", "b"), first === manager("[::2]", "c")]
    },
    expected: { result: [true, false] },
  },
  {
    title: "A.1 the path of an address is the namespace, and not that of the request",
    requests: true,
    async run({ io, url, options, once }) {
      const socket = io(`${url}/custom`, options())
      await once(socket, "connect")
      return [socket.nsp, io("http://h3", apart).nsp, io("http://h3/", apart).nsp, io("http://h3/a/b", apart).nsp]
    },
    expected: { result: ["/custom", "/", "/", "/a/b"], wire: one(["40/custom,"]) },
  },
  {
    title: "A.1 the query of an address goes with the requests, and is no part of the namespace",
    ways: ONCE,
    requests: true,
    async run({ io, url, options, once }) {
      const socket = io(`${url}/custom?token=a%20b&x=1`, options())
      await once(socket, "connect")
      return socket.nsp
    },
    expected: { result: "/custom", wire: one(["40/custom,"]) },
  },
  {
    title: "A.1 the query of an address goes before an option query",
    ways: ONCE,
    requests: true,
    async run({ io, url, options, once }) {
      await once(io(`${url}/?token=1`, options({ query: { other: 2 } })), "connect")
    },
  },
  {
    title: "A.1 an address of more than 8000 characters is refused",
    ways: ONCE,
    async run({ io }) {
      const attempt = (length) => {
        try {
          return io("http://h4/".padEnd(length, "a"), apart).nsp.length
        } catch (error) {
          return String(error.message ?? error)
        }
      }
      return [attempt(8000), attempt(8001)]
    },
    deviates: "an Error, in words that tell the limit, instead of a string",
    expected: { result: [7991, "URI too long"] },
    ours: { result: [7991, "a uri has at most 8000 characters"] },
  },
  {
    title: "A.1 namespaces of one server share a manager, and a connection",
    async run({ connect, once, told, trace }) {
      const root = connect("/")
      const custom = connect("/custom")
      trace(custom, ["connect"])
      await once(root, "connect")
      await told("connect")
      return root.io === custom.io
    },
    expected: { result: true, wire: one(["40", "40/custom,"], [OPEN, JOINED, joined("/custom")]) },
  },
  {
    title: "A.1 the same namespace twice makes two connections",
    async run({ connect, once }) {
      const first = connect("/")
      const second = connect("/")
      await Promise.all([once(first, "connect"), once(second, "connect")])
      return [first.io === second.io, connect("/custom").io === first.io]
    },
    wireVaries: "two connections are opened at once",
    expected: { result: [false, true] },
  },
  {
    title: "A.1 forceNew and multiplex false make managers that nobody shares",
    ways: ONCE,
    async run({ io, host }) {
      const uri = `http://${host()}`
      const alone = [{ forceNew: true }, { multiplex: false }, { "force new connection": true }]
      const managers = alone.map((option) => io(`${uri}/a`, { ...apart, ...option }).io)
      const shared = io(`${uri}/b`, apart).io
      return [new Set([...managers, shared]).size, io(`${uri}/c`, apart).io === shared]
    },
    expected: { result: [4, true] },
  },
  {
    title: "A.1 a manager that once had the namespace is not used for it again, and is never forgotten",
    ways: ONCE,
    async run({ io, host }) {
      const uri = `http://${host()}`
      const first = io(`${uri}/a`, apart)
      first.disconnect()
      const second = io(`${uri}/a`, apart)
      return [first.io === second.io, io(`${uri}/b`, apart).io === first.io]
    },
    expected: { result: [false, true] },
  },
  {
    title: "A.1 the option path is part of the key",
    ways: ONCE,
    async run({ io, host }) {
      const uri = `http://${host()}`
      const manager = (namespace, option) => io(`${uri}/${namespace}`, { ...apart, ...option }).io
      const own = manager("a", { path: "/other" })
      const usual = manager("b")
      return [own === manager("c", { path: "/other" }), own === usual, usual === manager("d", { path: "/socket.io" })]
    },
    expected: { result: [true, false, true] },
  },
  {
    title: "A.1 a manager that is shared keeps its options, and a socket has its own",
    ways: ONCE,
    requests: true,
    async run({ connect, io, url, told, trace }) {
      const first = connect("/", { query: { n: 1 }, auth: { who: 1 } })
      const second = io(`${url}/custom`, { query: { n: 2 }, transports: ["polling"], auth: { who: 2 } })
      trace(first, ["connect"])
      trace(second, ["connect"])
      await told("connect", 2)
      return first.io === second.io
    },
    expected: { result: true, wire: one(['40{"who":1}', '40/custom,{"who":2}']) },
  },
  {
    title: "A.1 a manager opens again for a socket that connects later",
    async run({ connect, once, told, trace, wire }) {
      const first = connect("/")
      await once(first, "connect")
      first.disconnect()
      await wire.ended()
      const second = trace(connect("/custom"), ["connect"])
      await told("connect")
      return first.io === second.io
    },
    expected: {
      result: true,
      wire: (way) => [{ out: ["40", "41", goodbye(way)] }, { out: ["40/custom,"], in: [OPEN, joined("/custom")] }],
    },
  },
]
