/* The tablet before a window asks every few seconds whether somebody was served, and draws itself anew. */
"use strict";
(function () {
  const here = document.querySelector("[data-asks]");
  if (!here) return;
  document.querySelectorAll(".mz-nojs").forEach((one) => { one.hidden = true; });
  if ("thanks" in here.dataset) setTimeout(() => location.replace("/window/"), 10000);
  setInterval(async () => {
    try {
      const answer = await fetch("/window/waiting/", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { asks } = await answer.json();
      if (String(asks) !== here.dataset.asks) location.replace("/window/");
    } catch { /* No line just now: it asks again. */ }
  }, 4000);
})();
