/* Keeps the page out of doors and its styles and scripts, so that they open without network; nothing else is kept, and
   nothing that concerns a person ever passes through here. */
"use strict";
const NAME = `minzheng-field-${VERSION}`;
const listed = new Set(KEPT);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shelf = await caches.open(NAME);
    await Promise.all(KEPT.map(async (url) => {
      const answer = await fetch(url, { cache: "no-cache", redirect: "error" });
      if (!answer.ok) throw new Error(url);
      await shelf.put(url, answer);
    }));
    await self.skipWaiting();
  })());
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("minzheng-field-") && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.search || !listed.has(url.pathname)) return;
  event.respondWith((async () => {
    const shelf = await caches.open(NAME);
    return (await shelf.match(url.pathname)) || fetch(event.request);
  })());
});
