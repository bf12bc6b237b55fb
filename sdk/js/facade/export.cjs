// For `require`: what it gives is `io` itself, with everything else on it.
const { io } = require("./index.mjs")

module.exports = io
io.default = io
