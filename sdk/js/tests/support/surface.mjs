// The names by which a client of Socket.IO can be used: what it exports, what its objects have, what its typings declare.

import { readFileSync } from "node:fs"

/** The names that running code sees, by the sections of docs/COMPATIBILITY.md. `url` is where nobody has to answer. */
export function namesAtRun(client, url) {
  const { io, Manager, Socket } = client
  const manager = new Manager(url, { autoConnect: false, reconnection: false })
  const socket = manager.socket("/")
  manager.open(() => {})
  const { engine } = manager
  try {
    return {
      Exports: Object.keys(client),
      "Properties of io": own(io).filter((name) => !["length", "name", "prototype"].includes(name)),
      Manager: [...inherited(Manager.prototype), ...own(manager)],
      Socket: [...inherited(Socket.prototype), ...own(socket)],
      Engine: [...inherited(engine), ...own(engine)],
      Transport: [...inherited(engine.transport), ...own(engine.transport)],
    }
  } finally {
    manager._close()
  }
}

const own = (it) => Object.getOwnPropertyNames(it)

/** What all objects have is nobody's API. */
function inherited(it) {
  const names = new Set()
  for (; it && it != Object.prototype; it = Object.getPrototypeOf(it)) own(it).forEach((name) => names.add(name))
  names.delete("constructor")
  return [...names]
}

/** The public names that the typings of socket.io-client declare, by the same sections. */
export function namesInTypings(modules) {
  const read = (path) => readFileSync(new URL(path, modules), "utf8")
  const [index, manager, socket] = ["index", "manager", "socket"].map((name) => read(`socket.io-client/build/esm/${name}.d.ts`))
  const [engine, transport] = ["socket", "transport"].map((name) => read(`engine.io-client/build/esm/${name}.d.ts`))
  const emitter = publicMembers(read("@socket.io/component-emitter/lib/esm/index.d.ts"), "class Emitter")
  return {
    Exports: exported(index),
    Options: [
      ...publicMembers(socket, "interface SocketOptions"),
      ...publicMembers(manager, "interface ManagerOptions"),
      ...publicMembers(engine, "interface SocketOptions"),
    ],
    Manager: [...publicMembers(manager, "class Manager"), ...emitter],
    "Events of a manager": publicMembers(manager, "interface ManagerReservedEvents"),
    Socket: [...publicMembers(socket, "class Socket"), ...emitter],
    "Events of a socket": publicMembers(socket, "interface SocketReservedEvents"),
    "Reasons of a disconnection": texts(/type DisconnectReason = (.*)/.exec(socket)[1]),
    Engine: [...publicMembers(engine, "class Socket"), ...emitter],
    "Events of an engine": publicMembers(engine, "interface SocketReservedEvents"),
    Transport: [...publicMembers(transport, "class Transport"), ...emitter],
    "Events of a transport": publicMembers(transport, "interface TransportReservedEvents"),
  }
}

/** The members of a declaration that are neither private nor protected nor begin with `_`, as private ones do there. */
export function publicMembers(text, declaration) {
  const lines = text.split("\n")
  const first = lines.findIndex((line) => new RegExp(`${declaration}\\b`).test(line))
  if (first < 0) throw new Error(`there is no ${declaration}`)
  const body = lines.slice(first + 1, lines.indexOf("}", first))
  const indent = /^ */.exec(body[0])[0].length
  const member = new RegExp(`^ {${indent}}(?:(?:readonly|abstract|get) )*([a-zA-Z]\\w*)\\??[(<:]`)
  const names = body.map((line) => member.exec(line)?.[1]).filter((name) => name && name != "constructor")
  return [...new Set(names)]
}

function exported(text) {
  const lists = [...text.matchAll(/export \{(.*?)\}/gs)].flatMap(([, list]) => list.split(","))
  return lists.map((name) => name.trim().split(" as ").pop()).filter(Boolean)
}

const texts = (union) => [...union.matchAll(/"([^"]+)"/g)].map(([, text]) => text)
