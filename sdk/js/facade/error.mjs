// Every error is a real `Error` with a stable `code`.

/** What to look at, as far as one is let know: by the status of an answer, or by the code in it (1 and 5). */
const HINTS = {
  0: "no answer: does the server run, and allow this origin (CORS)?",
  1: "no such session: of several servers, requests must stick to one",
  5: "the server speaks another version of Engine.IO",
  403: "the server does not let this page in",
  404: "nothing is there: is the option path right?",
  other: "no server of Socket.IO 3 or newer",
  websocket: "no WebSocket: does the server run, and a proxy allow it?",
}

export function hintOf(status, body) {
  return HINTS[/^{"code":([15])/.exec(body)?.[1] ?? status]
}

export function failure(message, code, more) {
  return Object.assign(new Error(message), { code, ...more })
}
