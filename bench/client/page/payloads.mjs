// What is sent: many objects of one shape, so that no text is sent twice in a row. The field `id` comes last and has
// four digits: a mock finds it in a frame without reading the rest.

/** A power of two. */
const POOL = 256
const FIRST_ID = 1000

const small = (id) => ({ user: "ada", text: "see you at nine", id })

const medium = (id) => ({
  room: "lobby",
  topic: "what was said while you were away",
  messages: Array.from({ length: 16 }, (_, at) => ({
    id: id * 100 + at,
    user: ["ada", "grace", "edsger", "barbara"][at & 3],
    text: "It fits in a line, more or less; nobody reads more.",
    at: 1_790_000_000_000 + id * 1000 + at,
    seen: at % 3 > 0,
  })),
  id,
})

export const PAYLOADS = { small: pool(small), medium: pool(medium) }

/** How large these are, in bytes of JSON. */
export const sizes = () => Object.fromEntries(Object.entries(PAYLOADS).map(([name, { texts }]) => [name, texts[0].length]))

function pool(make) {
  const values = Array.from({ length: POOL }, (_, at) => make(FIRST_ID + at))
  const texts = values.map((value) => JSON.stringify(value))
  return { values, texts, events: texts.map((text) => flat(`42["message",${text}]`)), answers: texts.map((text) => `[${text}]`) }
}

/** The same text in one piece, as it comes from a network. */
function flat(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}

/** Where the payload with this number is. */
export const indexOf = (id) => id - FIRST_ID

/** The next of the pool. */
export const next = (at) => (at + 1) & (POOL - 1)

/** The `id` of a frame's payload: the four digits before `}]`. Reading them puts the text together if it was in pieces,
 *  which a real `send` has to do as well. */
export function idIn(frame) {
  const end = frame.length - 2
  return (
    (frame.charCodeAt(end - 4) - 48) * 1000 +
    (frame.charCodeAt(end - 3) - 48) * 100 +
    (frame.charCodeAt(end - 2) - 48) * 10 +
    (frame.charCodeAt(end - 1) - 48)
  )
}
