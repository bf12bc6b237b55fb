// Every error is a real `Error` with a stable `code`.

/** What to look at, as far as one is let know: by the status of an answer, or by the code in it. */
const HINTS = {
  0: "no answer: does the server run, and does it allow this page's origin (CORS)?",
  403: "the server, or something before it, does not let this page in",
  404: "nothing is there: does the option path say where the server is?",
  code1: "the server does not know the session: one of several, to which requests must stick, or started anew",
  code5: "the server speaks another version of Engine.IO: its Socket.IO is too old, or too new",
  other: "what answered is no server of Socket.IO 3 or newer",
  websocket: "no WebSocket: does the server run, and is there a proxy that does not know them?",
}

export function hintOf(status, body) {
  const code = /^{"code":(\d)/.exec(body)
  return HINTS[code ? `code${code[1]}` : status]
}

export function failure(message, code) {
  return Object.assign(new Error(message), { code })
}
