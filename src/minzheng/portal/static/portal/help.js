/* In large letters somebody may have the page read out; the voice is the device's own. */
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
