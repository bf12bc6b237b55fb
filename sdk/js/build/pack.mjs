// Bytes as printable ASCII that stays one character a byte for the common ones: gzip sees the bytes through it, as it
// does not through base64, and no minifier or server can harm it.

/** Characters `#` to `~`; the two of them that mean something in scripts and pages have stand-ins. */
const FIRST = 0x23
const COUNT = 0x7f - FIRST
const SINGLES = COUNT - 2
const STAND_INS = new Map([
  [0x5c, 0x21],
  [0x3c, 0x20],
])

/** The text for the bytes, each turned by `turn` first: which bytes are common depends on the code. */
export function pack(bytes, turn) {
  let text = ""
  const put = (value) => {
    const code = value + FIRST
    text += String.fromCharCode(STAND_INS.get(code) ?? code)
  }
  for (const byte of bytes) {
    const turned = (byte + turn) & 0xff
    if (turned < SINGLES) {
      put(turned)
    } else {
      const rest = turned - SINGLES
      put(SINGLES + Math.floor(rest / COUNT))
      put(rest % COUNT)
    }
  }
  return text
}

/** The other way, as source to be put in front of a text. */
export function unpackSource(turn) {
  return `
  const values = [...text].map((char) => {
    const code = char.charCodeAt()
    return (code == 0x21 ? 0x5c : code == 0x20 ? 0x3c : code) - ${FIRST}
  })
  const bytes = []
  for (let at = 0; at < values.length; at++) {
    let value = values[at]
    if (value >= ${SINGLES}) value = ${SINGLES} + (value - ${SINGLES}) * ${COUNT} + values[++at]
    bytes.push(value - ${turn})
  }
  return new Uint8Array(bytes)`
}
