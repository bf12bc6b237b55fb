// For Node. `ws` and Node's own modules are imported from here on, and from nowhere else: they stay out of pages.
export * from "./index.mjs"
export { default } from "./index.mjs"
