// For `require` of the slim entry in Node: `io` itself, with `ready` and everything else on it.
const { io, ready } = require("./export.slim.node.mjs")

module.exports = io
io.default = io
io.ready = ready
