"use client"

import { useEffect, useState } from "react"
import { io, ready } from "parlor-client/slim"

export default function Page() {
  const [answer, setAnswer] = useState("not connected")

  useEffect(() => {
    let socket
    let gone = false
    ready().then(() => {
      if (gone) return
      socket = io(new URL(location).searchParams.get("server"))
      socket.on("welcome", async ({ sid }) => {
        const answer = await socket.emitWithAck("echo", "hello")
        setAnswer(sid == socket.id ? answer : "somebody else was welcomed")
      })
    })
    return () => {
      gone = true
      socket?.disconnect()
    }
  }, [])

  return <title>{answer}</title>
}
