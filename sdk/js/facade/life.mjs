// What a page lives through, for the connections that are open or want to be: it loses its network and has one again, it
// is hidden, frozen or put aside and comes back, it is left.

/** They would be reachable in any case: by their timers and transports. */
const live = new Set()
let watching

export function watch(connection) {
  live.add(connection)
  if (watching || typeof addEventListener != "function") return
  watching = true
  const tell = (target, name, what) =>
    target?.addEventListener(name, (event) => [...live].forEach((connection) => what(connection, event)))
  const wake = (connection) => connection.wakeUp_()
  tell(globalThis, "online", wake)
  tell(globalThis, "pagehide", (connection) => connection.hide_())
  // It is told at first, too, when nobody has slept.
  tell(globalThis, "pageshow", (connection, { persisted }) => persisted && wake(connection))
  const { document } = globalThis
  tell(document, "resume", wake)
  tell(document, "visibilitychange", (connection) => document.visibilityState == "visible" && wake(connection))
  tell(globalThis, "offline", (connection) => connection.lose_())
  tell(globalThis, "beforeunload", (connection) => connection.vanish_())
}

export function unwatch(connection) {
  live.delete(connection)
}
