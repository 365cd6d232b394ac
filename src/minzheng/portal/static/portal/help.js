/* What every page of the door does: in large letters it is read out, with the device's own voice; without a line a
   button waits. */
"use strict";
(function () {
  const button = document.querySelector("[data-read]");
  const voice = window.speechSynthesis;
  if (!button || !voice) return;
  button.hidden = false;
  const label = button.querySelector("span");
  const calm = () => { label.textContent = "读给我听"; button.setAttribute("aria-pressed", "false"); };
  button.addEventListener("click", () => {
    if (voice.speaking) { voice.cancel(); calm(); return; }
    const words = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
    words.lang = "zh-CN";
    words.rate = 0.85;
    words.onend = calm;
    label.textContent = "停止朗读";
    button.setAttribute("aria-pressed", "true");
    voice.speak(words);
  });
  window.addEventListener("pagehide", () => voice.cancel());
})();

/* Pressing a button without a line would lose the page and what was typed: it waits.  Pictures wait for themselves. */
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.target.method !== "post" || event.target.querySelector("[data-pages]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  window.minzheng?.toast("现在没有网络。填写的内容还在这一页，联网后再按一次。", "bad");
}, true);
