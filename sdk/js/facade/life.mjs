// What a page lives through, for the connections that are open or want to be: it loses its network and has one again, it
// is hidden, frozen or put aside and comes back, it is left.

/** They would be reachable in any case: by their timers and transports. */
export const live = new Set()

const wake = (connection) => connection.wakeUp_()

const HAPPENINGS = {
  online: wake,
  resume: wake,
  visibilitychange: (connection) => document.hidden || wake(connection),
  // It is told at first, too, when nobody has slept.
  pageshow: (connection, { persisted }) => persisted && wake(connection),
  // What fails because a page is left is told when it comes back.
  pagehide(connection) {
    connection.hidden_ ??= new Promise((resolve) => (connection.show_ = resolve))
  },
  // This machine is there without a network too.
  offline: (connection) => /\/\/localhost\b/.test(connection.address_) || connection.act_(ACT.LOSE),
  // Nobody is told of the end of a page.
  beforeunload({ options_, transports_ }) {
    if (options_.closeOnBeforeunload) for (const transport of transports_.values()) transport.close_(true)
  },
}

let watching

export function watch(connection) {
  live.add(connection)
  if (watching || typeof addEventListener != "function") return
  watching = true
  for (const name in HAPPENINGS) {
    // What happens to the document is seen on its way there.
    addEventListener(name, (event) => [...live].forEach((connection) => HAPPENINGS[name](connection, event)), true)
  }
}
