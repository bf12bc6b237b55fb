// Listeners by event: what Manager, Socket and Engine share. Listeners are called in the order they came, and those
// there were when the event happened: a list that has begun to be called is never changed.

export class Emitter {
  listeners_ = new Map()

  on(event, listener) {
    this.listeners_.set(event, [...this.listeners(event), listener])
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
    const left = listener ? without(this.listeners(event), listener) : []
    if (!event) this.listeners_.clear()
    else if (left.length) this.listeners_.set(event, left)
    else this.listeners_.delete(event)
    return this
  }

  listeners(event) {
    return this.listeners_.get(event) ?? []
  }

  hasListeners(event) {
    return this.listeners_.has(event)
  }

  emit(...args) {
    this.fire_(...args)
    return this
  }

  fire_(event, ...args) {
    const list = this.listeners_.get(event)
    if (list) call(list, this, args)
  }
}

export function call(listeners, target, args) {
  for (let at = 0; at < listeners.length; at++) listeners[at].apply(target, args)
}

/** A list but for the first that is that listener, or stands for it. */
export function without(list, listener) {
  const at = list.findIndex((it) => it === listener || it.listener_ === listener)
  return at < 0 ? list : list.filter((_, index) => index != at)
}

const { prototype } = Emitter
prototype.addEventListener = prototype.on
prototype.removeListener = prototype.removeAllListeners = prototype.removeEventListener = prototype.off
