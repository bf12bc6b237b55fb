"use client"

import { useEffect, useState } from "react"
import { io } from "parlor-client"

export default function Page() {
  const [answer, setAnswer] = useState("not connected")

  useEffect(() => {
    const socket = io(new URL(location).searchParams.get("server"))
    socket.on("welcome", async ({ sid }) => {
      const answer = await socket.emitWithAck("echo", "hello")
      setAnswer(sid == socket.id ? answer : "somebody else was welcomed")
    })
    return () => {
      socket.disconnect()
    }
  }, [])

  return <title>{answer}</title>
}
