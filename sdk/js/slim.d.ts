// The types of `parlor-client/slim`: those of the main entry, and `ready`.

export * from "./index.js"
export { default } from "./index.js"

/**
 * Where the WebAssembly comes from: an address (text, `URL` or `Request`), an answer of `fetch`, its bytes, or a
 * `WebAssembly.Module`. They are not named, because a program for Node may be compiled without the DOM's types.
 */
export type CoreSource = string | object

/**
 * Loads the WebAssembly: `parlor-client.wasm` beside the script where nothing else is named. Before that is done, `io()`
 * and `new Manager()` throw `ERR_NOT_READY`.
 *
 * It is loaded once: further calls give the first one's promise. It rejects with `ERR_WASM_BLOCKED` where a
 * Content-Security-Policy forbids WebAssembly, and with `ERR_WASM_LOAD` where the file could not be had or belongs to
 * another build of this package; then it may be called again.
 */
export function ready(source?: CoreSource | Promise<CoreSource>): Promise<void>
