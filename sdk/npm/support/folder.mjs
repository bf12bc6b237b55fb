// A folder over HTTP, as any web server would serve it.

import { createReadStream, existsSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { once } from "node:events"
import { extname, join } from "node:path"

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
}

/** Serves its files. `headers` go with each answer; `types` replaces some of the usual ones. */
export async function serveFolder(folder, { headers = {}, types = {} } = {}) {
  const server = createServer((request, response) => {
    const file = join(folder, decodeURIComponent(new URL(request.url, "http://page").pathname))
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end()
    response.writeHead(200, { "Content-Type": { ...TYPES, ...types }[extname(file)], ...headers })
    createReadStream(file).pipe(response)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
