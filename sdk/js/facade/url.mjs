// Where a connection goes: what the user wrote, as an address, a namespace and the key of the manager cache.

import { failure } from "./error.mjs"

const MAX_URI_UNITS = 8000

/** Reads a uri. Of one without a host, the page's own. */
export function parseUri(uri, path) {
  const page = globalThis.location
  const protocol = page?.protocol ?? "https:"
  uri ??= page ? "/" : bad("without a page a uri is needed")
  if (uri.length > MAX_URI_UNITS) bad(`a uri has at most ${MAX_URI_UNITS} characters`)
  if (/^\/(?!\/)/.test(uri)) uri = page?.host + uri
  if (!/^\w+:\/\//.test(uri)) uri = `${protocol}//${uri.replace(/^\/\//, "")}`
  try {
    // The namespace is taken as it is written: `URL` would encode it.
    const [, scheme, secure, namespace] = /^((?:http|ws)(s?)):\/\/[^/?#]*([^?#]*)/.exec(uri)
    const url = new URL(uri)
    return {
      // The schemes for WebSockets name the same server, and yet another manager: as in socket.io-client.
      id: `${scheme}://${url.hostname}:${url.port || (secure ? 443 : 80)}${path}`,
      address: `${secure}://${url.host}`,
      namespace: namespace || "/",
      query: url.search,
    }
  } catch {
    bad(`expected a uri with http, https, ws or wss: ${uri}`)
  }
}

function bad(message) {
  throw failure(message, "ERR_BAD_URI")
}
