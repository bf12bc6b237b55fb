// As little of a chat as there can be, on socket.io-client: one room, its history, and what is said in it.

import { io } from "socket.io-client"

const ROOM = "lobby"
const log = document.getElementById("log")
const text = document.getElementById("text")
const socket = io()

function show({ author, text }) {
  const line = document.createElement("li")
  line.textContent = `${author}: ${text}`
  log.append(line)
}

socket.on("connect", async () => {
  const joined = await socket.emitWithAck("join", { room: ROOM, nickname: "plain" })
  log.replaceChildren()
  joined.ok.history.messages.forEach(show)
})
socket.on("message", show)

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault()
  const said = { room: ROOM, id: crypto.randomUUID().replaceAll("-", ""), text: text.value }
  text.value = ""
  socket.emit("send", said, () => show({ author: "plain", text: said.text }))
})
