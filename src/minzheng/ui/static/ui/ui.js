/* What makes pages smoother.  Everything here only helps: without it every page still does its work. */
"use strict";
(function () {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  const toast = (text, kind = "info") => {
    const place = document.querySelector("[data-toasts]");
    if (!place) return;
    const note = document.createElement("div");
    note.className = `mz-toast mz-${kind}`;
    note.textContent = text;
    place.append(note);
    setTimeout(() => note.remove(), kind === "bad" ? 15000 : 6000);
  };

  /* 大字版: the same cookie the server reads. */
  function elderSwitch() {
    const html = document.documentElement;
    for (const link of all("[data-elder-switch]")) {
      const tell = () => {
        const large = html.hasAttribute("data-elder");
        link.setAttribute("aria-pressed", String(large));
        const label = link.querySelector("[data-elder-label]");
        if (label) label.textContent = large ? "标准字号" : "大字版";
      };
      link.setAttribute("role", "button");
      tell();
      const change = (event) => {
        event.preventDefault();
        const large = html.toggleAttribute("data-elder");
        const life = large ? 365 * 24 * 3600 : 0;
        document.cookie = `elder=${large ? 1 : ""};path=/;max-age=${life};samesite=lax`;
        const here = new URL(location.href);
        if (here.searchParams.has("elder")) {
          here.searchParams.delete("elder");
          history.replaceState(null, "", here);
        }
        tell();
        window.dispatchEvent(new Event("resize"));
      };
      link.addEventListener("click", change);
      link.addEventListener("keydown", (event) => { if (event.key === " ") change(event); });
    }
  }

  /* Menus close on a click elsewhere and on Escape, and give the focus back. */
  function menus() {
    document.addEventListener("click", (event) => {
      for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const menu of all("details[data-menu][open], details[data-nav][open]")) {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }
    });
  }

  /* A decision is asked twice: the first press shows what it means, the second does it. */
  function confirmTwice() {
    const calm = (button) => {
      if (!button.dataset.asking) return;
      button.lastChild.textContent = button.dataset.asking;
      delete button.dataset.asking;
      button.parentElement.querySelector(".mz-asking")?.remove();
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-confirm]");
      if (!button || button.dataset.asking) return;
      event.preventDefault();
      button.dataset.asking = button.lastChild.textContent;
      button.lastChild.textContent = button.dataset.confirmLabel || "再按一次确认";
      const note = document.createElement("p");
      note.className = "mz-asking";
      note.setAttribute("role", "alert");
      note.textContent = button.dataset.confirm;
      button.parentElement.append(note);
      setTimeout(() => calm(button), 8000);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") all("[data-asking]").forEach(calm);
    });
  }

  /* One press, one submission; the button is free again when the page is shown again. */
  function submitOnce() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method !== "post" || "download" in form.dataset) return;
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      delete form.dataset.changed;
      const button = event.submitter;
      setTimeout(() => {
        for (const one of all("button[type=submit], button:not([type])", form)) one.disabled = true;
        button?.setAttribute("aria-busy", "true");
      }, 0);
    });
    window.addEventListener("pageshow", () => {
      for (const form of all("form[data-sent]")) {
        delete form.dataset.sent;
        for (const one of all("button[disabled]", form)) {
          one.disabled = false;
          one.removeAttribute("aria-busy");
        }
      }
    });
  }

  /* Rows come and go without a journey to the server. */
  function rows() {
    document.addEventListener("click", (event) => {
      const add = event.target.closest("[data-rows-add]");
      const drop = event.target.closest("[data-rows-drop]");
      const box = (add || drop)?.closest("[data-rows]");
      if (!box) return;
      event.preventDefault();
      const list = box.querySelector("[data-rows-list]");
      if (drop) {
        const next = drop.closest("[data-row]").nextElementSibling || list.firstElementChild;
        drop.closest("[data-row]").remove();
        (next?.querySelector("input, select, textarea") || box.querySelector("[data-rows-add]")).focus();
      } else {
        const numbers = all("[data-rows-drop]", list).map((one) => Number(one.value.split("-").pop()) + 1);
        const blank = box.querySelector("template[data-rows-blank]").innerHTML;
        list.insertAdjacentHTML("beforeend", blank.replaceAll("__n__", String(Math.max(0, ...numbers))));
        counters(list.lastElementChild);
        photos(list.lastElementChild);
        list.lastElementChild.querySelector("input, select, textarea")?.focus();
      }
      const count = list.childElementCount;
      box.querySelector("[data-rows-add]").disabled = count >= Number(box.dataset.most);
      box.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  /* Enter in a box leads to the button that sends, instead of pressing the first button of the form. */
  function enterKey() {
    document.addEventListener("click", (event) => {
      const stand = event.target.closest("[data-default]");
      const send = stand?.form.querySelector(".mz-actions button[type=submit]");
      if (!send) return;
      event.preventDefault();
      send.focus();
    });
  }

  /* Characters, counted as the server counts them. */
  function counters(root = document) {
    for (const box of all("[data-count]", root)) {
      const most = Number(box.dataset.count);
      const note = document.createElement("p");
      note.className = "mz-counter";
      const tell = () => {
        const used = [...box.value.trim()].length;
        note.textContent = used > most ? `已超出 ${used - most} 字（最多 ${most} 字）` : `${used} / ${most} 字`;
        note.toggleAttribute("data-over", used > most);
      };
      box.after(note);
      box.addEventListener("input", tell);
      tell();
    }
  }

  /* Leaving with answers not sent is asked about; a draft is kept by itself where the page has a place for it. */
  function unsaved() {
    for (const form of all("form[data-guard], form[data-autosave]")) {
      form.addEventListener("input", () => { form.dataset.changed = "1"; });
    }
    window.addEventListener("beforeunload", (event) => {
      if (document.querySelector("form[data-changed]")) event.preventDefault();
    });
  }

  function drafts() {
    for (const form of all("form[data-autosave]")) {
      const state = form.querySelector("[data-autosave-status]");
      let timer = 0, saving = false, again = false;
      const tell = (text) => { if (state) state.textContent = text; };
      const save = async () => {
        if (form.dataset.sent) return;
        if (saving) { again = true; return; }
        saving = true;
        tell("正在保存草稿……");
        const body = new FormData(form);
        all("input[type=file]", form).forEach((one) => body.delete(one.name));
        try {
          delete form.dataset.changed;
          const answer = await fetch(form.dataset.autosave, {
            method: "POST", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
          });
          const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
          if (!answer.ok) throw new Error(told.message || "草稿没有保存，请检查后手动保存。");
          for (const [name, value] of Object.entries(told.set || {})) {
            const hidden = form.elements.namedItem(name);
            if (hidden) hidden.value = value;
          }
          if (!form.dataset.changed) form.dispatchEvent(new Event("mz:saved"));
          const now = new Date();
          tell(told.message || `草稿已保存 ${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`);
        } catch (error) {
          form.dataset.changed = "1";
          const away = error instanceof TypeError;
          tell(away ? "网络不通，填写的内容留在这部手机上，联网后自动保存。" : error.message);
          if (away) { clearTimeout(timer); timer = setTimeout(save, 15000); }
        }
        saving = false;
        if (again) { again = false; save(); }
      };
      form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 2500); });
      window.addEventListener("online", () => { if (form.dataset.changed) save(); });
      document.addEventListener("visibilitychange", () => {
        if (document.hidden && form.dataset.changed) { clearTimeout(timer); save(); }
      });
    }
  }

  /* A picture is sent at once, so that a lost connection costs one picture, not the whole form. */
  function photos(root = document) {
    for (const box of all("[data-photo][data-upload]", root)) {
      const file = box.querySelector("input[type=file]");
      const state = box.querySelector("[data-photo-state]");
      const tell = (text, bad) => { state.textContent = text; state.toggleAttribute("data-bad", Boolean(bad)); };
      file.addEventListener("change", async () => {
        if (!file.files.length) return;
        const body = new FormData();
        tell("正在上传……");
        body.append("file", await (window.minzheng.smaller?.(file.files[0]) ?? file.files[0]));
        try {
          const answer = await fetch(box.dataset.upload, {
            method: "POST", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
          });
          const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
          if (!answer.ok) throw new Error(told.message || "照片没有上传成功，请换一张或稍后再试。");
          box.querySelector("[data-photo-id]").value = told.id;
          tell(`已上传：${file.files[0].name}`);
          file.value = "";
          box.dispatchEvent(new Event("input", { bubbles: true }));
        } catch (error) {
          tell(error instanceof TypeError ? "网络不通，照片还没有上传。" : error.message, true);
        }
      });
    }
  }

  elderSwitch();
  menus();
  confirmTwice();
  submitOnce();
  rows();
  enterKey();
  counters();
  unsaved();
  drafts();
  photos();
  all("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));
  all("[data-submit-on-change]").forEach((one) => one.addEventListener("change", () => one.form.requestSubmit()));
  window.addEventListener("beforeprint", () => all("details.mz-explain, details.mz-chart-table").forEach((one) => { one.open = true; }));
  document.querySelector("[data-summary]")?.focus();
  window.minzheng = Object.assign(window.minzheng || {}, { toast });
})();
