// With `withCredentials`: the cookies that a server has set, for as long as they live. A manager talks to one server, so
// whatever came from there goes there.

/** As many as browsers must keep for one host (RFC 6265, 6.1). A server could make every request grow otherwise. */
const MAX_COOKIES = 50

const jars = new WeakMap()

/** The jar of a connection, if there is to be one. */
export function jarOf(connection, { withCredentials }) {
  if (!withCredentials) return
  if (!jars.has(connection)) jars.set(connection, new CookieJar())
  return jars.get(connection)
}

export class CookieJar {
  kept_ = new Map()

  /** Takes what stands behind `Set-Cookie`. */
  store(lines = []) {
    for (const line of lines) {
      const { name, value, expires } = parse(line)
      if (!name) continue
      // The one that was set last is the last to go.
      this.kept_.delete(name)
      this.kept_.set(name, { value, expires })
    }
    for (const [name, { expires }] of this.kept_) if (expires <= Date.now()) this.kept_.delete(name)
    for (const name of this.kept_.keys()) {
      if (this.kept_.size <= MAX_COOKIES) break
      this.kept_.delete(name)
    }
  }

  /** Those that are alive, as `Cookie` wants them. */
  cookies() {
    const alive = [...this.kept_].filter(([, { expires }]) => expires > Date.now())
    return alive.map(([name, { value }]) => `${name}=${value}`)
  }
}

function parse(line) {
  const [pair, ...attributes] = line.split(";")
  const [name, value] = halves(pair)
  const said = new Map(attributes.map(halves).map(([name, value]) => [name.toLowerCase(), value]))
  // Without a time to die it lives as long as its jar, and `max-age` is heard first (RFC 6265, 5.3). A time that cannot be
  // read is over: what was to be deleted must not stay for ever.
  const age = said.get("max-age")
  const date = said.get("expires")
  const expires = age !== undefined ? Date.now() + age * 1000 : date !== undefined ? Date.parse(date) : Infinity
  return { name: value === undefined ? "" : name, value, expires: expires || 0 }
}

/** What stands before the first `=`, and what stands behind it. */
function halves(text) {
  const at = text.indexOf("=")
  return at < 0 ? [text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
