// The table: what a client does and says on the wire, rule by rule. Where a row fails with `socket.io-client`, the row
// is wrong.
//
// A row is:
// * `title`: the rule.
// * `run(kit)`: what is done (`kit.mjs`); it runs in a page or in Node.
// * `expected`: `log` (events with their arguments, in order), `result` (what `run` resolves to), `wire` (connections in
//   the order of their opening, each with its packets out and in; a function of the way and the platform where it depends on them),
//   `requests`. What is not written down is still compared between the two clients.
// * `ways`: how to connect; both transports where nothing is said. `platforms`, `servers`: likewise, all.
// * `server`: the environment of the servers. `script`: what a scripted server says instead.
// * `throws`: what listeners throw on purpose.
// * `heartbeats`, `offsets`, `requests`: what is recorded besides.
// * `wireVaries`: why the wire is not compared.
// * `deviates`: why our client does something else on purpose, and `ours`: what it does; `undefined` for a part that is
//   another one and is not looked at.
// * `fresh`: in Node, the client is loaded anew. `samePage`: the page comes from the server's own address.

import { rows as a01 } from "./a01_entry.mjs"
import { rows as a02 } from "./a02_options.mjs"
import { rows as a03 } from "./a03_manager.mjs"
import { rows as a04 } from "./a04_reconnection.mjs"
import { rows as a05 } from "./a05_socket.mjs"
import { rows as a06 } from "./a06_namespaces.mjs"
import { rows as a07 } from "./a07_emit.mjs"
import { rows as a08 } from "./a08_acks.mjs"
import { rows as a09 } from "./a09_retries.mjs"
import { rows as a10 } from "./a10_engine.mjs"
import { rows as a11 } from "./a11_page.mjs"
import { rows as a12 } from "./a12_polling.mjs"
import { rows as a13 } from "./a13_websocket.mjs"
import { rows as a15 } from "./a15_upgrade.mjs"
import { rows as a16 } from "./a16_parser.mjs"
import { rows as a17 } from "./a17_catch_all.mjs"
import { rows as a18 } from "./a18_recovery.mjs"
import { rows as a19 } from "./a19_endings.mjs"
import { rows as conversations } from "./scenarios.mjs"

export const rows = [
  ...[a01, a02, a03, a04, a05, a06, a07, a08, a09, a10].flat(),
  ...[a11, a12, a13, a15, a16, a17, a18, a19].flat(),
  ...conversations,
]
