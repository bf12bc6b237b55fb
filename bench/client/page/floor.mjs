// What no client can do without: JSON, the text around it, a listener. No rule of the protocol is kept here.

export function io(url) {
  const wire = new WebSocket(url)
  const listeners = {}
  const acks = new Map()
  let asked = 0
  wire.onmessage = ({ data }) => {
    if (data.startsWith("0")) wire.send("40")
    else if (data.startsWith("40")) listeners.connect()
    else if (data.startsWith("42")) {
      const [event, ...args] = JSON.parse(data.slice(2))
      listeners[event](...args)
    } else {
      const start = data.indexOf("[")
      const number = Number(data.slice(2, start))
      const answered = acks.get(number)
      acks.delete(number)
      answered(...JSON.parse(data.slice(start)))
    }
  }
  return {
    on: (event, listener) => (listeners[event] = listener),
    emit(event, value, answered) {
      if (!answered) return wire.send(`42${JSON.stringify([event, value])}`)
      acks.set(asked, answered)
      wire.send(`42${asked++}${JSON.stringify([event, value])}`)
    },
    disconnect: () => wire.close(),
  }
}
