/* What every part of the page out of doors uses: making elements, saying things, telling times. */
"use strict";
(function () {
  const make = (tag, given = {}, ...inside) => {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (value === false || value === null || value === undefined) continue;
      if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
      else if (name === "class") one.className = value;
      else if (name in one && typeof value !== "string") one[name] = value;
      else one.setAttribute(name, value === true ? "" : value);
    }
    one.append(...inside.flat().filter((each) => each !== null && each !== undefined && each !== false && each !== ""));
    return one;
  };
  const SHAPES = { good: "✓", warn: "!", bad: "!", info: "·", neutral: "·" };
  const badge = (text, kind = "neutral") => make("span", { class: `mz-badge mz-${kind}` },
    make("span", { "aria-hidden": "true" }, SHAPES[kind] || "·"), text);
  const notice = (text, kind = "info", ...more) => make("div",
    { class: `mz-notice mz-${kind}`, role: kind === "bad" ? "alert" : false }, make("div", {}, make("p", {}, text), ...more));
  const button = (text, press, kind = "", more = {}) => make("button",
    { type: "button", class: `mz-btn ${kind ? `mz-btn-${kind}` : ""}`, onclick: press, ...more }, text);
  const say = (text, kind = "info") => {
    const place = document.querySelector("[data-said]");
    place.replaceChildren(...(text ? [notice(text, kind)] : []));
  };
  const two = (number) => String(number).padStart(2, "0");
  const clockOf = (stamp) => { const at = new Date(stamp); return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}`; };
  /* Shown in place of the view; the heading takes the focus, so that a screen reader begins there. */
  const show = (...parts) => {
    const view = document.querySelector("[data-view]");
    view.replaceChildren(...parts.flat().filter(Boolean));
    const head = view.querySelector("h1");
    if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
    window.scrollTo(0, 0);
  };
  /* A button that is pressed twice: first it says what it will do, then it does it. */
  const twice = (text, warning, press, kind = "") => {
    const one = button(text, () => {
      if (one.dataset.asking) { press(); return; }
      one.dataset.asking = text;
      one.textContent = "再按一次确认";
      one.after(make("p", { class: "mz-asking", role: "alert" }, typeof warning === "function" ? warning() : warning));
    }, kind);
    return one;
  };
  window.minzheng = Object.assign(window.minzheng || {}, { field: { make, badge, notice, button, say, clockOf, show, twice } });
})();
