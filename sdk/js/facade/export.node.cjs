// For `require` in Node: what it gives is `io` itself, with everything else on it.
const { io } = require("./export.node.mjs")

module.exports = io
io.default = io
