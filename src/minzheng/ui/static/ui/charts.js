/* Draws the charts of a page from the data beside them; the table beneath stays the truth. */
"use strict";
(function () {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const size = () => parseFloat(getComputedStyle(document.body).fontSize) * 0.82;
  const COLOURS = ["#14539c", "#c2571a", "#1b7f79", "#7a5195", "#8a6d00"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect"];
  // A dark page says how nothing and names are drawn on it.
  const NONE = token("--mz-map-none") || "#f4f5f7", HALO = token("--mz-map-halo") || "#fff";
  const STEPS = ["#e3edf8", "#b5d0ec", "#7eabdb", "#3f7fc1", "#0d4a8f"];
  // In a saved picture the family itself stands between double quotes.
  const FAMILY = token("--mz-font").replaceAll('"', "'");
  const figure = (value) => (value === null || value === undefined ? "无数据" : value.toLocaleString("zh-CN"));
  const shared = (data) => ({
    aria: { enabled: true, label: { description: data.summary || undefined } },
    textStyle: { fontFamily: FAMILY, fontSize: size(), color: token("--mz-ink-2") },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    color: COLOURS,
  });

  function axes(data) {
    const text = { color: token("--mz-ink-2"), fontSize: size() };
    // Households are not halved: where every figure is whole, so is every line of the grid.
    const whole = data.series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
    return {
      ...shared(data),
      tooltip: { trigger: "axis", valueFormatter: (value) => `${figure(value)} ${data.unit}` },
      legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 18, textStyle: text } : undefined,
      grid: { left: 16, right: 28, top: data.series.length > 1 ? size() * 3 : 16, bottom: 4, containLabel: true },
      xAxis: {
        type: "category", data: data.names, axisLabel: { ...text, hideOverlap: true },
        axisTick: { show: false }, axisLine: { lineStyle: { color: token("--mz-edge") } },
        boundaryGap: data.kind === "bar",
      },
      yAxis: { type: "value", scale: data.kind === "line", minInterval: whole ? 1 : undefined, axisLabel: text,
        splitLine: { lineStyle: { color: token("--mz-line-2") } } },
      series: data.series.map((one, place) => ({
        name: one.label, type: data.kind, data: one.values, barMaxWidth: 36, symbol: SYMBOLS[place % 5],
        symbolSize: 8, lineStyle: { width: 2.5, type: place % 2 ? "dashed" : "solid" },
        itemStyle: data.kind === "bar" ? { borderRadius: [2, 2, 0, 0] } : {}, connectNulls: false,
      })),
    };
  }

  function nice(value) {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
    return Math.ceil((value / power) * 2) / 2 * power;
  }

  /* Counts begin at nothing; shares lie close together, so their scale runs from the least to the most. */
  function counts(known) {
    const step = nice(Math.max(1, ...known.map((row) => row.value)) / 5);
    return STEPS.map((color, place) => ({
      gte: place ? place * step : 0, lt: place === 4 ? undefined : (place + 1) * step, color,
      label: place === 4 ? `${figure(place * step)} 及以上` : `${figure(place * step)}–${figure((place + 1) * step)}`,
    })).reverse();
  }

  function shares(known) {
    const values = known.map((row) => row.value);
    const low = Math.min(...values), high = Math.max(...values);
    if (!(high > low)) return [{ gte: low, lte: high, color: STEPS[3], label: `${figure(low)}%` }];
    const edge = (place) => Math.round((low + ((high - low) * place) / 5) * 10) / 10;
    return STEPS.map((color, place) => ({
      gte: edge(place), ...(place === 4 ? { lte: high } : { lt: edge(place + 1) }), color,
      label: `${figure(edge(place))}–${figure(place === 4 ? high : edge(place + 1))}%`,
    })).filter((one) => one.lt === undefined || one.lt > one.gte).reverse();
  }

  async function map(data, box) {
    const answer = await fetch(data.map);
    if (!answer.ok) throw new Error(`map: ${answer.status}`);
    const outlines = await answer.json();
    echarts.registerMap(data.map, outlines);
    const names = new Map(outlines.features.map((one) => [one.properties.code, one.properties.name]));
    const rows = data.codes.map((code, place) => ({
      name: code, value: data.series[0].values[place], label: data.names[place],
    }));
    const apart = rows.filter((row) => !names.has(row.name));
    const note = box.closest("figure").querySelector("[data-map-note]");
    note.hidden = false;
    const told = [];
    if (apart.length) told.push(`${apart.length} 个地区没有单独边界，见数据表`);
    if (rows.some((row) => row.value === null)) told.push("浅灰为无数据");
    note.querySelector("[data-unplaced]").textContent = told.map((one) => ` · ${one}`).join("");
    const known = rows.filter((row) => names.has(row.name) && row.value !== null);
    const pieces = data.unit === "%" ? shares(known) : counts(known);
    const narrow = box.clientWidth < 560;
    return {
      ...shared(data),
      tooltip: {
        trigger: "item",
        formatter: (at) => `${names.get(at.name) || at.name}<br><b>${figure(at.data?.value)}</b> ${data.unit}`,
      },
      visualMap: {
        type: "piecewise", pieces, left: 0, bottom: 0, itemGap: 4, itemWidth: 16, itemHeight: 12, show: true,
        textStyle: { color: token("--mz-ink-2"), fontSize: size() }, outOfRange: { color: NONE },
      },
      series: [{
        type: "map", map: data.map, nameProperty: "code", data: known, roam: false, selectedMode: false,
        aspectScale: 0.75, left: narrow ? 4 : 90, right: 4, top: 4, bottom: narrow ? size() * 8 : 4,
        itemStyle: { areaColor: NONE, borderColor: "#7f93ad", borderWidth: 0.6 },
        label: {
          show: !narrow && outlines.features.length <= 12, fontSize: size(), color: token("--mz-ink"),
          formatter: (at) => names.get(at.name) || "", textBorderColor: HALO, textBorderWidth: 2,
        },
        emphasis: {
          itemStyle: { areaColor: "#ffd466" },
          label: { show: true, color: token("--mz-ink"), formatter: (at) => names.get(at.name) || "" },
        },
      }],
    };
  }

  /* The picture as a file: as it is drawn (SVG), or twice as large in dots (PNG). */
  function save(chart, title, kind) {
    const link = document.createElement("a");
    const give = (url) => { link.href = url; link.download = `${title}.${kind}`; link.click(); };
    const drawn = chart.getDataURL({ type: "svg", backgroundColor: "#fff" });
    if (kind === "svg") { give(drawn); return; }
    const image = new Image();
    image.onload = () => {
      const sheet = document.createElement("canvas");
      sheet.width = chart.getWidth() * 2;
      sheet.height = chart.getHeight() * 2;
      const pen = sheet.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, sheet.width, sheet.height);
      pen.drawImage(image, 0, 0, sheet.width, sheet.height);
      give(sheet.toDataURL("image/png"));
    };
    image.src = drawn;
  }

  async function draw(box) {
    const canvas = box.querySelector("[data-canvas]");
    const data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
    canvas.hidden = false;
    try {
      const options = data.kind === "map" ? await map(data, canvas) : axes(data);
      const chart = echarts.init(canvas, null, { renderer: "svg" });
      chart.setOption(options);
      if (data.kind === "map") chart.on("click", (at) => {
        const to = (data.links || [])[data.codes.indexOf(at.name)];
        if (to) location.assign(to);
      });
      box.querySelectorAll("[data-save]").forEach((one) => {
        one.hidden = false;
        one.addEventListener("click", () => save(chart, data.title, one.dataset.save));
      });
      new ResizeObserver(() => chart.resize()).observe(canvas);
      box.querySelector(".mz-chart-table").open = false;
    } catch (error) {
      canvas.hidden = true;
      console.warn(error);
    }
  }

  if (window.echarts) document.querySelectorAll("[data-chart]").forEach(draw);
})();
