/* A picture is made smaller on the telephone, and so loses where it was taken; a position is asked for once, when pressed for. */
"use strict";
(function () {
  async function smaller(file, edge) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, edge / Math.max(picture.width, picture.height));
    const canvas = drawn(picture, share);
    return new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("照片无法处理"))), "image/jpeg", 0.82);
    });
  }
  function drawn(picture, share) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * share));
    canvas.height = Math.max(1, Math.round(picture.height * share));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  /* The page shows no addresses of blobs (its rules forbid them): a small copy stands in the page itself. */
  async function thumbnail(blob) {
    const picture = await createImageBitmap(blob);
    return drawn(picture, Math.min(1, 240 / Math.max(picture.width, picture.height))).toDataURL("image/jpeg", 0.7);
  }
  const position = () => new Promise((done, failed) => {
    if (!navigator.geolocation) { failed(new Error("这部手机不能定位。")); return; }
    navigator.geolocation.getCurrentPosition(
      (found) => done({
        lat: found.coords.latitude.toFixed(6), lon: found.coords.longitude.toFixed(6), near: Math.round(found.coords.accuracy),
      }),
      () => failed(new Error("没有取得位置，可以不填；离住所较远的请写明原因。")),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
  Object.assign(window.minzheng.field, { camera: { smaller, thumbnail, position } });
})();
