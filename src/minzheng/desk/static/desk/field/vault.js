/* What is kept on the telephone: only sealed.  The key is made from the visitor's own code and lives in memory alone;
   without the code nothing here can be read, and after its hours it is gone. */
"use strict";
(function () {
  const NAME = "minzheng-field", ROUNDS = 310000, HOUR = 3600000;
  const UNSENT = ["draft", "waiting", "refused", "differs"];
  let database = null, key = null;

  const open = () => new Promise((done, failed) => {
    if (database) { done(database); return; }
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("meta");
      asked.result.createObjectStore("works");
      asked.result.createObjectStore("records", { keyPath: "seq", autoIncrement: true });
      asked.result.createObjectStore("photos");
    };
    asked.onsuccess = () => {
      database = asked.result;
      database.onversionchange = () => { database.close(); database = null; };
      database.onclose = () => { database = null; };
      done(database);
    };
    asked.onerror = () => failed(asked.error);
  });
  /* One transaction; whatever is sealed was sealed before it began, for it would not wait. */
  const within = async (stores, mode, work) => {
    const held = (await open()).transaction(stores, mode);
    const result = work(...stores.map((name) => held.objectStore(name)));
    return new Promise((done, failed) => {
      held.oncomplete = () => done(result && "result" in result ? result.result : undefined);
      held.onerror = held.onabort = () => failed(held.error);
    });
  };
  const meta = () => within(["meta"], "readonly", (store) => store.get("vault"));
  const putMeta = (value) => within(["meta"], "readwrite", (store) => store.put(value, "vault"));

  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
  const plain = (value) => JSON.parse(new TextDecoder().decode(value));
  const sealed = async (data) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, data) };
  };
  const opened = (one, by = key) => crypto.subtle.decrypt({ name: "AES-GCM", iv: one.iv }, by, one.data);
  const keyFrom = async (code, salt) => {
    const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveKey"]);
    return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed,
      { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  };

  async function create(code, owner, name, rules) {
    await wipe();
    const salt = crypto.getRandomValues(new Uint8Array(16));
    key = await keyFrom(code, salt);
    await putMeta({ owner, salt, rules, wrong: 0, proof: await sealed(bytes({ name })), keepUntil: 0, made: 0 });
  }

  /* "open", or how many tries are left; with the last of them everything is gone. */
  async function unlock(code) {
    const kept = await meta();
    const found = await keyFrom(code, kept.salt);
    try {
      await opened(kept.proof, found);
    } catch {
      kept.wrong += 1;
      const left = kept.rules.pin_tries - kept.wrong;
      if (left <= 0) await wipe(); else await putMeta(kept);
      return Math.max(left, 0);
    }
    key = found;
    if (kept.wrong) { kept.wrong = 0; await putMeta(kept); }
    return "open";
  }

  async function putPack(pack) {
    const rows = [];
    for (const section of pack.sections) {
      for (const work of section.works) {
        rows.push([work.code, await sealed(bytes({ ...work, section: section.label, form: pack.forms[work.form] }))]);
      }
    }
    const kept = await meta();
    Object.assign(kept, { rules: pack.rules, keepUntil: Date.now() + pack.rules.keep_hours * HOUR, made: Date.now() });
    await within(["meta", "works"], "readwrite", (about, works) => {
      about.put(kept, "vault");
      works.clear();
      rows.forEach(([code, one], place) => works.put({ ...one, place }, code));
    });
  }

  async function works() {
    const rows = await within(["works"], "readonly", (store) => store.getAll());
    rows.sort((one, other) => one.place - other.place);
    return Promise.all(rows.map(async (one) => plain(await opened(one))));
  }

  /* The next record on the same work begins from what the last one left. */
  async function rebase(code, base) {
    const row = await within(["works"], "readonly", (store) => store.get(code));
    if (!row) return;
    const one = await sealed(bytes({ ...plain(await opened(row)), base }));
    await within(["works"], "readwrite", (store) => store.put({ ...one, place: row.place }, code));
  }

  async function records() {
    const rows = await within(["records"], "readonly", (store) => store.getAll());
    return Promise.all(rows.map(async (one) => ({ ...plain(await opened(one)), seq: one.seq, state: one.state })));
  }

  /* One write after the other, each of the record as it stands when its turn comes: what is kept by itself while one types and
     what a button keeps would else make two rows of one new record, or put the older over the newer. */
  let turn = Promise.resolve();
  const inTurn = (act) => {
    const done = turn.then(act);
    turn = done.catch(() => null);
    return done;
  };
  const put = (record) => inTurn(() => written(record));
  const drop = (record) => inTurn(() => dropped(record));

  async function written(record) {
    const { seq, state, ...inside } = record;
    const rules = (await meta()).rules;
    const row = { ...(await sealed(bytes(inside))), state, until: (inside.at || Date.now()) + rules.unsent_hours * HOUR };
    if (seq) row.seq = seq;
    record.seq = await within(["records"], "readwrite", (store) => store.put(row));
    await count();
    return record;
  }

  async function dropped(record) {
    const pictures = Object.values(record.photos || {}).map((one) => one.id);
    await within(["records", "photos"], "readwrite", (store, photos) => {
      if (record.seq) store.delete(record.seq);
      pictures.forEach((id) => photos.delete(id));
    });
    await count();
  }

  async function putPhoto(blob) {
    const id = crypto.randomUUID();
    const one = await sealed(await blob.arrayBuffer());
    await within(["photos"], "readwrite", (store) => store.put({ ...one, type: blob.type }, id));
    return id;
  }
  async function photo(id) {
    const row = await within(["photos"], "readonly", (store) => store.get(id));
    return row ? new Blob([await opened(row)], { type: row.type }) : null;
  }
  const dropPhoto = (id) => within(["photos"], "readwrite", (store) => { store.delete(id); });

  /* What is past its hours goes, whether or not anybody knows the code. */
  async function expire() {
    const kept = await meta();
    if (!kept) return 0;
    const now = Date.now();
    const rows = await within(["records"], "readonly", (store) => store.getAll());
    const late = rows.filter((one) => one.until < now);
    await within(["meta", "works", "records", "photos"], "readwrite", (about, taken, store, photos) => {
      if (kept.keepUntil && kept.keepUntil < now) { taken.clear(); about.put({ ...kept, keepUntil: 0 }, "vault"); }
      late.forEach((one) => store.delete(one.seq));
      if (late.length && late.length === rows.length) photos.clear();
    });
    await count();
    return late.filter((one) => UNSENT.includes(one.state)).length;
  }

  /* How many have not arrived, for the pages that ask before they sign out; a number says nothing of anybody. */
  async function count() {
    const rows = await within(["records"], "readonly", (store) => store.getAll());
    const unsent = rows.filter((one) => UNSENT.includes(one.state)).length;
    if (unsent) localStorage.setItem("mz-field-unsent", String(unsent)); else localStorage.removeItem("mz-field-unsent");
    return unsent;
  }

  async function wipe() {
    key = null;
    await within(["meta", "works", "records", "photos"], "readwrite", (...stores) => { stores.forEach((one) => one.clear()); });
    localStorage.removeItem("mz-field-unsent");
  }

  const field = window.minzheng.field;
  field.able = Boolean(window.isSecureContext && window.indexedDB && window.crypto?.subtle && navigator.serviceWorker);
  field.vault = {
    meta, create, unlock, putPack, works, rebase, records, put, drop, putPhoto, photo, dropPhoto, expire, count, wipe,
    isOpen: () => key !== null, lock: () => { key = null; },
  };
})();
