// Every error is a real `Error` with a stable `code`.

export function failure(message, code, description) {
  const error = new Error(message)
  error.code = code
  if (description !== undefined) {
    error.type = "TransportError"
    error.description = description
  }
  return error
}
