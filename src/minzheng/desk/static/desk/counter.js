/* The window: a need ticks what answers it, what the law proposes is taken over, a number fills what it says. */
(() => {
  "use strict";
  const form = document.querySelector("[data-counter]");
  const box = (code) => form?.querySelector(`input[name=service][value="${code}"], input[name=department][value="${code}"]`);
  const asks = () => {
    for (const one of form.querySelectorAll("[data-department]")) {
      one.querySelector("[data-ask]").hidden = !one.querySelector("input[name=department]").checked;
    }
  };
  const tick = (codes) => {
    for (const code of codes.split(" ").filter(Boolean)) if (box(code)) box(code).checked = true;
    asks();
  };
  form?.addEventListener("change", (event) => {
    if (event.target.name === "need" && event.target.checked) tick(event.target.dataset.suggests);
    asks();
  });
  for (const one of document.querySelectorAll("[data-take]")) one.addEventListener("click", () => tick(one.dataset.take));
  if (form) { asks(); window.addEventListener("pageshow", asks); }

  const number = document.getElementById("f-register-id_number");
  if (!number) return;
  const said = document.createElement("p");
  said.className = "mz-help";
  said.setAttribute("role", "status");
  number.after(said);
  const set = (name, value) => {
    for (const one of number.form.querySelectorAll(`[name="register-${name}"]`)) {
      if (one.type === "radio") one.checked = one.value === value; else one.value = value;
    }
  };
  let last = "";
  number.addEventListener("input", async () => {
    const typed = number.value.replace(/\s/g, "");
    if (typed.length !== 18 || typed === last) return;
    last = typed;
    const body = new FormData(number.form);
    body.set("number", typed);
    const answer = await fetch("/desk/counter/number/", { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || last !== typed) return;
    const told = await answer.json().catch(() => ({}));
    said.textContent = told.problem || (told.region ? `号码登记地：${told.region}` : "");
    if (!answer.ok) return;
    set("sex", told.sex);
    set("birth", told.birth);
    if (told.url) {
      const link = document.createElement("a");
      link.href = told.url;
      link.textContent = "已有档案，直接受理";
      said.append("。", link);
    }
  });
})();
