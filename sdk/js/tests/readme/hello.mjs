import { io } from "parlor-client";

const socket = io("http://127.0.0.1:3000");

socket.on("connect", () => console.log(`connected as ${socket.id}`));
socket.on("disconnect", (reason) => console.log(`disconnected: ${reason}`));
socket.on("said", (id, text) => console.log(`${id} said ${text}`));

console.log(await socket.emitWithAck("say", "hello"));
