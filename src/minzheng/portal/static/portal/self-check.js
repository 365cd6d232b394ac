/* Answers wait in this very tab, for the way back and while their owner signs in; they go when the tab is closed. */
(() => {
  "use strict";
  const TYPED = "mz-self-check", CARRIED = "mz-self-check-carried";
  const form = document.querySelector("form[data-self-check]");
  const entries = document.querySelector("form[data-entries]");

  function keep(name, of) {
    const typed = [...new FormData(of)].filter(([field, value]) => field !== "csrfmiddlewaretoken" && value);
    try {
      sessionStorage.setItem(name, JSON.stringify(typed));
      return true;
    } catch {
      return false;
    }
  }

  function take(name) {
    const kept = JSON.parse(sessionStorage.getItem(name) || "[]");
    sessionStorage.removeItem(name);
    return kept;
  }

  /* The same answers asked again by the server; with _edit it only draws the questions filled in. */
  function ask(typed) {
    const again = document.createElement("form");
    again.method = "post";
    again.action = form.action;
    again.append(form.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
    for (const [name, value] of typed) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name, value });
      again.append(hidden);
    }
    document.body.append(again);
    again.submit();
  }

  /* One row for each person typed, then every answer in its place. */
  function restore(typed) {
    const add = form.querySelector("[data-rows-add]");
    const there = (name) => form.querySelector(`[name="${CSS.escape(name)}"]`);
    for (const [name, value] of typed) {
      for (let tries = 0; add && !there(name) && tries < 12; tries += 1) add.click();
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    window.scrollTo(0, 0);
  }

  for (const link of document.querySelectorAll("[data-carry]")) {
    link.addEventListener("click", (event) => {
      if (!entries || !keep(CARRIED, entries)) return;
      event.preventDefault();
      location.href = `/login/?next=${encodeURIComponent(`${link.dataset.carry}?carry=1`)}`;
    });
  }
  if (!form) return;
  form.addEventListener("submit", () => keep(TYPED, form));
  const carried = take(CARRIED);
  if (carried.length && location.search.includes("carry=1")) {
    ask(carried);
    return;
  }
  if (!form.hasAttribute("data-fresh")) return;
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const typed = back ? JSON.parse(sessionStorage.getItem(TYPED) || "[]") : [];
  if (typed.length) window.addEventListener("load", () => restore(typed));
})();
