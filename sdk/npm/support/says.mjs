// A page says how it went in its title.

import assert from "node:assert/strict"
import { openPage } from "../../js/tests/support/web.mjs"

/** Longer than a page needs on a busy machine, also where a dev server bundles at the first request. */
const LIMIT_MS = 30_000

/** Opens a page, waits for its title to match, and answers with it. Nothing else may have gone wrong in it. */
export async function says(browser, url, pattern) {
  const { page, errors, close } = await openPage(browser, url)
  try {
    const { source } = pattern
    await page.waitForFunction((source) => new RegExp(source).test(document.title), source, { timeout: LIMIT_MS })
    assert.deepEqual(errors, [])
    return await page.title()
  } catch (error) {
    throw new Error(`${url} says \`${await page.title()}\`, and ${JSON.stringify(errors)}`, { cause: error })
  } finally {
    await close()
  }
}
