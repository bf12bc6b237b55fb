// For Node. `ws` and Node's own modules are imported from here on, and from nowhere else: they stay out of pages.
import { nodePlatform } from "./node/platform.mjs"
import { platform } from "./transport.mjs"

export * from "./index.mjs"
export { default } from "./index.mjs"

Object.assign(platform, nodePlatform)
