// `cargo xtask bench client` builds everything and starts this: npm `parlor-client` beside npm `socket.io-client`.
//
//   PARLOR_NPM_TARBALL   our package, packed
//   PARLOR_CHROMIUM      the browser
//   PARLOR_BENCH_NODE    the script of npm socket.io on Node
//   PARLOR_BENCH_PARLOR  the program of our server
//   PARLOR_BENCH_OUT     the folder for the report

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { read } from "./lib/arguments.mjs"
import { facts } from "./lib/facts.mjs"
import { bundleAll } from "./lib/packages.mjs"
import { failures, markdown } from "./lib/report.mjs"
import { measure } from "./lib/run.mjs"
import { setting } from "./lib/settings.mjs"
import { openTab } from "./lib/tab.mjs"

const REPORT = "CLIENT.md"

/** Tells about all that was asked for, and fails afterwards if some of it could not be measured. */
async function main(words) {
  const asked = read(words)
  const folder = asked.write ? setting("PARLOR_BENCH_OUT") : undefined
  const bundles = await bundleAll()
  const tab = await openTab(bundles)
  try {
    // Before, because what is measured for so long may be committed meanwhile.
    const what = facts(asked, tab, await tab.call("sizes"))
    const results = await measure(asked, tab, bundles, (line) => console.error(line))
    const report = markdown({ ...asked, results, bundles, facts: what })
    console.log(report)
    if (folder) writeFileSync(join(folder, REPORT), report)
    const failed = failures(asked.rows.map((row) => ({ row, result: results.get(row.name) })))
    if (failed.length) throw new Error(`not every row went well:\n  ${failed.join("\n  ")}`)
  } finally {
    await tab.close()
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(`bench client: ${error.message}`)
    process.exit(1)
  },
)
