/* Fills in where a visit was, once the visitor asks for it; without leave or signal the fields are typed or left blank. */
"use strict";
(function () {
  const button = document.querySelector("[data-locate]"), said = document.querySelector("[data-locate-said]");
  const lat = document.querySelector('[name$="-lat"]'), lon = document.querySelector('[name$="-lon"]');
  if (!button || !lat || !lon || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = "正在定位…";
    navigator.geolocation.getCurrentPosition(
      (found) => {
        lat.value = found.coords.latitude.toFixed(6);
        lon.value = found.coords.longitude.toFixed(6);
        said.textContent = `已定位，误差约 ${Math.round(found.coords.accuracy)} 米。`;
      },
      () => { said.textContent = "没有取得定位，可以留空。"; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
})();
