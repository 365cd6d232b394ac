/* Reads a page aloud where the telephone can; without it the page is only read with the eyes. */
(() => {
  const button = document.querySelector("[data-read]");
  if (!button || !("speechSynthesis" in window)) return;
  const text = document.getElementById(button.dataset.read).textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const busy = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (busy) return;
    const said = new SpeechSynthesisUtterance(text);
    said.lang = "zh-CN";
    said.rate = 0.8;
    speechSynthesis.speak(said);
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
})();
