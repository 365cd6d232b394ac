// A wall screen shows the newest count once a minute; while the line is down it keeps what it shows, and says so.
const MINUTE = 60_000

async function anew() {
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => null)
  // Whoever was signed out is led to the door by the page itself.
  if (answer?.ok || answer?.type === "opaqueredirect") return location.reload()
  document.querySelector("[data-late]").hidden = false
}

setInterval(anew, MINUTE)
