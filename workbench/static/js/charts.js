// Draws each chart from the table that stands below it: the same numbers, and without this script the table says all.
"use strict";

(() => {
  const COLOURS = {
    urgent: "#c4454c", eligibility: "#c98a3a", amount: "#8467c4", favourable: "#4f9d73", question: "#6b96dc",
    information: "#a7b0bf", new: "#c98a3a", changed: "#8467c4", gone: "#4f9d73", ended: "#a7b0bf", held: "#d8dde5",
    matched: "#4f9d73", not_subject: "#d8dde5", duplicate: "#a7b0bf", unusable_id: "#c98a3a",
    refused_by_meaning: "#8467c4", structurally_refused: "#c4454c", confirmed: "#4f9d73", lagged: "#c98a3a",
    other_person: "#c4454c", exempt: "#6b96dc", declared: "#8467c4", cannot_verify: "#d8dde5", rule_defect: "#7a1218",
    lowered: "#8467c4", stopped: "#c98a3a", raised: "#4f9d73", same: "#d8dde5", unknown: "#a7b0bf",
    age0: "#a9c4ee", age1: "#6b96dc", age2: "#c98a3a", age3: "#c4454c", agreed: "#d8dde5", flagged: "#c98a3a",
  };
  const INK = "#1b2230", FAINT = "#616b7c", LINE = "#ebeef3", PLAIN = "#6b96dc";
  const TEXT = getComputedStyle(document.documentElement).fontFamily;

  const read = (section) => {
    const heads = Array.from(section.querySelectorAll("thead tr > *")).slice(1);
    const rows = Array.from(section.querySelectorAll("tbody tr"));
    const names = rows.map((row) => row.querySelector("th").textContent);
    const series = heads.map((head, place) => ({ key: head.dataset.series, name: head.textContent, place }))
      .filter((one) => one.key)
      .map((one) => ({ ...one, values: rows.map((row) => {
        const given = row.querySelectorAll("td")[one.place].dataset.value;
        return given === undefined ? null : Number(given);
      }) }));
    return many({ names, series });
  };

  // Of a long list only rows that have something to draw; the table keeps them all.
  const many = ({ names, series }) => {
    const kept = names.map((_, place) => names.length <= 12 || series.some((one) => one.values[place]));
    const pick = (list) => list.filter((_, place) => kept[place]);
    return { names: pick(names), series: series.map((one) => ({ ...one, values: pick(one.values) })) };
  };

  // A long name stands in two lines, a pair of names one above the other; what is longer still is cut.
  const short = (text) => (text.length > 40 ? text.slice(0, 39) + "…" : text);
  const inLines = (text) => {
    if (text.length <= 26) return text;
    const pair = text.indexOf(" + ");
    const middle = text.lastIndexOf(" ", Math.ceil(text.length / 2) + 6);
    const at = pair > 0 ? pair + 2 : middle;
    return at > 0 ? short(text.slice(0, at)) + "\n" + short(text.slice(at + 1)) : short(text);
  };
  const values = (unit) => ({
    type: "value", name: unit, nameTextStyle: { color: FAINT, fontSize: 11 }, minInterval: unit === "%" ? 0 : 1,
    splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: FAINT, fontSize: 11 },
  });
  const names = (list, lying) => ({
    type: "category", data: list, inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
    axisLabel: { color: INK, fontSize: 11, formatter: lying ? inLines : short, hideOverlap: true, lineHeight: 13 },
  });
  const bar = (one, stack) => ({
    type: "bar", name: one.name, data: one.values, stack, barMaxWidth: 18,
    itemStyle: { color: COLOURS[one.key] || PLAIN },
  });

  // Beside each other stand only series that know something: an empty one would push the others off their names.
  const known = (told) => told.series.filter((one) => one.values.some((value) => value !== null));

  const interval = (told) => {
    const [middle, low, high] = ["middle", "low", "high"].map((key) => told.series.find((one) => one.key === key));
    const reach = high.values.map((value, place) => (value === null ? null : value - low.values[place]));
    const clear = { color: "rgba(0,0,0,0)" };
    return [
      { type: "bar", stack: "reach", data: low.values, itemStyle: clear, tooltip: { show: false }, silent: true,
        barMaxWidth: 10 },
      { type: "bar", stack: "reach", name: low.name + " – " + high.name, data: reach, barMaxWidth: 10,
        itemStyle: { color: "#c3d4ee" }, tooltip: { show: false } },
      { type: "scatter", name: middle.name, data: middle.values, symbolSize: 9, itemStyle: { color: "#0a4fc4" } },
    ];
  };

  const SHAPES = {
    "bars": (told) => told.series.map((one) => bar(one, told.series.length > 1 ? "all" : undefined)),
    "bars-beside": (told) => known(told).map((one) => bar(one, undefined)),
    "columns": (told) => told.series.map((one) => bar(one, "all")),
    "columns-beside": (told) => known(told).map((one) => bar(one, undefined)),
    "interval": interval,
  };

  const option = (told, kind, unit) => {
    const lying = !kind.startsWith("columns");
    const series = SHAPES[kind](told);
    const across = unit === "%" && kind !== "bars-beside" ? { ...values(unit), max: 100 } : values(unit);
    return {
      animation: false, textStyle: { fontFamily: TEXT }, aria: { enabled: false, decal: { show: true } },
      grid: { left: 8, right: 40, top: series.length > 1 ? 40 : 14, bottom: 8, outerBoundsMode: "same" },
      legend: { show: series.length > 1, top: 4, left: 4, itemWidth: 14, itemHeight: 10,
                textStyle: { fontSize: 11, color: INK }, data: series.filter((one) => one.name).map((one) => one.name) },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true,
                 textStyle: { fontSize: 12 } },
      xAxis: lying ? across : names(told.names, false),
      yAxis: lying ? names(told.names, true) : across,
      series,
    };
  };

  document.querySelectorAll("section[data-chart]").forEach((section) => {
    const told = read(section);
    const place = section.querySelector(".chart");
    if (!told.series.some((one) => one.values.some((value) => value))) return;
    place.hidden = false;
    const lying = !section.dataset.chart.startsWith("columns");
    const beside = section.dataset.chart === "bars-beside" ? known(told).length : 1;
    const tall = beside > 1 || told.names.some((name) => inLines(name).includes("\n"));
    const height = lying ? 64 + told.names.length * (tall ? 34 : 22) : 280;
    const chart = window.echarts.init(place, null, { renderer: "canvas", height });
    place.style.height = height + "px";
    chart.setOption(option(told, section.dataset.chart, section.dataset.unit));
    window.addEventListener("resize", () => chart.resize());
  });
})();
