/* Draws a declared form, reads it, and checks what can be checked without the office. */
"use strict";
(function () {
  const { make, button } = window.minzheng.field;
  const FEW = 5;

  const must = (asked) => make("span", { class: asked.required ? "mz-must" : "mz-may" }, asked.required ? "必填" : "选填");
  const id = (asked) => `f-${asked.code}`;
  const told = (asked, error) => [asked.help ? `${id(asked)}-help` : "", error ? `${id(asked)}-error` : ""].filter(Boolean).join(" ") || false;
  const notes = (asked, error) => [
    asked.help ? make("p", { class: "mz-help", id: `${id(asked)}-help` }, asked.help) : null,
    error ? make("p", { class: "mz-error", id: `${id(asked)}-error` }, error) : null,
  ];

  function radios(asked, options, value, error) {
    return make("div", { class: "mz-radios" }, options.map(([code, text]) => make("label", { class: "mz-check" },
      make("input", { type: "radio", name: asked.code, value: code, checked: value === code, "aria-describedby": told(asked, error) }),
      make("span", {}, text))));
  }
  function typed(asked, value, error) {
    const shared = { class: "mz-input mz-w-full", id: id(asked), name: asked.code, "aria-describedby": told(asked, error), "aria-invalid": error ? "true" : false };
    if (asked.kind === "choice") {
      const box = make("select", shared, make("option", { value: "" }, "请选择"),
        asked.options.map(([code, text]) => make("option", { value: code }, text)));
      box.value = value || "";
      return box;
    }
    if (asked.kind === "text" && asked.lines > 1) {
      const area = make("textarea", { ...shared, rows: String(asked.lines), maxlength: String(asked.longest) });
      area.value = value || "";
      return area;
    }
    const kinds = { day: { type: "date" }, number: { type: "text", inputmode: "numeric" }, money: { type: "text", inputmode: "decimal" } };
    const box = make("input", { ...shared, ...(kinds[asked.kind] || { type: "text" }), autocomplete: "off" });
    if (asked.kind === "text" && asked.longest) box.maxLength = asked.longest;
    box.value = value ?? "";
    return box;
  }

  function question(asked, record, errors, pictures) {
    const value = record.answers[asked.code], error = errors[asked.code];
    const frame = { class: `mz-question${error ? " mz-wrong" : ""}`, "data-asked": asked.code };
    if (asked.kind === "photo") return pictures(asked, error, frame, notes(asked, error), must(asked));
    if (asked.kind === "yesno" && asked.must) {
      return make("div", frame, make("label", { class: "mz-check mz-check-wide" },
        make("input", { type: "checkbox", id: id(asked), name: asked.code, value: "true", checked: value === "true", "aria-describedby": told(asked, error) }),
        make("span", {}, asked.label, must(asked))), notes(asked, error));
    }
    const options = asked.kind === "yesno" ? [["true", "是"], ["false", "否"]] : asked.options;
    if (asked.kind === "yesno" || (asked.kind === "choice" && options.length <= FEW)) {
      return make("fieldset", { ...frame, id: id(asked), tabIndex: -1 }, make("legend", {}, asked.label, must(asked)),
        notes(asked, error), radios(asked, options, value, error));
    }
    return make("div", frame, make("label", { for: id(asked) }, asked.label, must(asked)), notes(asked, error), typed(asked, value, error));
  }

  /* Where many things are looked at in the same way, whatever is not yet answered is set to the first answer at once. */
  function shortcut(form) {
    const alike = new Map();
    for (const asked of form.fields) {
      if (asked.kind !== "choice" || asked.options.length > FEW) continue;
      const shape = JSON.stringify(asked.options);
      alike.set(shape, [...(alike.get(shape) || []), asked]);
    }
    const many = [...alike.values()].find((one) => one.length >= 4);
    if (!many) return null;
    const [code, text] = many[0].options[0];
    return { before: many[0].code, part: button(`其余各项都选“${text}”`, (event) => {
      const drawn = event.target.closest("form");
      for (const asked of many) {
        if (!drawn.querySelector(`[name="${asked.code}"]:checked`)) drawn.querySelector(`[name="${asked.code}"][value="${code}"]`).checked = true;
      }
      drawn.dispatchEvent(new Event("input", { bubbles: true }));
    }) };
  }

  function draw(form, record, errors, pictures) {
    const quick = shortcut(form);
    return make("div", { class: "mz-fields" }, form.fields.flatMap((asked) => {
      const drawn = question(asked, record, errors, pictures);
      return quick && quick.before === asked.code ? [make("p", {}, quick.part), drawn] : [drawn];
    }));
  }

  function read(drawn, form) {
    const answers = {};
    for (const asked of form.fields) {
      if (asked.kind === "photo") continue;
      const boxes = [...drawn.querySelectorAll(`[name="${asked.code}"]`)];
      const one = boxes.find((box) => !["radio", "checkbox"].includes(box.type)) || boxes.find((box) => box.checked);
      const value = one ? one.value.trim() : "";
      if (value) answers[asked.code] = value;
    }
    return answers;
  }

  function wrong(form, record) {
    const errors = {};
    for (const asked of form.fields) {
      const value = asked.kind === "photo" ? record.photos[asked.code] : record.answers[asked.code];
      if (!value && asked.required) errors[asked.code] = asked.must ? `${asked.label}：须确认后才能继续。` : `${asked.label}：必填，请填写。`;
      else if (value && asked.kind === "number" && !/^-?\d{1,12}$/.test(value)) errors[asked.code] = `${asked.label}：应填整数。`;
      else if (value && asked.kind === "money" && !/^-?\d+(\.\d{1,2})?$/.test(value)) errors[asked.code] = `${asked.label}：应填金额，例如 1200 或 1200.50。`;
    }
    return errors;
  }

  Object.assign(window.minzheng.field, { form: { draw, read, wrong } });
})();
