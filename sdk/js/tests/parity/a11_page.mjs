// The life of a page.

const CHROMIUM = ["Chromium"]

/** In a frame of its own, which can be left. */
async function inFrame({ sdk: _, page, client, url, way }, options) {
  const frame = document.createElement("iframe")
  frame.src = `${page}/`
  document.body.append(frame)
  await new Promise((resolve) => (frame.onload = resolve))
  const script = frame.contentDocument.createElement("script")
  script.type = "module"
  script.textContent = `import { io } from "/${client}.mjs"; window.socket = io(${JSON.stringify(url)}, ${JSON.stringify({ transports: [way], ...options })}); window.ready?.()`
  await new Promise((resolve) => {
    frame.contentWindow.ready = resolve
    frame.contentDocument.body.append(script)
  })
  const { socket } = frame.contentWindow
  await new Promise((resolve) => (socket.connected ? resolve() : socket.once("connect", resolve)))
  return { frame, socket }
}

export const rows = [
  {
    title: "A.11 beforeunload alone changes nothing",
    platforms: CHROMIUM,
    async run({ connect, once, trace, wire }) {
      const socket = connect()
      await once(socket, "connect")
      trace(socket, ["disconnect"])
      dispatchEvent(new Event("beforeunload"))
      await wire.goneSilent()
      return [socket.connected, await socket.emitWithAck("echo", 1)]
    },
    expected: { log: [], result: [true, 1] },
  },
  {
    title: "A.11 with closeOnBeforeunload the transport is closed, and nothing is told",
    platforms: CHROMIUM,
    async run({ connect, once, trace, wire }) {
      const socket = connect("/", { closeOnBeforeunload: true })
      await once(socket, "connect")
      await wire.goneSilent()
      trace(socket, ["disconnect"])
      dispatchEvent(new Event("beforeunload"))
      socket.emit("ignored")
      await wire.goneSilent()
      return socket.io.engine.transport.readyState
    },
    expected: { log: [] },
  },
  {
    title: "A.11 after pagehide the requests of polling fail without a word",
    platforms: CHROMIUM,
    ways: ["polling"],
    async run(kit) {
      const { wire, say } = kit
      const { frame, socket } = await inFrame(kit, { reconnection: false })
      await wire.polled()
      socket.on("disconnect", (reason) => say("disconnect", reason))
      socket.io.on("error", (error) => say("error", error.message))
      frame.contentWindow.dispatchEvent(new Event("pagehide"))
      await wire.cut()
      await wire.goneSilent()
      frame.remove()
    },
    expected: { log: [] },
  },
  {
    title: "A.11 a page that is left takes its connection with it",
    platforms: CHROMIUM,
    async run(kit) {
      const { frame } = await inFrame(kit)
      await kit.wire.polled()
      frame.remove()
      await kit.wire.ended()
    },
    wireVaries: "how a browser ends it is its own affair",
  },
]
