// For a classic script: the global `io`, with everything else on it.
import { io } from "./index.mjs"

globalThis.io = io
