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

/** The server said no: its message, and its data. */
export function refusal(answer, code) {
  const error = failure(answer?.message ?? answer ?? "the server refused the connection without a word", code)
  error.data = answer?.data
  return error
}
