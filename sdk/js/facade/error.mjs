// Every error is a real `Error` with a stable `code`.

export function failure(message, code) {
  return Object.assign(new Error(message), { code })
}
