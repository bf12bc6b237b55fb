// A page that Playwright does not know of. Playwright keeps its own pages in focus, and what has the focus is not frozen.

/** Opens an address; `send` says something in the language of the DevTools protocol. */
export async function openApart(browser, url) {
  const devtools = await browser.newBrowserCDPSession()
  const { browserContextId } = await devtools.send("Target.createBrowserContext")
  const { targetId } = await devtools.send("Target.createTarget", { url, browserContextId })
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false })
  const waiting = new Map()
  let messages = 0
  devtools.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, error, result } = JSON.parse(message)
    const { resolve, reject } = waiting.get(id) ?? {}
    waiting.delete(id)
    error ? reject?.(new Error(error.message)) : resolve?.(result)
  })
  return {
    async send(method, params) {
      const id = ++messages
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
      await devtools.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) })
      return answer
    },
    async close() {
      await devtools.send("Target.disposeBrowserContext", { browserContextId })
      await devtools.detach()
    },
  }
}
