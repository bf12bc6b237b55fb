// Listeners by event: what Manager, Socket and Engine share. Listeners are called in the order they came, and those
// there were when the event happened.

export class Emitter {
  listeners_ = new Map()

  on(event, listener) {
    const list = this.listeners_.get(event)
    list ? list.push(listener) : this.listeners_.set(event, [listener])
    return this
  }

  once(event, listener) {
    const once = (...args) => {
      this.off(event, once)
      listener.apply(this, args)
    }
    once.listener_ = listener
    return this.on(event, once)
  }

  /** Without a listener: all of that event. Without anything: all there are. */
  off(event, listener) {
    if (!event) this.listeners_.clear()
    else if (!listener) this.listeners_.delete(event)
    else remove(this.listeners_.get(event), listener)
    return this
  }

  listeners(event) {
    return this.listeners_.get(event) ?? []
  }

  hasListeners(event) {
    return this.listeners(event).length > 0
  }

  fire_(event, ...args) {
    const list = this.listeners_.get(event)
    if (list) for (const listener of [...list]) listener.apply(this, args)
  }
}

/** Removes the first of a list that is that listener, or stands for it. */
export function remove(list, listener) {
  const at = list ? list.findIndex((it) => it === listener || it.listener_ === listener) : -1
  if (at >= 0) list.splice(at, 1)
}

const { prototype } = Emitter
prototype.addEventListener = prototype.on
prototype.removeListener = prototype.removeAllListeners = prototype.removeEventListener = prototype.off
