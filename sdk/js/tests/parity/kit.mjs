// What a row has in its hands, in a page and in Node alike: a client, the wire, and a log of what it was told.

// A row may put others in their place.
const { setTimeout, clearTimeout } = globalThis
const now = performance.now.bind(performance)

/** Longer than a row takes, shorter than the limit of a test. */
const WAIT_LIMIT_MS = 6000

/** Plays one row with one client; resolves to what was observed. `control` is the other side of `wire`. */
export async function play({ run, control, ...given }) {
  const log = []
  const managers = new Set()
  const kit = new Kit({ ...given, log, managers, control })
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done: ${show(log)}`)), WAIT_LIMIT_MS)
  })
  try {
    const result = await Promise.race([run(kit), late])
    await kit.wire.goneSilent()
    await kit.wire.freeze()
    return { log: log.map(entry), result: plain(result) }
  } finally {
    clearTimeout(timer)
    managers.forEach(quit)
  }
}

let hosts = 0

function quit(manager) {
  manager.reconnection(false)
  manager.engine?.close()
}

class Kit {
  constructor({ control, ...given }) {
    Object.assign(this, given)
    const { sdk, url, log } = given
    // Rows take the kit apart.
    this.io = (...args) => this.note(sdk.io(...args))
    this.connect = (namespace = "/", options) => this.io(url + namespace, this.options(options))
    this.manager = (options, uri = url) => this.note({ io: new sdk.Manager(uri, this.options(options)) }).io
    this.options = this.options.bind(this)
    this.note = this.note.bind(this)
    this.trace = this.trace.bind(this)
    this.told = this.told.bind(this)
    this.wire = new Proxy({}, { get: (_, name) => (...args) => control(name, args) })
    this.once = (emitter, name) => new Promise((resolve) => emitter.once(name, (...args) => resolve(args)))
    this.say = (...words) => log.push(words)
    this.plain = plain
    /** A host that no row has named before, so that nothing about it is cached. */
    this.host = () => `host-${hosts++}`
    this.tick = () => new Promise((resolve) => setTimeout(resolve, 0))
    /** Resolves when nothing that a socket has sent is still under way: a volatile event would go. */
    this.idle = async ({ io }) => {
      while (!io.engine.transport.writable) await this.tick()
    }
  }

  /** Small times, so that what is waited for comes at once. */
  options(options) {
    const transports = this.way == "upgrade" ? ["polling", "websocket"] : [this.way]
    return { transports, reconnectionDelay: 5, reconnectionDelayMax: 10, randomizationFactor: 0, ...options }
  }

  note(socket) {
    this.managers.add(socket.io)
    return socket
  }

  /** Logs events of an emitter under their names, after `as` where there are several emitters. */
  trace(emitter, names, as) {
    for (const name of names) emitter.on(name, (...args) => this.log.push([as ? `${as} ${name}` : name, ...args]))
    return emitter
  }

  /** Resolves when the log has so many entries of that name. */
  async told(name, count = 1) {
    const limit = now() + WAIT_LIMIT_MS
    while (this.log.filter(([first]) => first === name).length < count) {
      if (now() > limit) throw new Error(`${count} × ${name} not in ${show(this.log)}`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}

function show(log) {
  return JSON.stringify(log.map(entry))
}

/** An argument that is left out and one that is undefined are the same to a listener. */
function entry(words) {
  const last = words.findLastIndex((word) => word !== undefined)
  return plain(words.slice(0, last + 1))
}

const FIELDS = ["type", "description", "data"]

/** As JSON has it: what crosses from a page. What is no plain value stands for itself by its kind. */
export function plain(value) {
  if (value === undefined) return "<undefined>"
  if (typeof value == "function") return "<function>"
  if (typeof value == "bigint" || typeof value == "symbol") return `<${typeof value}>`
  if (typeof value == "number" && !Number.isFinite(value)) return `<${value}>`
  if (!value || typeof value != "object") return value
  if (value instanceof Error) return { error: value.message, ...fields(value, FIELDS) }
  const bytes = bytesOf(value)
  if (bytes) return { [value.constructor.name]: [...bytes] }
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return [...value].map(plain)
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return "<object>"
  return fields(value, Object.keys(value))
}

function fields(value, names) {
  const set = names.filter((name) => value[name] !== undefined)
  return Object.fromEntries(set.map((name) => [name, plain(value[name])]))
}

function bytesOf(value) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}
