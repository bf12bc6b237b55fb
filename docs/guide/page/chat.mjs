// [hello]
import { io } from "parlor-client";

const name = new URLSearchParams(location.search).get("name") ?? "Ada";
const rooms = new Set(["lobby"]);
const socket = io("http://127.0.0.1:3000", {
  // Asked anew at every connection: whoever comes back is in its rooms again.
  auth: (give) => give({ name, rooms: [...rooms] }),
  // No namespace of this connection is joined unasked.
  autoConnect: false,
});
socket.connect();

/** Calls back with a form's fields, by their names. */
function submitted(id, callback) {
  const form = document.getElementById(id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    callback(Object.fromEntries(new FormData(form)));
  });
}

function show(text) {
  const line = document.createElement("li");
  line.textContent = text;
  document.querySelector("ul").append(line);
}
// [/hello]

// [rooms]
submitted("join", async ({ room }) => {
  rooms.add(room);
  await socket.emitWithAck("join", room);
  show(`you are in ${room}`);
});
submitted("say", ({ room, text }) => socket.emit("say", room, text));
socket.on("said", (room, name, text) => show(`${room}, ${name}: ${text}`));
// [/rooms]

// [whispers]
submitted("whisper", ({ to, text }) => socket.emit("whisper", to, text));
socket.on("whispered", (name, text) => show(`${name} whispers: ${text}`));
// [/whispers]

// [staff]
const staff = io("http://127.0.0.1:3000/staff");

submitted("staff", ({ passphrase }) => {
  staff.auth = { passphrase };
  staff.connect();
});
staff.on("connect", () => show("you are staff"));
staff.on("connect_error", (error) => show(error.message));
submitted("announce", ({ text }) => staff.emit("announce", text));
socket.on("announced", (text) => show(`to everybody: ${text}`));
// [/staff]
