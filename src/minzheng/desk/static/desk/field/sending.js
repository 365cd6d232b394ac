/* Records go to the office one after another, in the order in which they were made, each under its own key: whatever
   is sent twice counts once.  What the office refuses stays here with its reason. */
"use strict";
(function () {
  const field = window.minzheng.field, { vault } = field;
  class Away extends Error {}
  class Signed extends Error {}

  async function ask(url, given = {}) {
    let answer;
    try {
      answer = await fetch(url, { redirect: "manual", headers: { Accept: "application/json", ...(given.headers || {}) }, ...given });
    } catch { throw new Away("网络不通，记录留在这部手机上。"); }
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Signed("登录已过期，请重新登录后再上传；记录还在这部手机上。");
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    if (answer.status >= 500 || (answer.status === 403 && !told.message)) throw new Away("服务暂时没有响应，记录留在这部手机上，稍后再传。");
    return { status: answer.status, ok: answer.ok, told };
  }

  /* Who is signed in must be whose records these are. */
  async function me() {
    const { ok, told } = await ask("/desk/field/me/");
    if (!ok) throw new Signed(told.message || "请重新登录。");
    const kept = await vault.meta();
    if (kept && kept.owner !== told.owner) throw new Signed("这部手机上保存的是另一位工作人员的记录。请由本人登录上传，或清除后再使用。");
    return told;
  }

  async function takeAlong() {
    const who = await me();
    const { ok, told } = await ask("/desk/field/take-along/", { method: "POST", headers: { "X-CSRFToken": who.token, Accept: "application/json" } });
    if (!ok) throw new Error(told.message || "没有下载成功，请稍后再试。");
    return told;
  }

  async function pictures(record, token) {
    for (const [code, one] of Object.entries(record.photos || {})) {
      if (one.sent) continue;
      const blob = await vault.photo(one.id);
      if (!blob) throw new Error("照片已不在这部手机上，请重新拍摄。");
      const body = new FormData();
      body.append("file", new File([blob], "现场照片.jpg", { type: blob.type }));
      body.append("work", record.work);
      body.append("agreed", "true");
      body.append("key", one.id);
      const { ok, told } = await ask("/desk/field/photo/", { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
      if (!ok) return { message: told.message || "照片没有传上。", errors: { [code]: told.message } };
      one.sent = told.id;
      await vault.put(record);
    }
    return null;
  }

  async function one(record, token) {
    const refused = await pictures(record, token);
    if (refused) return { state: "refused", ...refused };
    const photos = Object.fromEntries(Object.entries(record.photos || {}).map(([code, each]) => [code, String(each.sent)]));
    record.tried = true;
    await vault.put(record);
    const { status, ok, told } = await ask("/desk/field/hand-in/", {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({
        work: record.work, key: record.key, answers: { ...record.answers, ...photos }, base: record.base,
        ago: Math.round((Date.now() - record.at) / 1000), lat: record.lat || "", lon: record.lon || "",
      }),
    });
    if (ok) return { state: "done", ...told };
    if (status === 409 && told.conflict) return { state: "differs", conflict: told.conflict };
    return { state: "refused", message: told.message || "没有登记成功，请核对后再传。", errors: told.errors || {} };
  }

  async function settle(record, came) {
    record.tried = false;
    record.state = came.state;
    if (came.state !== "done") {
      Object.assign(record, { said: came.message || "", errors: came.errors || {}, conflict: came.conflict || null });
      await vault.put(record);
      return;
    }
    /* What has arrived needs no copy here: only that it did, and when. */
    const photos = record.photos || {};
    await vault.put({ seq: record.seq, state: "done", work: record.work, title: record.title, act: record.act, key: record.key, at: record.at, said: came.told, sent: Date.now() });
    for (const each of Object.values(photos)) await vault.dropPhoto(each.id);
    await vault.rebase(record.work, came.base);
    for (const other of await vault.records()) {
      if (other.work === record.work && ["draft", "waiting"].includes(other.state)) await vault.put({ ...other, base: came.base });
    }
  }

  let running = null;
  /* In the order in which they were finished, one tab at a time; a record that is refused or differs holds back only
     what comes after it on the same work. */
  async function all() {
    const who = await me();
    const held = new Set(), looked = new Set();
    for (let sent = 0; ;) {
      const rest = (await vault.records()).filter((each) => !looked.has(each.seq) && ["waiting", "refused", "differs"].includes(each.state));
      if (!rest.length) return { sent, held: held.size };
      const next = rest.sort((before, after) => before.at - after.at || before.seq - after.seq)[0];
      looked.add(next.seq);
      if (next.state !== "waiting" || held.has(next.work)) { held.add(next.work); continue; }
      const came = await one(next, who.token);
      await settle(next, came);
      if (came.state === "done") sent += 1; else held.add(next.work);
    }
  }
  const send = () => {
    running ||= navigator.locks.request("minzheng-field", all).finally(() => { running = null; });
    return running;
  };

  Object.assign(field, { office: { me, takeAlong, send, ask, Away, Signed } });
})();
