import { io } from "parlor-client";

const socket = io("http://127.0.0.1:3000");
const form = document.querySelector("form");
const list = document.querySelector("ul");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("say", form.elements[0].value);
  form.reset();
});

socket.on("said", (id, text) => {
  const line = document.createElement("li");
  line.textContent = `${id}: ${text}`;
  list.append(line);
});
