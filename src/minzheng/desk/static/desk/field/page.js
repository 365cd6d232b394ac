/* The page out of doors: a code opens it, the day's work is taken along, records are filled in and wait until they arrive. */
"use strict";
(function () {
  const field = window.minzheng.field;
  const { make, badge, notice, button, say, clockOf, show, twice, vault, form, camera, office, differing } = field;
  const STATES = {
    draft: ["没有填完", "neutral"], waiting: ["等待上传", "info"], refused: ["没有通过，请修改", "bad"],
    differs: ["有不同记录，请选择", "warn"], done: ["已上传", "good"],
  };
  let timer = 0, idle = 0, again = 0, patience = 3000;
  const html = document.documentElement;
  if (/(?:^|; )elder=1/.test(document.cookie)) html.setAttribute("data-elder", "");

  /* --- The line at the top --- */
  const net = async () => {
    const unsent = vault.isOpen() ? await vault.count() : 0;
    document.querySelector("[data-net]").textContent = `${navigator.onLine ? "有网络" : "无网络"}${unsent ? ` · ${unsent} 条未上传` : ""}`;
  };
  const failed = (error) => {
    say(error.message, error instanceof office.Away ? "warn" : "bad");
    if (error instanceof office.Signed) {
      document.querySelector("[data-said]").append(make("p", {}, make("a", { href: "/login/?next=/desk/field/" }, "去登录")));
    }
  };
  const guarded = (work) => async (event) => {
    if (event?.type === "submit") event.preventDefault();
    const pressed = event?.currentTarget;
    if (pressed?.getAttribute?.("aria-busy")) return;
    pressed?.setAttribute?.("aria-busy", "true");
    try { await work(event); } catch (error) { failed(error); } finally { pressed?.removeAttribute?.("aria-busy"); net(); }
  };

  /* --- The code --- */
  const codeBox = (id, label, help = "") => make("div", { class: "mz-question" }, make("label", { for: id }, label),
    help ? make("p", { class: "mz-help", id: `${id}-help` }, help) : null,
    make("input", { class: "mz-input mz-w-m", id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "6", "aria-describedby": help ? `${id}-help` : false }));
  const valueOf = (id) => document.getElementById(id).value;

  function choosing() {
    show(make("h1", {}, "设置本机口令"), make("p", { class: "fw-lead" }, "外出前设一个 6 位数字的口令。下载的任务和填写的记录用它加密后存在这部手机上，没有网络时也能打开。"),
      make("form", { onsubmit: guarded(async () => {
        const code = valueOf("code");
        if (!/^\d{6}$/.test(code)) { say("口令应为 6 位数字。", "bad"); return; }
        if (/^(\d)\1{5}$/.test(code) || "01234567890 09876543210".includes(code)) { say("口令太容易猜到，请不要用相同或连续的数字。", "bad"); return; }
        if (code !== valueOf("again")) { say("两次输入的口令不同，请重新输入。", "bad"); return; }
        const pack = await office.takeAlong();
        await vault.create(code, pack.owner, pack.name, pack.rules);
        await vault.putPack(pack);
        await home("口令已设置，任务已下载。", "good");
      }) }, make("div", { class: "mz-fields" }, codeBox("code", "本机口令", "不要使用登录密码、生日或连续数字。"), codeBox("again", "再输入一次")),
      make("div", { class: "mz-actions" }, make("button", { class: "mz-btn mz-btn-primary", type: "submit" }, "设置口令并下载任务")),
      make("p", {}, "口令只在这部手机上，忘记后不能找回，只能清除后重新下载；没有上传的记录也会丢失。")));
  }

  function unlocking() {
    show(make("h1", {}, "输入本机口令"), make("p", { class: "fw-lead" }, "这部手机上有下载的任务或没有上传的记录。"),
      make("form", { onsubmit: guarded(async () => {
        const came = await vault.unlock(valueOf("code"));
        if (came === "open") { await home(""); send(true); return; }
        if (came === 0) { await boot(); say("口令多次输错，为保护信息已清除这部手机上的内容。", "bad"); return; }
        document.getElementById("code").value = "";
        document.getElementById("code").focus();
        say(`口令不对，还可以试 ${came} 次；全部输错将清除这部手机上的内容。`, "bad");
      }) }, make("div", { class: "mz-fields" }, codeBox("code", "本机口令")),
      make("div", { class: "mz-actions" }, make("button", { class: "mz-btn mz-btn-primary", type: "submit" }, "打开"),
        twice("忘记口令，清除这部手机上的内容", "清除后，没有上传的记录不能恢复。", async () => { await vault.wipe(); await boot(); }, "quiet"))));
  }

  /* --- The day --- */
  async function home(said = "", kind = "info") {
    if (location.hash) history.pushState(null, "", location.pathname);
    say(said, kind);
    const [kept, works, records] = [await vault.meta(), await vault.works(), await vault.records()];
    const until = kept.keepUntil ? `${clockOf(kept.made)}下载，保留到 ${clockOf(kept.keepUntil)}` : "任务已过保留时间，请联网后重新下载";
    const open = records.filter((one) => one.state !== "done"), sent = records.filter((one) => one.state === "done");
    const sections = [...new Set(works.map((one) => one.section))];
    show(make("h1", {}, "现场工作"), make("p", { class: "fw-lead" }, `${until}。只含您本人的任务。`),
      make("div", { class: "mz-actions fw-first" }, button("下载最新任务", guarded(refresh)),
        open.some((one) => one.state === "waiting") ? button("立即上传", guarded(() => send(false)), "primary") : null),
      open.length ? part("我的记录", open.map(recordRow)) : null,
      works.length ? sections.map((name) => part(name, works.filter((one) => one.section === name).map((one) => workRow(one, records))))
        : make("div", { class: "mz-empty" }, make("p", { class: "mz-empty-title" }, "没有要外出办理的任务"), make("p", {}, "有新任务时，请在有网络的地方下载。")),
      sent.length ? part("已经上传", sent.map(sentRow)) : null,
      make("div", { class: "mz-actions fw-last" }, make("a", { href: "/desk/" }, "回工作台（需要网络）"),
        button("锁定", () => { vault.lock(); boot(); }, "quiet"),
        twice("退出登录并清除", () => (open.length ? `还有 ${open.length} 条记录没有上传，清除后不能恢复。` : "这部手机上的任务将全部清除。"), guarded(leave), "quiet")));
    net();
  }
  const part = (title, rows) => make("section", { class: "mz-card fw-part" },
    make("div", { class: "mz-card-head" }, make("h2", {}, title), make("span", { class: "mz-card-more" }, `${rows.length} 项`)),
    make("ul", { class: "fw-list" }, rows.map((one) => make("li", {}, one))));
  const row = (title, under, marks, press) => make("button", { type: "button", class: "fw-row", onclick: press },
    make("span", { class: "fw-row-title" }, make("b", {}, title), ...marks), make("span", { class: "fw-row-under" }, under));
  const workRow = (one, records) => {
    const mine = records.filter((each) => each.work === one.code && each.state !== "draft").at(-1);
    const marks = [one.mark[0] ? badge(...one.mark) : null, one.late ? badge("已超期", "bad") : null, mine ? badge(...STATES[mine.state]) : null];
    const place = one.facts.find(([label]) => label === "住址") || one.facts.find(([label]) => label === "地区");
    return row(one.title, [one.act, one.due, place?.[1]].filter(Boolean).join(" · "), marks, () => go(`work/${one.code}`));
  };
  const recordRow = (one) => row(one.title, `${one.act} · ${clockOf(one.at || one.begun)}${one.said ? ` · ${one.said}` : ""}`,
    [badge(...STATES[one.state])], () => go(`record/${one.seq}`));
  const sentRow = (one) => make("div", { class: "fw-row" }, make("span", { class: "fw-row-title" }, make("b", {}, one.title), badge(...STATES.done)),
    make("span", { class: "fw-row-under" }, `${one.act} · ${clockOf(one.at)}填写，${clockOf(one.sent)}上传 · ${one.said}`));

  async function refresh() {
    await vault.putPack(await office.takeAlong());
    await home("任务已更新。", "good");
  }
  async function send(quietly) {
    const waiting = (await vault.records()).some((one) => one.state === "waiting");
    if (!waiting || (quietly && !navigator.onLine)) return;
    clearTimeout(again);
    try {
      const { sent, held } = await office.send();
      patience = 3000;
      const words = [sent ? `${sent} 条记录已上传。` : "", held ? `${held} 项需要您处理，见“我的记录”。` : ""].join("");
      if (!quietly || !location.hash) await home(words, held ? "warn" : "good"); else say(words, held ? "warn" : "good");
    } catch (error) {
      if (!location.hash) await home("");
      failed(error);
      /* A line that comes and goes is tried again by itself, less and less often. */
      if (error instanceof office.Away && navigator.onLine) {
        again = setTimeout(() => { if (vault.isOpen() && !location.hash) send(true); }, patience);
        patience = Math.min(patience * 2, 60000);
      }
    }
  }
  async function leave() {
    let token = "";
    try { token = (await office.me()).token; } catch (error) { if (error instanceof office.Signed) token = ""; }
    await vault.wipe();
    if (token) {
      await office.ask("/logout/", { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
      location.assign("/");
      return;
    }
    await boot();
    say(navigator.onLine ? "这部手机上的内容已清除。" : "这部手机上的内容已清除；现在没有网络，请联网后再退出登录。", "warn");
  }

  /* --- One record --- */
  async function begin(code) {
    const work = (await vault.works()).find((one) => one.code === code);
    if (!work) { await home("这项任务已不在这部手机上，请重新下载。", "warn"); return; }
    const kept = (await vault.records()).find((one) => one.work === code && one.state === "draft");
    const record = kept || {
      state: "draft", work: code, act: work.act, title: work.title, key: crypto.randomUUID(), base: work.base, form: work.form,
      answers: { ...work.known }, photos: {}, facts: work.facts, phone: work.phone, position: work.position, begun: Date.now(), errors: {}, said: "",
    };
    filling(record);
  }
  async function resume(seq) {
    const record = (await vault.records()).find((one) => one.seq === Number(seq));
    if (!record || record.state === "done") { await home(""); return; }
    if (record.state === "differs") { differing.page(record, async (said, kind, now) => { await home(said, kind); if (now) send(false); }); return; }
    if (record.tried) { await home("这条记录可能已经送达，联网确认之前不能修改。", "warn"); return; }
    filling(record);
  }

  function filling(record) {
    const box = make("div", { "data-problem": true });
    const drawn = make("form", { class: "fw-form", novalidate: true });
    const keep = async () => {
      record.answers = form.read(drawn, record.form);
      if (record.state === "draft") await vault.put(record);
    };
    drawn.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keep().then(net), 400); });
    drawn.addEventListener("submit", guarded(() => finish(record, drawn)));
    drawn.append(form.draw(record.form, record, record.errors || {}, (...given) => picture(record, drawn, ...given)));
    if (record.position) drawn.append(where(record, keep));
    drawn.append(box, make("div", { class: "mz-actions" },
      make("button", { class: "mz-btn mz-btn-primary", type: "submit" }, "保存，等待上传"),
      button("返回（保留草稿）", guarded(async () => { clearTimeout(timer); if (record.state === "draft") await keep(); await home(""); })),
      twice("删除这条记录", "填写的内容将删除，不能恢复。", guarded(async () => { clearTimeout(timer); await vault.drop(record); await home("已删除。"); }), "quiet")));
    show(make("h1", {}, `${record.act}：${record.title}`),
      record.said && record.state === "refused" ? notice(`没有通过：${record.said}`, "bad") : null,
      make("dl", { class: "mz-dl" }, record.facts.map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text))),
        record.phone ? make("div", {}, make("dt", {}, "电话"), make("dd", {}, make("a", { href: `tel:${record.phone}` }, record.phone))) : null),
      drawn);
  }

  async function finish(record, drawn) {
    clearTimeout(timer);
    record.answers = form.read(drawn, record.form);
    const errors = form.wrong(record.form, record);
    if (Object.keys(errors).length) {
      record.errors = errors;
      filling(record);
      document.querySelector("[data-problem]").append(notice(`还有 ${Object.keys(errors).length} 项没有填好，请按提示补充。`, "bad"));
      document.getElementById(`f-${Object.keys(errors)[0]}`)?.focus();
      return;
    }
    Object.assign(record, { state: "waiting", at: record.at || Date.now(), errors: {}, said: "" });
    await vault.put(record);
    await home(navigator.onLine ? "已保存，正在上传……" : "已保存在这部手机上，有网络时自动上传。", "good");
    send(true);
  }

  /* --- Pictures and the position --- */
  function picture(record, drawn, asked, error, frame, notes, must) {
    const state = make("div", { class: "fw-picture", role: "status" });
    const agreed = make("input", { type: "checkbox", checked: Boolean(record.photos[asked.code]) });
    const file = make("input", { class: "mz-file", type: "file", id: `f-${asked.code}`, accept: "image/*", capture: "environment", disabled: !record.photos[asked.code] });
    agreed.addEventListener("change", () => { file.disabled = !agreed.checked; });
    const tell = async () => {
      const one = record.photos[asked.code];
      const blob = one && await vault.photo(one.id);
      state.replaceChildren(...(blob ? [make("img", { src: await camera.thumbnail(blob), alt: `${asked.label}（已拍）`, width: 120 }),
        make("p", {}, `已保存在手机上，${Math.max(1, Math.round(blob.size / 1024))} KB。`),
        button("删除照片", guarded(async () => { await vault.dropPhoto(one.id); delete record.photos[asked.code]; await vault.put(record); await tell(); }), "quiet")] : []));
    };
    file.addEventListener("change", guarded(async () => {
      if (!file.files.length) return;
      let small;
      try { small = await camera.smaller(file.files[0], (await vault.meta()).rules.photo_edge); } catch { throw new Error("这张照片无法读取，请重新拍摄。"); }
      const old = record.photos[asked.code];
      record.photos[asked.code] = { id: await vault.putPhoto(small) };
      if (old) await vault.dropPhoto(old.id);
      record.answers = form.read(drawn, record.form);
      await vault.put(record);
      file.value = "";
      await tell();
    }));
    tell();
    return make("div", frame, make("label", { for: `f-${asked.code}` }, asked.label, must), ...notes,
      make("div", { class: "mz-photo" }, make("label", { class: "mz-check mz-check-wide" }, agreed, make("span", {}, "已征得本人或家属同意拍照")), file, state));
  }

  function where(record, keep) {
    const said = make("p", { role: "status" });
    const tell = () => { said.textContent = record.lat ? `已记录位置${record.near ? `，误差约 ${record.near} 米` : ""}。` : ""; };
    const agreed = make("input", { type: "checkbox", checked: Boolean(record.lat) });
    const press = button("记录此刻的位置", guarded(async () => {
      said.textContent = "正在定位……";
      try { Object.assign(record, await camera.position()); } catch (error) { said.textContent = error.message; return; }
      await keep();
      tell();
    }), "", { disabled: !record.lat });
    agreed.addEventListener("change", async () => {
      press.disabled = !agreed.checked;
      if (!agreed.checked) { delete record.lat; delete record.lon; delete record.near; await keep(); tell(); }
    });
    tell();
    return make("fieldset", { class: "mz-question fw-where" }, make("legend", {}, "位置", make("span", { class: "mz-may" }, "选填")),
      make("p", { class: "mz-help" }, "只在按下按钮时取一次，用来核对是否在住所附近，随这条记录上传；平时不定位，不记录行踪。"),
      make("label", { class: "mz-check mz-check-wide" }, agreed, make("span", {}, "我同意在这条记录中附上此刻的位置")), press, said);
  }

  /* --- Where one is, and when the page sleeps --- */
  const go = (place) => { location.hash = place; };
  async function route() {
    if (!vault.isOpen()) { await boot(); return; }
    const [kind, ...rest] = location.hash.slice(1).split("/");
    say("");
    if (kind === "work") await begin(decodeURIComponent(rest.join("/")));
    else if (kind === "record") await resume(rest[0]);
    else await home("");
  }
  async function boot() {
    if (!field.able) {
      show(make("h1", {}, "现场工作"), notice("这个浏览器不能离线保存内容，或网址不是安全连接（https）。请换用新版浏览器，或在有网络的地方直接使用“巡访”等页面。", "warn"));
      return;
    }
    const lost = await vault.expire();
    const kept = await vault.meta();
    if (kept) unlocking(); else choosing();
    say(lost ? `${lost} 条记录超过保留时间，已从这部手机上清除。请与办公室核对是否需要重新办理。` : "", "warn");
    net();
  }
  const stir = async () => {
    clearTimeout(idle);
    const rules = vault.isOpen() ? (await vault.meta())?.rules : null;
    if (rules) idle = setTimeout(() => { clearTimeout(timer); vault.lock(); boot(); }, rules.lock_minutes * 60000);
  };
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, stir, { passive: true });
  window.addEventListener("hashchange", () => guarded(route)());
  window.addEventListener("popstate", () => { if (!location.hash) guarded(route)(); });
  window.addEventListener("online", () => { net(); if (vault.isOpen()) send(true); });
  window.addEventListener("offline", net);
  document.querySelector("[data-home]").addEventListener("click", (event) => {
    event.preventDefault();
    if (vault.isOpen()) guarded(() => home(""))();
  });
  if (field.able) navigator.serviceWorker.register("/desk/field/worker.js", { scope: "/desk/field/" }).catch(() => null);
  guarded(boot)();
})();
