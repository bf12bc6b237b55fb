// Every error is a real `Error` with a stable `code`.

/** What to look at, as far as one is let know: by the beginning of an answer, or else by its status. */
const HINTS = {
  '{"code":0': "the server does not take this transport: does the option transports name another?",
  '{"code":1': "no such session: of several servers, requests must stick to one",
  '{"code":5': "the server speaks another version of Engine.IO",
  0: "no answer: does the server run, and allow this origin (CORS)?",
  403: "the server does not let this page in",
  404: "nothing is there: is the option path right?",
  other: "no server of Socket.IO 3 or newer",
  websocket: "no WebSocket: does the server run, and a proxy allow it?",
}

export function hintOf(status, body) {
  return HINTS[/^{"code":[015]/.exec(body) ?? status]
}

export function failure(message, code, more) {
  return Object.assign(new Error(message), { code, ...more })
}
