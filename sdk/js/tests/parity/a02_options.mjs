// Options of the manager and of the engine. Those of a namespace are with `auth` (A.6), acks (A.8) and retries (A.9).

import { JOINED, one, OPEN, WELCOMING } from "./words.mjs"

const ONCE = ["websocket"]
const POLLING = ["polling"]
const EVENTS = ["open", "reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect"]

export const rows = [
  {
    title: "A.2 path is that of the requests, with a slash at the end",
    script: WELCOMING,
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { path: "/a/b" }), "connect")
      await once(connect("/", { path: "/c/" }), "connect")
      await wire.goneSilent()
      return [...new Set((await wire.look()).requests.map(({ path }) => path))].sort()
    },
    expected: { result: ["/a/b/", "/c/"] },
    wireVaries: "only the requests matter",
  },
  {
    title: "A.2 addTrailingSlash may be switched off",
    script: WELCOMING,
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { path: "/d/", addTrailingSlash: false }), "connect")
      return (await wire.look()).requests[0].path
    },
    expected: { result: "/d" },
  },
  {
    title: "A.2 without autoConnect nothing is opened until somebody asks",
    async run({ connect, wire, once }) {
      const socket = connect("/", { autoConnect: false })
      socket.emit("echo", 1)
      await wire.goneSilent()
      const before = (await wire.look()).requests.length
      socket.connect()
      await once(socket, "connect")
      await once(socket, "echo")
      return before
    },
    expected: { result: 0, wire: one(["40", '42["echo",1]']) },
  },
  {
    title: "A.2 without reconnection a failure is final",
    async run({ connect, trace, told, wire }) {
      await wire.answer({ status: 503, times: Infinity })
      const socket = trace(connect("/", { reconnection: false }), ["connect_error"])
      trace(socket.io, EVENTS)
      await told("connect_error")
      await wire.goneSilent()
      return socket.active
    },
    expected: { result: true },
  },
  {
    title: "A.2 reconnectionAttempts bounds the attempts",
    async run({ connect, trace, told, wire }) {
      await wire.answer({ status: 503, times: Infinity })
      const socket = connect("/", { reconnectionAttempts: 2 })
      trace(socket.io, EVENTS.filter((name) => name != "reconnect_error"))
      await told("reconnect_failed")
      await wire.goneSilent()
    },
    expected: { log: [["reconnect_attempt", 1], ["reconnect_attempt", 2], ["reconnect_failed"]] },
  },
  {
    title: "A.2 no reconnectionAttempts are as many as there may be, and no delay is the default",
    ways: ONCE,
    async run({ sdk }) {
      const settings = { autoConnect: false, reconnectionAttempts: 0, reconnectionDelay: 0, reconnectionDelayMax: 0, randomizationFactor: 0 }
      const manager = new sdk.Manager("http://o1", settings)
      return [manager.reconnectionAttempts(), manager.reconnectionDelay(), manager.reconnectionDelayMax(), manager.randomizationFactor()]
    },
    expected: { result: ["<Infinity>", 1000, 5000, 0] },
  },
  {
    title: "A.2 timeout bounds an attempt",
    async run({ connect, trace, told, wire }) {
      await wire.lose("in", "0", 1)
      const socket = trace(connect("/", { timeout: 60 }), ["connect", "connect_error"])
      trace(socket.io, EVENTS)
      await told("connect")
    },
    expected: {
      log: [["connect_error", { error: "timeout" }], ["reconnect_attempt", 1], ["reconnect_error"], ["open"], ["reconnect", 1], ["connect"]].filter(
        ([name]) => name != "reconnect_error",
      ),
    },
    wireVaries: "a poll that is given up may be cut in the middle",
  },
  {
    title: "A.2 a timeout of 0 is over at once, and false is none",
    async run({ manager, trace, told, wire }) {
      await wire.lose("in", "0", 1)
      trace(manager({ timeout: 0, reconnection: false }), ["open", "error"], "none")
      await told("none error")
      await wire.keep("in")
      trace(manager({ timeout: false }), ["open", "error"], "unbounded")
      await told("unbounded open")
    },
    expected: { log: [["none error", { error: "timeout" }], ["unbounded open"]] },
    wireVaries: "how far the first one gets is a matter of time",
  },
  {
    title: "A.2 only the first of transports is used to connect",
    ways: ["polling"],
    requests: true,
    async run({ connect, once, wire }) {
      const transports = ["websocket", "polling"]
      const socket = connect("/", { transports })
      await once(socket, "connect")
      await wire.goneSilent()
      return [socket.io.engine.transport.name, transports, (await wire.look()).wire.length]
    },
    expected: { result: ["websocket", ["websocket", "polling"], 1] },
  },
  {
    title: "A.2 without any transport the error is asynchronous",
    ways: ONCE,
    async run({ manager, trace, told, say }) {
      const it = trace(manager({ transports: [], autoConnect: false, reconnection: false }), ["error"])
      it.open((error) => say("called back", error))
      say("opened")
      await told("called back")
    },
    deviates: "every error is an Error",
    expected: { log: [["opened"], ["error", "No transports available"], ["called back", "No transports available"]], wire: [] },
    ours: {
      log: [["opened"], ["error", { error: "No transports available" }], ["called back", { error: "No transports available" }]],
    },
  },
  {
    title: "A.2 transports may be classes",
    async run({ connect, once, sdk, way, platform }) {
      const polling = platform == "Node" ? sdk.NodeXHR : sdk.XHR
      const websocket = platform == "Node" ? sdk.NodeWebSocket : sdk.WebSocket
      const socket = connect("/", { transports: [way == "polling" ? polling : websocket] })
      await once(socket, "connect")
      return [socket.io.engine.transport.name, await socket.emitWithAck("echo", 1)]
    },
    expected: { result: (way) => [way, 1] },
  },
  {
    title: "A.2 polling by fetch is a class too",
    ways: POLLING,
    async run({ connect, once, sdk }) {
      const socket = connect("/", { transports: [sdk.Fetch] })
      await once(socket, "connect")
      return [socket.io.engine.transport.name, await socket.emitWithAck("echo", 1)]
    },
    expected: { result: ["polling", 1] },
  },
  {
    title: "A.2 transportImplementations and transports exclude one another",
    async run({ sdk, url, way, platform, once, note }) {
      const names = { Node: ["NodeXHR", "NodeWebSocket"], Chromium: ["XHR", "WebSocket"] }[platform]
      const transportImplementations = [sdk[names[way == "polling" ? 0 : 1]]]
      const attempt = (options) => {
        try {
          return note({ io: new sdk.Manager(url, { ...options, reconnection: false }) }).io
        } catch (error) {
          return error.message
        }
      }
      const manager = attempt({ transportImplementations })
      await once(manager, "open")
      return [manager.engine.transport.name, typeof attempt({ transportImplementations, transports: [way] })]
    },
    expected: { result: (way) => [way, "string"] },
  },
  {
    title: "A.2 without upgrade the transport stays",
    ways: POLLING,
    async run({ connect, wire }) {
      const socket = connect("/", { transports: ["polling", "websocket"], upgrade: false })
      await socket.emitWithAck("echo", 1)
      await wire.goneSilent()
      return socket.io.engine.transport.name
    },
    expected: { result: "polling", wire: one(["40", '420["echo",1]'], [OPEN, JOINED, "430[1]"]) },
  },
  {
    title: "A.2 with rememberUpgrade the next session begins with what the last one ended with",
    ways: ["upgrade"],
    fresh: true,
    async run({ connect, once, wire }) {
      const first = connect("/", { rememberUpgrade: true })
      const [transport] = await once(first.io.engine, "upgrade")
      await first.emitWithAck("echo", 1)
      const second = connect("/custom", { rememberUpgrade: true, forceNew: true })
      const began = second.io.engine.transport.name
      await once(second, "connect")
      // A transport that fails is not remembered.
      await wire.answer({ method: "WS", status: 400 })
      const third = connect("/custom", { rememberUpgrade: true, forceNew: true, reconnection: false })
      await once(third, "connect_error")
      const fourth = connect("/custom", { rememberUpgrade: true, forceNew: true, upgrade: false })
      return [transport.name, began, fourth.io.engine.transport.name]
    },
    expected: { result: ["websocket", "websocket", "polling"] },
    wireVaries: "when the probe is answered is a matter of time",
  },
  {
    title: "A.2 without rememberUpgrade every session begins with the first transport",
    ways: ["upgrade"],
    fresh: true,
    async run({ connect, once }) {
      const first = connect("/")
      await once(first.io.engine, "upgrade")
      return connect("/custom", { forceNew: true }).io.engine.transport.name
    },
    expected: { result: "polling" },
    wireVaries: "when the probe is answered is a matter of time",
  },
  {
    title: "A.2 with tryAllTransports the next one is tried when the first fails to open",
    ways: POLLING,
    async run({ connect, trace, told, wire }) {
      await wire.answer({ method: "GET", status: 400 })
      const socket = trace(connect("/", { transports: ["polling", "websocket"], tryAllTransports: true }), ["connect", "connect_error"])
      await told("connect")
      return socket.io.engine.transport.name
    },
    expected: { log: [["connect"]], result: "websocket", wire: [{ by: "polling", out: [] }, { by: "websocket", out: ["40"] }] },
  },
  {
    title: "A.2 with tryAllTransports the last failure is told, and that of an open session is one",
    ways: POLLING,
    async run({ connect, trace, told, wire, once }) {
      await wire.answer({ status: 400, times: 2 })
      const options = { transports: ["polling", "websocket"], tryAllTransports: true, upgrade: false }
      const failing = trace(connect("/", { ...options, reconnection: false }), ["connect_error"])
      await told("connect_error")
      const open = connect("/", { ...options, forceNew: true, reconnection: false })
      await once(open, "connect")
      trace(open, ["disconnect"])
      await wire.fail(400)
      await told("disconnect")
      return [failing.io.engine.transport?.name, open.active]
    },
  },
  {
    title: "A.2 query goes with every request, before what the engine adds",
    requests: true,
    async run({ connect }) {
      await connect("/", { query: { token: "a b&c", EIO2: 1 } }).emitWithAck("echo", 1)
    },
  },
  {
    title: "A.2 a query may be a string",
    requests: true,
    async run({ connect, once }) {
      await once(connect("/", { query: "token=1&x=y%20z" }), "connect")
    },
  },
  {
    title: "A.2 forceBase64 is said in the handshake, and makes text of binary",
    requests: true,
    async run({ connect }) {
      await connect("/", { forceBase64: true }).emitWithAck("echo", new Uint8Array([1, 2, 3]))
    },
    expected: { wire: one(["40", '451-0["echo",{"_placeholder":true,"num":0}]', "bAQID"]) },
  },
  ...[true, false].map((timestampRequests) => ({
    title: `A.2 timestampRequests is ${timestampRequests}`,
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { timestampRequests }), "connect")
      return (await wire.look()).requests.every(({ query }) => query.includes("t") === timestampRequests)
    },
    expected: { result: true },
  })),
  {
    title: "A.2 timestampParam is the stamp's name",
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { timestampRequests: true, timestampParam: "stamp" }), "connect")
      return (await wire.look()).requests.every(({ query }) => query.includes("stamp") && !query.includes("t"))
    },
    expected: { result: true },
  },
  {
    title: "A.2 requestTimeout bounds a request of polling",
    ways: POLLING,
    platforms: ["Chromium"],
    async run({ connect, once, trace, told }) {
      const socket = connect("/", { requestTimeout: 150, reconnection: false })
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      await told("disconnect")
    },
    wireVaries: "how the poll ends is the browser's affair",
  },
  {
    title: "A.2 extraHeaders go with polling, and in Node with websockets",
    requests: true,
    async run({ connect }) {
      await connect("/", { extraHeaders: { "X-Mine": "a", authorization: "Bearer b" } }).emitWithAck("echo", 1)
    },
  },
  {
    title: "A.2 transportOptions are those of one transport, and the last word",
    ways: ["upgrade"],
    requests: true,
    async run({ connect, once, wire }) {
      const socket = connect("/", {
        extraHeaders: { "X-A": "all", "X-B": "all" },
        transportOptions: { polling: { extraHeaders: { "X-A": "polling" } }, websocket: { timestampRequests: true } },
      })
      await once(socket.io.engine, "upgrade")
      const { requests } = await wire.look()
      const told = requests.map(({ method, query, headers }) => [method, query.includes("t"), headers["x-a"], headers["x-b"]])
      return [told.find(([method]) => method == "GET"), told.find(([method]) => method == "WS")]
    },
    wireVaries: "when the probe is answered is a matter of time",
  },
  {
    title: "A.2 withCredentials keeps a jar of cookies in Node, and lets a page send its own",
    script: { ...WELCOMING, headers: { "set-cookie": ["a=1; Path=/; Max-Age=100", "b=2; Path=/; HttpOnly", "old=3; Max-Age=0"] } },
    ways: POLLING,
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { withCredentials: true }), "connect")
      await wire.polled()
      return (await wire.look()).requests.map(({ headers }) => headers.cookie)
    },
  },
  {
    title: "A.2 without withCredentials no cookie is kept or sent",
    script: { ...WELCOMING, headers: { "set-cookie": ["a=1; Path=/"] } },
    ways: POLLING,
    async run({ connect, once, wire }) {
      await once(connect("/"), "connect")
      await wire.polled()
      const { requests } = await wire.look()
      return [requests.length > 1, requests.some(({ headers }) => headers.cookie)]
    },
    expected: { result: [true, false] },
  },
  {
    title: "A.2 protocols are offered to the server",
    ways: ONCE,
    // Ours takes up none, and a client must not go on then.
    servers: ["socket.io"],
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { protocols: ["mine", "other"] }), "connect")
      return (await wire.look()).requests[0].headers["sec-websocket-protocol"].split(/, ?/)
    },
    expected: { result: ["mine", "other"] },
  },
  {
    title: "A.2 with useNativeTimers a mocked clock stops nothing",
    // In Node the XMLHttpRequest that socket.io-client brings needs the clock itself.
    platforms: ["Chromium"],
    fresh: true,
    async run({ connect, trace, told, wire, once }) {
      const socket = connect("/", { useNativeTimers: true })
      await once(socket, "connect")
      trace(socket, ["connect"])
      const real = globalThis.setTimeout
      const asked = []
      globalThis.setTimeout = (...args) => asked.push(args[1])
      await wire.polled()
      await wire.shut()
      await told("connect")
      globalThis.setTimeout = real
    },
  },
  {
    title: "A.2 with autoUnref a process of Node ends though it is connected",
    platforms: ["Node"],
    ways: ["polling", "websocket"],
    async run({ clientUrl, url, way, wire, say }) {
      const { spawn } = await import("node:child_process")
      const options = JSON.stringify({ transports: [way], autoUnref: true })
      const script = `import(${JSON.stringify(clientUrl)}).then(({ io }) => io(${JSON.stringify(url)}, ${options}))`
      const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" })
      const code = await new Promise((resolve) => child.once("exit", resolve))
      say("ended", code)
      await wire.goneSilent()
    },
    expected: { log: [["ended", 0]] },
    wireVaries: "how far it comes until it ends is a matter of time",
  },
  {
    title: "A.2 perMessageDeflate is offered in Node, unless it is switched off",
    platforms: ["Node"],
    ways: ONCE,
    requests: true,
    async run({ connect, once, wire }) {
      await once(connect("/", { perMessageDeflate: false }), "connect")
      return "sec-websocket-extensions" in (await wire.look()).requests[0].headers
    },
    expected: { result: false },
  },
  {
    title: "A.2 host, port and secure stand for an address",
    async run({ sdk, note, url, options, told, trace }) {
      const { hostname, port } = new URL(url)
      const manager = new sdk.Manager(options({ hostname, port, secure: false }))
      note({ io: manager })
      trace(manager, ["open"])
      await told("open")
    },
    expected: { log: [["open"]], wire: one([], [OPEN]) },
  },
  {
    title: "A.2 a port alone is one of the page's own host",
    platforms: ["Chromium"],
    async run({ sdk, note, url, options, told, trace }) {
      const manager = new sdk.Manager(options({ port: new URL(url).port }))
      note({ io: manager })
      trace(manager, ["open"])
      await told("open")
    },
    expected: { log: [["open"]] },
  },
  {
    title: "A.2 the caller's options are not changed",
    ways: ["upgrade"],
    async run({ connect, once }) {
      const transports = ["polling", "websocket"]
      const options = { transports, query: { a: 1 }, auth: { b: 2 }, tryAllTransports: true, path: "/socket.io/" }
      const before = JSON.stringify(options)
      await once(connect("/", options), "connect")
      return JSON.stringify(options) === before
    },
    expected: { result: true },
    wireVaries: "when the probe is answered is a matter of time",
  },
]
