const { pathname, searchParams } = new URL(location)
const script = pathname.endsWith("/slim.html") ? "./slim.worker.js" : "./main.worker.js"

const worker = new Worker(new URL(script, import.meta.url), { type: "module" })
worker.onmessage = ({ data }) => {
  document.title = data
}
worker.postMessage(searchParams.get("server"))
