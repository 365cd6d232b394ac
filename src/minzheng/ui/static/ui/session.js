/* Before a session ends the page says so; what was typed waits in this tab for the same person to come back. */
"use strict";
(function () {
  const body = document.body;
  const owner = body.dataset.typedBy || "";
  const KEY = "mz-typed";
  const warning = document.querySelector("[data-idle-warning]");
  const limit = Number(body.dataset.idle || 0) * 1000;
  const WARN = Math.min(120000, limit / 3);

  /* Only what a person writes: no passwords, no codes, no files, nothing hidden; drafts are kept by the server. */
  const forms = () => Array.from(document.querySelectorAll(
    "form[method=post]:not([data-no-draft]):not([data-sign-out]):not([data-keep-on]):not([data-autosave])"));
  const fields = (form) => Array.from(form.elements).filter((one) =>
    one.name && !["hidden", "password", "file", "submit", "button"].includes(one.type) && one.autocomplete !== "one-time-code");
  const place = (form) => `${form.id || form.getAttribute("action") || ""}#${forms().indexOf(form)}`;

  function keep() {
    if (!owner) return;
    const typed = {};
    for (const form of forms()) {
      if (!form.dataset.touched) continue;
      typed[place(form)] = fields(form).map((one) =>
        [one.name, one.value, one.type === "checkbox" || one.type === "radio" ? one.checked : null]);
    }
    if (Object.keys(typed).length) sessionStorage.setItem(KEY, JSON.stringify({ owner, page: location.pathname, typed }));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!kept) return;
    if (!owner || location.pathname.startsWith("/login/")) {
      /* The sign-in page: what was typed did not arrive. */
      sessionStorage.setItem(KEY, JSON.stringify({ ...kept, lost: true }));
      return;
    }
    const { owner: whose, page, typed, lost } = kept;
    if (whose !== owner || !lost) { sessionStorage.removeItem(KEY); return; }
    if (page !== location.pathname) return;
    sessionStorage.removeItem(KEY);
    let given = 0;
    for (const form of forms()) {
      for (const [name, value, checked] of typed[place(form)] || []) {
        const one = fields(form).find((other) => other.name === name && (checked === null || other.value === value));
        if (!one) continue;
        if (checked === null) one.value = value; else one.checked = checked;
        form.dataset.touched = "1";
        given += 1;
      }
    }
    if (given) window.minzheng?.toast("已恢复退出前填写的内容，请核对后提交。照片需要重新选择。");
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form) { form.dataset.touched = "1"; }
  });
  document.addEventListener("submit", (event) => {
    if ("signOut" in event.target.dataset) sessionStorage.removeItem(KEY);
    /* The server may find that the session has ended meanwhile: what was typed is still here then. */
    else if (event.target.dataset.touched) keep();
  });
  /* Signing out clears the telephone: records made out of doors that have not arrived are asked about first. */
  document.addEventListener("submit", (event) => {
    const unsent = Number(localStorage.getItem("mz-field-unsent") || 0);
    if (!("signOut" in event.target.dataset) || !unsent || event.target.dataset.asked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.dataset.asked = "1";
    window.minzheng?.toast(`这部手机上还有 ${unsent} 条现场记录没有上传，退出后将清除。请先到“现场工作”上传，或再按一次退出。`, "bad");
  }, true);
  restore();
  if (!limit || !warning) return;

  let last = Date.now(), told = Date.now(), before = null, over = false;
  const left = () => last + limit - Date.now();
  const ping = async () => {
    told = Date.now();
    const answer = await fetch("/account/keep-on/", {
      method: "POST", headers: { "X-CSRFToken": warning.querySelector("[name=csrfmiddlewaretoken]").value, Accept: "application/json" },
    }).catch(() => null);
    if (answer && answer.status === 403) leave();
  };
  const leave = async () => {
    if (over) return;
    over = true;
    keep();
    const out = new URLSearchParams({ why: "idle", csrfmiddlewaretoken: warning.querySelector("[name=csrfmiddlewaretoken]").value });
    await fetch("/logout/", { method: "POST", body: out, redirect: "manual" }).catch(() => null);
    for (const form of document.querySelectorAll("form")) delete form.dataset.changed;
    location.assign(`/login/?over=idle&next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  /* Whoever writes in a long form is at work, though the server hears nothing of it. */
  for (const kind of ["input", "keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      if (!warning.hidden) return;
      last = Date.now();
      if (last - told > limit / 4) ping();
    }, { passive: true });
  }
  const hide = () => { warning.hidden = true; before?.focus?.(); };
  warning.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    last = Date.now();
    hide();
    ping();
  });
  setInterval(() => {
    const rest = left();
    if (rest <= 0) { leave(); return; }
    if (rest > WARN) { if (!warning.hidden) hide(); return; }
    if (warning.hidden) {
      before = document.activeElement;
      warning.hidden = false;
      warning.querySelector("button").focus();
    }
    const seconds = Math.ceil(rest / 1000);
    warning.querySelector("[data-idle-left]").textContent = seconds > 60 ? `${Math.ceil(seconds / 60)} 分钟` : `${seconds} 秒`;
  }, 1000);
})();
