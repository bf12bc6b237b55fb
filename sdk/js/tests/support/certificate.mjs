// A certificate for 127.0.0.1 that signs itself, made when it is needed: what is committed expires, and what calls a
// program depends on it.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto"

const VALID_MS = 86_400_000

const ECDSA_WITH_SHA256 = "2a8648ce3d040302"
const COMMON_NAME = "550403"
const ALTERNATIVE_NAME = "551d11"

/** The certificate and its key; the key is under a passphrase if there is one. */
export function makeCertificate(passphrase) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const algorithm = sequence(oid(ECDSA_WITH_SHA256))
  const name = sequence(set(sequence(oid(COMMON_NAME), der(0x0c, Buffer.from("127.0.0.1")))))
  const address = sequence(der(0x87, Buffer.from([127, 0, 0, 1])))
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(Date.now() - VALID_MS), time(Date.now() + VALID_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(oid(ALTERNATIVE_NAME), der(4, address)))),
  )
  const signature = sign("sha256", content, privateKey)
  const certificate = sequence(content, algorithm, der(3, Buffer.from([0]), signature))
  const secret = passphrase && { cipher: "aes-256-cbc", passphrase }
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem", ...secret }),
  }
}

/** One value of DER (X.690): its tag, its length, its content. */
function der(tag, ...parts) {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts) => der(0x30, ...parts)
const set = (...parts) => der(0x31, ...parts)
const oid = (hex) => der(6, Buffer.from(hex, "hex"))
const integer = (bytes) => der(2, bytes)
const time = (millis) => der(0x18, Buffer.from(new Date(millis).toISOString().replace(/[-:T]|\.\d+/g, "")))
