// Connecting a namespace.

const OPEN = "0"
const JOINED = '40{"sid":"<sid>"}'

export const rows = [
  {
    title: "A.6 what was emitted early precedes what is emitted in the connect handler",
    async run({ connect, trace, told }) {
      const socket = trace(connect(), ["connect", "echo"])
      socket.on("connect", () => socket.emit("echo", "late"))
      socket.emit("echo", "early 1")
      socket.emit("echo", "early 2")
      await told("echo", 3)
    },
    expected: {
      log: [["connect"], ["echo", "early 1"], ["echo", "early 2"], ["echo", "late"]],
      wire: [
        {
          out: ["40", '42["echo","early 1"]', '42["echo","early 2"]', '42["echo","late"]'],
          in: [OPEN, JOINED, '42["echo","early 1"]', '42["echo","early 2"]', '42["echo","late"]'],
        },
      ],
    },
  },
]
