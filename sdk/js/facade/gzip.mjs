// Bodies of polling that are sent compressed, to a server that says it takes them.

/** Less hardly shrinks: engine.io and `ws` draw the line there, too. A text has at least as many bytes as units. */
const MIN_GZIP_UNITS = 1024

/** The text compressed, as a `Blob`; `undefined` where that is not worth it, or not possible. */
export function gzipped(text) {
  if (text.length >= MIN_GZIP_UNITS && globalThis.CompressionStream) {
    return new Response(new Response(text).body.pipeThrough(new CompressionStream("gzip"))).blob()
  }
}
