/* An application on a slow or broken line: what was typed stays on this device until the office has it, pictures are
   made smaller before they are sent and sent again until they arrive.  Without this every page still does its work. */
"use strict";
(function () {
  const PREFIX = "mz-kept:", DAY = 24 * 3600 * 1000;
  const owner = document.body.dataset.typedBy || "";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const toast = (text, kind) => window.minzheng?.toast(text, kind);
  const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  /* --- What was typed.  Numbers of persons, telephones and accounts are never kept on the device. --- */
  const fields = (form) => Array.from(form.elements).filter((one) => one.name && !one.classList.contains("mz-code") &&
    !["hidden", "password", "file", "submit", "button"].includes(one.type));
  const now = (one) => (one.type === "checkbox" || one.type === "radio" ? String(one.checked) : one.value);
  const name = (one) => (one.type === "radio" ? `${one.name}=${one.value}` : one.name);

  function purge(every) {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      let at = 0, arrived = false;
      try {
        const kept = JSON.parse(localStorage.getItem(key));
        at = kept.at;
        /* It was sent, and the office has led on to another page. */
        arrived = kept.sent && kept.page !== location.pathname;
      } catch { /* not ours to read */ }
      if (every || arrived || !(Date.now() - at < DAY) || !key.startsWith(`${PREFIX}${owner}:`)) localStorage.removeItem(key);
    }
  }

  function keep(form) {
    const key = `${PREFIX}${owner}:${form.dataset.autosave}`;
    const base = new Map(fields(form).map((one) => [name(one), now(one)]));
    const store = (sent) => {
      const typed = fields(form).filter((one) => now(one) !== base.get(name(one)))
        .map((one) => [name(one), now(one), base.get(name(one))]);
      if (typed.length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed, sent, page: location.pathname }));
      else localStorage.removeItem(key);
    };
    restore(form, key);
    let timer = 0;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => store(false), 250); });
    form.addEventListener("submit", () => { clearTimeout(timer); store(true); });
    form.addEventListener("mz:saved", () => { clearTimeout(timer); localStorage.removeItem(key); });
  }

  /* Only where the office still has what it had when this was typed: nothing newer is written over. */
  function restore(form, key) {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key) || "null"); } catch { /* not ours to read */ }
    localStorage.removeItem(key);
    let given = 0;
    for (const [which, value, before] of kept?.typed || []) {
      const one = fields(form).find((other) => name(other) === which);
      if (!one || now(one) === value || now(one) !== before) continue;
      if (one.type === "checkbox" || one.type === "radio") one.checked = value === "true"; else one.value = value;
      given += 1;
    }
    if (!given) return;
    toast("网络中断前填写的内容已经找回，请核对。");
    setTimeout(() => form.dispatchEvent(new Event("input", { bubbles: true })), 0);
  }

  try {
    purge(!owner);
    if (owner) all("form[data-autosave]").forEach(keep);
    document.addEventListener("submit", (event) => { if ("signOut" in event.target.dataset) purge(true); });
  } catch { /* a device that keeps nothing */ }

  /* --- Pictures --- */
  const LONGEST = 2000;
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400 * 1024 || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * share);
      canvas.height = Math.round(picture.height * share);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch { return file; }
  }
  window.minzheng = Object.assign(window.minzheng || {}, { smaller });

  const line = () => new Promise((done) => {
    const go = () => { clearTimeout(timer); window.removeEventListener("online", go); done(); };
    const timer = setTimeout(go, 5000);
    window.addEventListener("online", go);
  });

  /* One page of a paper, sent until it arrives; its key lets the office keep it once. */
  async function send(form, file, key, tell) {
    const body = new FormData();
    body.append("material", form.elements.namedItem("material").value);
    body.append("key", key);
    body.append("file", file);
    for (;;) {
      try {
        const answer = await fetch(location.pathname, {
          method: "POST", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
        });
        const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
        if (!answer.ok || !told.id) throw new Error(told.message || "没有上传成功，请换一张或稍后再试。");
        return;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        tell("网络不通，照片留在本页，联网后自动继续上传。请不要关闭页面。", true);
        await line();
      }
    }
  }

  function pages(form) {
    const box = form.querySelector("[data-pages]"), shot = form.querySelector("[data-shot]");
    const state = form.querySelector("[data-pages-state]");
    const tell = (text, bad) => { state.textContent = text; state.toggleAttribute("data-bad", Boolean(bad)); };
    const key = form.elements.namedItem("key").value;
    let busy = false, sent = 0;
    async function all_(files) {
      if (busy || !files.length) return;
      busy = true;
      try {
        for (const file of files) {
          tell(`正在上传第 ${(sent += 1)} 页……`);
          await send(form, await smaller(file), `${key.slice(0, 30)}.${sent}`, tell);
        }
        location.assign(location.pathname);
      } catch (error) {
        tell(error.message, true);
        busy = false;
      }
    }
    form.addEventListener("submit", (event) => {
      if (!box.files.length) return;
      event.preventDefault();
      all_(Array.from(box.files));
    });
    form.querySelector("[data-camera]").hidden = !matchMedia("(pointer: coarse)").matches;
    shot.addEventListener("change", () => all_(Array.from(shot.files)));
  }
  for (const box of all("[data-pages]")) pages(box.form);

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      toast("链接已复制，可以发给家人。");
    });
  }
  for (const box of all("[data-select]")) box.addEventListener("focus", () => box.select());
})();
