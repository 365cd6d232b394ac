/* Two records of one thing: each question that was answered differently, mine beside theirs; the person chooses. */
"use strict";
(function () {
  const field = window.minzheng.field, { make, notice, button, show, twice, vault } = field;

  const choice = (one, record) => make("fieldset", { class: "mz-question fw-differs", "data-differs": one.code },
    make("legend", {}, one.label),
    make("div", { class: "mz-radios" },
      ...[["mine", "我填写的", one.mine], ["theirs", "对方登记的", one.theirs]].map(([code, whose, text]) =>
        make("label", { class: "mz-check mz-check-wide" },
          make("input", { type: "radio", name: `differs-${one.code}`, value: code, checked: record.chosen?.[one.code] === code }),
          make("span", {}, make("b", {}, `${whose}：`), text || "（没有填写）")))));

  const compared = (one) => make("div", { class: "fw-compared" }, make("b", {}, one.label),
    make("p", {}, `我填写的：${one.mine || "（没有填写）"}`), make("p", {}, `对方登记的：${one.theirs || "（没有填写）"}`));

  /* The answers as chosen; what was not different stays mine. */
  function chosen(drawn, record) {
    const missing = [], answers = { ...record.answers };
    for (const one of record.conflict.fields) {
      const picked = drawn.querySelector(`[name="differs-${one.code}"]:checked`)?.value;
      if (!picked) { missing.push(one.label); continue; }
      if (picked === "theirs") {
        if (one.value === null || one.value === undefined || one.value === "") delete answers[one.code];
        else answers[one.code] = String(one.value);
      }
    }
    return { missing, answers };
  }

  function page(record, after) {
    const told = record.conflict;
    const who = told.who ? `${told.who}${told.at ? `（${field.clockOf(told.at)}）` : ""}：` : "";
    const head = [make("h1", {}, "有不同的记录"), make("p", { class: "fw-lead" }, `${record.act} · ${record.title}`),
      notice(`${who}${told.words}`, "warn")];
    const away = twice("不再登记我的记录", "您填写的内容将从这部手机上删除，不能恢复。", async () => { await vault.drop(record); after("已放弃这条记录。", "info"); }, "quiet");
    if (told.final) {
      show(head, make("p", {}, "这项工作已经有结果，不能再登记一次。您填写的内容仍在这里，可以对照；如需更正，请联系登记人或经办人。"),
        told.fields.length ? told.fields.map(compared) : make("p", {}, "两份记录没有不同。"), make("div", { class: "mz-actions" },
          button("返回", () => after("")), away));
      return;
    }
    const drawn = make("form", { "data-differing": true, onsubmit: (event) => { event.preventDefault(); } },
      make("p", {}, told.fields.length ? "请逐项选择以哪一份为准，然后上传。对方的记录不会被改动。" : "您的记录没有与对方不同的内容，核对后可以继续上传。"),
      make("dl", { class: "mz-dl" }, told.facts.map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text)))),
      make("div", { class: "mz-fields" }, told.fields.map((one) => choice(one, record))),
      make("div", { "data-problem": true }),
      make("div", { class: "mz-actions" },
        button("按所选内容上传", async () => {
          const { missing, answers } = chosen(drawn, record);
          if (missing.length) {
            drawn.querySelector("[data-problem]").replaceChildren(notice(`还有 ${missing.length} 项没有选择：${missing.join("、")}。`, "bad"));
            return;
          }
          Object.assign(record, { answers, base: told.base, conflict: null, state: "waiting", errors: {} });
          await vault.put(record);
          after("已按您的选择更新记录。", "info", true);
        }, "primary"),
        told.fields.length > 1 ? button("全部选我的", () => {
          drawn.querySelectorAll('input[value="mine"]').forEach((one) => { one.checked = true; });
        }) : null,
        away));
    show(head, drawn);
  }

  Object.assign(field, { differing: { page } });
})();
