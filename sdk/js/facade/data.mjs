// The user's values, on their way out and in: JSON by the page's own JSON, binary as attachments with placeholders.

import { failure } from "./error.mjs"

/** What `parse` gives for what is no JSON, or points at an attachment that is not there. */
export const INVALID = {}

/** A value as the core sends it: its JSON, and its binary parts in the order of their placeholders. */
export function encode(value) {
  const attachments = []
  return { json_: JSON.stringify(hasBinary(value) ? detach(value, attachments) : value), attachments_: attachments }
}

/** The value of a JSON text, with the attachments, if it has any, in their places. */
export function decode(json, attachments) {
  try {
    const value = JSON.parse(json)
    return attachments ? attach(value, attachments) : value
  } catch {
    return INVALID
  }
}

/** The bytes of any binary value. */
export function bytesOf(binary) {
  return binary instanceof ArrayBuffer
    ? new Uint8Array(binary)
    : new Uint8Array(binary.buffer, binary.byteOffset, binary.byteLength)
}

export function toBase64(binary) {
  let text = ""
  for (const byte of bytesOf(binary)) text += String.fromCharCode(byte)
  return btoa(text)
}

/** The bytes behind unit `from`; `undefined` when it is not base64. */
export function fromBase64(text, from) {
  try {
    return Uint8Array.from(atob(text.slice(from)), (unit) => unit.charCodeAt(0)).buffer
  } catch {}
}

function isBinary(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true
  if (typeof Blob == "function" && value instanceof Blob) {
    throw failure("a Blob or File cannot be sent yet: send `await blob.arrayBuffer()`", "ERR_BLOB")
  }
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

function detach(value, attachments) {
  if (!value || typeof value != "object") return value
  if (isBinary(value)) return { _placeholder: true, num: attachments.push(value) - 1 }
  if (typeof value.toJSON == "function") return detach(value.toJSON(), attachments)
  if (Array.isArray(value)) return value.map((item) => detach(item, attachments))
  const copy = {}
  for (const key of Object.keys(value)) copy[key] = detach(value[key], attachments)
  return copy
}

function attach(value, attachments) {
  if (!value || typeof value != "object") return value
  if (value._placeholder === true) {
    if (!(value.num in attachments) || typeof value.num != "number") throw INVALID
    return attachments[value.num]
  }
  for (const key in value) value[key] = attach(value[key], attachments)
  return value
}
