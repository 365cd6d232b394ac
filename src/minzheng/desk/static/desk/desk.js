/* The desk at the keyboard: search over everything, the bell, rows picked and walked, keys and their help. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const post = (url, body) => fetch(url, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });

  /* Search: results beneath the box while typing, arrows choose, Enter opens, Escape closes. */
  const find = document.querySelector("[data-find]");
  const box = find?.querySelector("input[type=search]");
  const sheet = find?.querySelector("[data-find-sheet]");
  let asked = 0, timer = 0;
  const close = () => { if (sheet) { sheet.hidden = true; sheet.textContent = ""; } };
  const ask = async () => {
    const mine = ++asked;
    if ([...box.value.trim()].length < 2) { close(); return; }
    const body = new FormData(find);
    body.set("part", "1");
    const answer = await post(find.action, body).catch(() => null);
    if (mine !== asked) return;
    if (!answer?.ok || answer.redirected) { close(); return; }
    sheet.innerHTML = await answer.text();
    sheet.hidden = false;
  };
  const step = (by) => {
    const hits = all("[data-hit]", sheet);
    if (!hits.length) return;
    const at = hits.indexOf(document.activeElement) + by;
    if (at < 0) box.focus(); else hits[Math.min(at, hits.length - 1)].focus();
  };
  box?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  find?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    else if (event.key === "Escape") { close(); box.focus(); }
    else if (event.key === "Enter" && event.target === box && !event.isComposing && !sheet.hidden) {
      const first = sheet.querySelector("[data-hit]");
      if (first) { event.preventDefault(); first.click(); }
    }
  });
  document.addEventListener("click", (event) => { if (find && !find.contains(event.target)) close(); });

  /* The bell is asked after the page is there, so that no page waits for it. */
  const bell = document.querySelector("[data-bell-count]");
  if (bell) {
    fetch("/desk/bell/count/", { headers: { Accept: "application/json" } }).then((answer) => (answer.ok && !answer.redirected ? answer.json() : { count: 0 })).then(({ count }) => {
      bell.hidden = !count;
      bell.textContent = count > 99 ? "99+" : String(count || "");
      if (count) bell.insertAdjacentHTML("beforeend", '<span class="mz-sr"> 条未读</span>');
    }).catch(() => {});
  }

  /* Rows: tick all, walk with j and k, open, tick. */
  const ticks = () => all("[data-pick]");
  document.querySelector("[data-pick-all]")?.addEventListener("change", (event) => {
    for (const one of ticks()) one.checked = event.target.checked;
  });
  const rows = () => all("main tbody tr").filter((row) => row.querySelector("th a"));
  const walk = (by) => {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((row) => row.hasAttribute("data-at"));
    const to = Math.max(0, Math.min(now + by, list.length - 1));
    list[now]?.removeAttribute("data-at");
    list[to].setAttribute("data-at", "");
    list[to].querySelector("th a").focus();
  };
  const tickHere = () => {
    const one = document.querySelector("tr[data-at] [data-pick]");
    if (one) one.checked = !one.checked;
  };

  /* A picture is looked at on the page itself; without a script its link opens it as ever. */
  const pictures = all("a[data-preview]");
  if (pictures.length) {
    const view = document.createElement("dialog");
    view.className = "mz-preview";
    view.innerHTML = '<p></p><img alt=""><form method="dialog"><button class="mz-btn" type="button" data-by="-1">上一张</button><button class="mz-btn" type="button" data-by="1">下一张</button><button class="mz-btn mz-btn-primary">关闭</button></form>';
    document.body.append(view);
    const image = view.querySelector("img");
    let at = 0;
    const show = (to) => {
      at = (to + pictures.length) % pictures.length;
      const label = pictures[at].textContent.trim().replace(/\s+/g, " ");
      image.src = pictures[at].href;
      image.alt = label;
      view.querySelector("p").textContent = `${at + 1} / ${pictures.length}　${label}`;
    };
    pictures.forEach((one, place) => one.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(place);
      view.showModal();
    }));
    view.addEventListener("click", (event) => { if (event.target.dataset.by) show(at + Number(event.target.dataset.by)); });
    view.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") show(at - 1); else if (event.key === "ArrowRight") show(at + 1);
    });
    view.setAttribute("aria-label", "材料预览");
  }

  /* A letter too: its pages as pictures, one below the other. */
  const letters = all("a[data-leaves]");
  if (letters.length) {
    const view = document.createElement("dialog");
    view.className = "mz-preview mz-preview-leaves";
    view.innerHTML = '<p></p><div class="mz-leaves" tabindex="0" role="group" aria-label="各页"></div><form method="dialog"><a class="mz-btn" data-whole>单独打开</a><button class="mz-btn mz-btn-primary">关闭</button></form>';
    view.setAttribute("aria-label", "文书预览");
    document.body.append(view);
    const leaves = view.querySelector(".mz-leaves");
    letters.forEach((one) => one.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      view.querySelector("p").textContent = one.querySelector("b")?.textContent || one.textContent.trim();
      view.querySelector("[data-whole]").href = one.dataset.leaves;
      leaves.textContent = "正在打开……";
      view.showModal();
      try {
        const answer = await fetch(`${one.dataset.leaves}?part=1`, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(answer.status);
        leaves.innerHTML = await answer.text();
      } catch {
        location.assign(one.dataset.leaves);
      }
    }));
  }

  /* Keys: single letters may be switched off, for those whose software types letters. */
  const OFF = "mz-keys-off";
  const keys = [
    ["Ctrl + K", "搜索人员、办件、文书、事项、台账"], ["/", "到搜索框"], ["j　k", "下一行、上一行"], ["Enter", "打开选中的一行"],
    ["x", "勾选这一行"], ["g t", "我的任务"], ["g n", "受理申请"], ["g c", "办件"], ["g b", "提醒"], ["?", "显示这个说明"],
  ];
  const places = { t: "/desk/", n: "/desk/cases/new/", c: "/desk/cases/", b: "/desk/bell/" };
  const help = document.createElement("dialog");
  help.className = "mz-keys";
  help.setAttribute("aria-labelledby", "keys-title");
  help.innerHTML = `<h2 id="keys-title">键盘快捷键</h2><dl>${keys.map(([key, text]) => `<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`).join("")}</dl>
    <label class="mz-check"><input type="checkbox" data-keys-on><span>使用单字母快捷键</span></label><form method="dialog"><button class="mz-btn mz-btn-primary">关闭</button></form>`;
  document.body.append(help);
  const on = help.querySelector("[data-keys-on]");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => { if (on.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); });
  for (const one of all("[data-keys-help]")) { one.hidden = false; one.addEventListener("click", () => help.showModal()); }
  let going = 0;
  const single = { j: () => walk(1), k: () => walk(-1), x: tickHere, "?": () => help.showModal(), g: () => { going = Date.now(); } };
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && box) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !on.checked) return;
    if (Date.now() - going < 1500 && places[event.key]) { location.assign(places[event.key]); return; }
    if (event.key === "/" && box) { event.preventDefault(); box.focus(); return; }
    single[event.key]?.();
  });
})();
