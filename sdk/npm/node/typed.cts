// The types of every entry, as `require` gives them. It is compiled and not run.

import client = require("parlor-client")
import slim = require("parlor-client/slim")

client.io("http://127.0.0.1").emit("say", "hello")
slim.ready().then(() => slim.io("http://127.0.0.1").emit("say", "hello"))

// @ts-expect-error only the slim entry has to be waited for
client.ready()
