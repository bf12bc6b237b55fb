// The user's values, on their way out and in: JSON by the page's own JSON, binary as attachments with placeholders.

import { isReserved } from "./connection.mjs"

/** What `decode` gives for what is no JSON, or points at an attachment that is not there. */
export const INVALID = {}

export const encoder = new TextEncoder()

/** A value as one message, its JSON behind a header; or as several, with its binary parts in the order of their
placeholders. */
export function encode(type, prefix, id = "", data) {
  return hasBinary(data) ? encodeBinary(type, prefix, id, data) : `4${type}${prefix}${id}${JSON.stringify(data) ?? ""}`
}

function encodeBinary(type, prefix, id, data) {
  const attachments = []
  // It is given what a value's own `toJSON` makes of it, and sees the value as well.
  const json = JSON.stringify(data, function (key, value) {
    return isBinary(this[key]) ? { _placeholder: true, num: attachments.push(this[key]) - 1 } : value
  })
  // An event or an answer with attachments has a number of its own.
  const header = type == 2 || type == 3 ? `${type + 3}${attachments.length}-` : type
  return [`4${header}${prefix}${id}${json}`, ...attachments]
}

/** The value of a JSON text, with the attachments, if it has any, in their places. */
export function decode(json, attachments) {
  const attach = (_, value) => {
    if (value?._placeholder !== true) return value
    if (typeof value.num != "number" || !(value.num in attachments)) throw INVALID
    return attachments[value.num]
  }
  try {
    return JSON.parse(json, attachments && attach)
  } catch {
    return INVALID
  }
}

/** The shape of a value as the core knows it: see `wire.rs`. */
export function shapeOf(value) {
  if (value === undefined) return 0
  if (value === INVALID) return 1
  if (typeof value == "string") return 3
  if (!value || typeof value != "object") return 4
  if (!Array.isArray(value)) return 2
  if (!value.length) return 5
  const [name] = value
  if (typeof name == "string") return isReserved(name) ? 9 : 8
  return typeof name == "number" ? 6 : 7
}

/** The bytes of a message, also of one that cannot be read at once. */
export function sizeOf(message) {
  return typeof message == "string" ? encoder.encode(message).length : (message.size ?? message.byteLength)
}

/** A message for a transport that takes text alone. */
export async function asText(message) {
  if (typeof message == "string") return message
  const { buffer, byteOffset, byteLength } = message
  let units = ""
  for (const byte of new Uint8Array(buffer ?? (await message.arrayBuffer?.()) ?? message, byteOffset, byteLength)) {
    units += String.fromCharCode(byte)
  }
  return `b${btoa(units)}`
}

function isBinary(value) {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof Blob
}

function hasBinary(value) {
  if (!value || typeof value != "object") return false
  if (Array.isArray(value)) return value.some(hasBinary)
  // Most objects are plain, and plain objects are not binary.
  if (value.constructor !== Object && isBinary(value)) return true
  if (typeof value.toJSON == "function") return hasBinary(value.toJSON())
  for (const key in value) if (hasBinary(value[key])) return true
  return false
}
