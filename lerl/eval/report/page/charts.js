"use strict";
// Charts: each function takes data and gives an <svg> (Observable Plot). Colours follow the page:
// ink is currentColor; hues stand only where they separate kinds, and never alone.

const charts = (() => {
  const origins = ["fresh", "cached", "nearest", "kept", "rule", "fallback"];
  const originColours = {
    fresh: "#2f7fd0", cached: "#7fb3e6", nearest: "#c79a1e", kept: "#8d6fc0", rule: "#7d8894",
    fallback: "#d1493b",
  };
  const liked = "#d9822b";
  const planned = "#2f7fd0";

  // All charts: no own stylesheet colours, a name for screen readers.
  function draw(name, options) {
    const svg = Plot.plot({style: {background: "none", fontSize: "11px"}, ...options});
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", name);
    return svg;
  }

  function extent(values, padding = 0.05) {
    const [low, high] = d3.extent(values);
    const room = (high - low || Math.abs(high) || 1) * padding;
    return [low - room, high + room];
  }

  // rows: {policy, mean, low, high, mark}. A policy's name stands above its interval.
  function forest(name, rows, {zero = false, width = 340} = {}) {
    const values = rows.flatMap((d) => [d.low, d.high, d.mean]);
    if (zero) values.push(0);
    return draw(name, {
      width,
      height: 40 + rows.length * 32,
      marginLeft: 8, marginRight: 12, marginTop: 8, marginBottom: 30,
      x: {domain: extent(values), grid: true, ticks: 5, label: null},
      y: {type: "point", domain: rows.map((d) => d.policy), axis: null, padding: 0.55},
      marks: [
        zero ? Plot.ruleX([0], {stroke: "currentColor", strokeWidth: 1.5}) : null,
        Plot.text(rows, {
          frameAnchor: "left", y: "policy", dy: -7, fontSize: 11, stroke: "var(--page)", strokeWidth: 4,
          fill: "currentColor",
          text: (d) => (d.mark ? `${d.policy}: ${d.mark}` : d.policy),
        }),
        Plot.ruleY(rows, {y: "policy", x1: "low", x2: "high", dy: 7, strokeWidth: 2.5,
                          strokeOpacity: 0.55}),
        Plot.dot(rows, {
          y: "policy", x: "mean", dy: 7, r: 4, fill: "currentColor",
          title: (d) => `${d.policy}: ${d3.format(".3f")(d.mean)} ` +
                        `[${d3.format(".3f")(d.low)}, ${d3.format(".3f")(d.high)}]`,
        }),
      ],
    });
  }

  // Points of all seeds joined by their number: mean, lowest and highest.
  function band(curves, field) {
    const count = d3.max(curves, (c) => c.points.length) ?? 0;
    return d3.range(count).map((i) => {
      const points = curves.map((c) => c.points[i]).filter((p) => p);
      const values = points.map((p) => p[field]);
      return {steps: d3.mean(points, (p) => p.user_steps), mean: d3.mean(values),
              low: d3.min(values), high: d3.max(values)};
    });
  }

  // One policy's curves (a thin line per seed, their mean, the band between the extremes) over the
  // reference's mean.
  function learning(name, curves, reference, field, domains) {
    const summary = band(curves, field);
    const lines = curves.flatMap((c) => c.points.map((p) => ({...p, seed: c.seed})));
    return draw(name, {
      width: 260, height: 170, marginLeft: 34, marginRight: 10, marginTop: 12, marginBottom: 30,
      x: {domain: domains.x, ticks: 4, tickFormat: "~s", label: "user-steps trained", grid: false,
          labelArrow: "none"},
      y: {domain: domains.y, ticks: 5, grid: true, label: null},
      marks: [
        Plot.areaY(summary, {x: "steps", y1: "low", y2: "high", fill: planned, fillOpacity: 0.22}),
        reference ? Plot.lineY(band(reference, field), {
          x: "steps", y: "mean", stroke: "currentColor", strokeDasharray: "3 3"}) : null,
        Plot.lineY(lines, {x: "user_steps", y: field, z: "seed", stroke: planned,
                           strokeWidth: 0.8, strokeOpacity: 0.6}),
        Plot.lineY(summary, {x: "steps", y: "mean", stroke: planned, strokeWidth: 2.5}),
      ],
    });
  }

  const none = "(no category)";

  // One row per step and category: planned, shown and liked counts.
  function timelineCells(session) {
    const cells = [];
    session.steps.forEach((step, t) => {
      const counts = new Map(step.planned.map((c) => [c, {planned: true, shown: 0, liked: 0}]));
      for (const item of step.items) {
        for (const category of item.categories.length ? item.categories : [none]) {
          if (!counts.has(category)) counts.set(category, {planned: false, shown: 0, liked: 0});
          const cell = counts.get(category);
          cell.shown += 1;
          cell.liked += item.liked ? 1 : 0;
        }
      }
      for (const [category, cell] of counts) cells.push({step: t + 1, category, ...cell});
    });
    return cells;
  }

  function timeline(name, session, categories, steps) {
    const cells = timelineCells(session);
    const repeats = session.steps.map((s, t) => ({step: t + 1, repeat: s.repeat}))
      .filter((d) => d.repeat);
    const last = session.steps.length;
    const size = 19;
    const most = d3.max(session.steps, (s) => s.items.length) || 1;
    const radius = (count) => (count === 0 ? 0 : 2.5 + 5.5 * Math.sqrt(count / most));
    const title = (d) => `step ${d.step}, ${d.category}: ${d.planned ? "planned, " : ""}` +
                         `${d.shown} shown, ${d.liked} liked`;
    return draw(name, {
      width: 118 + (steps + 3) * size,
      height: 52 + categories.length * 20,
      marginLeft: 110, marginRight: 8, marginTop: 22, marginBottom: 30,
      x: {type: "band", domain: d3.range(1, steps + 4), padding: 0.06, label: "step", axis: null},
      y: {type: "band", domain: categories, padding: 0.08, label: null},
      r: {type: "identity"},
      marks: [
        Plot.axisX(d3.range(1, steps + 1), {anchor: "bottom", tickSize: 0, label: "step",
                                            labelArrow: "none"}),
        Plot.axisY({tickSize: 0, tickFormat: (c) => (c.length > 16 ? c.slice(0, 14) + "…" : c)}),
        Plot.ruleY(categories, {y: (c) => c, stroke: "currentColor", strokeOpacity: 0.1}),
        Plot.cell(cells.filter((d) => d.planned), {
          x: "step", y: "category", fill: planned, fillOpacity: 0.25, stroke: planned, title}),
        Plot.dot(cells.filter((d) => d.shown), {
          x: "step", y: "category", r: (d) => radius(d.shown), stroke: "currentColor",
          fill: "var(--page)", title}),
        Plot.dot(cells.filter((d) => d.liked), {
          x: "step", y: "category", r: (d) => radius(d.liked), fill: liked, title}),
        Plot.text(repeats, {x: "step", frameAnchor: "top", dy: -16, text: () => "▼",
                            title: (d) => `step ${d.step} repeats a dominant category`}),
        Plot.ruleX([last + 1], {x: (d) => d, dx: -size / 2 + 2, strokeWidth: 2}),
        Plot.text([last + 1], {x: (d) => d, frameAnchor: "top", dy: -16, dx: -size / 2 + 6,
                               textAnchor: "start", text: () => `end: ${last}`}),
      ],
    });
  }

  // rows: {label, origin, count}. Bars of shares; the label stands above its bar.
  function planners(name, rows) {
    const labels = [...new Set(rows.map((d) => d.label))];
    return draw(name, {
      width: 640,
      height: 44 + labels.length * 36,
      marginLeft: 4, marginRight: 14, marginTop: 6, marginBottom: 34,
      x: {percent: true, label: "% of steps", labelArrow: "none", ticks: 5},
      y: {domain: labels, axis: null, padding: 0},
      color: {domain: origins, range: origins.map((o) => originColours[o])},
      marks: [
        Plot.text(labels, {frameAnchor: "left", y: (d) => d, dy: -9, text: (d) => d}),
        Plot.barX(rows, Plot.stackX({
          order: origins, offset: "normalize", y: "label", x: "count", fill: "origin",
          insetTop: 18, insetBottom: 2, title: (d) => `${d.label}: ${d.count} ${d.origin}`})),
      ],
    });
  }

  function calibration(name, behaviour) {
    const most = d3.max(behaviour.bins, (b) => b.count) || 1;
    return draw(name, {
      width: 320, height: 300, marginLeft: 40, marginBottom: 36, marginTop: 24, marginRight: 12,
      x: {domain: [0, 1], ticks: 5, label: "predicted mean", labelArrow: "none", grid: true},
      y: {domain: [0, 1], ticks: 5, label: "observed rate", labelArrow: "none", grid: true},
      r: {type: "identity"},
      marks: [
        Plot.line([[0, 0], [1, 1]], {stroke: "currentColor", strokeDasharray: "4 3"}),
        Plot.line(behaviour.bins, {x: "predicted", y: "observed", stroke: planned}),
        Plot.dot(behaviour.bins, {
          x: "predicted", y: "observed", fill: planned,
          r: (b) => 2 + 6 * Math.sqrt(b.count / most),
          title: (b) => `predicted ${d3.format(".3f")(b.predicted)}, observed ` +
                        `${d3.format(".3f")(b.observed)}, ${d3.format(",")(b.count)} rows`}),
      ],
    });
  }

  // map: {metric, rows, columns, values}. Darker is higher, within a column; figures stand in cells.
  function heat(name, map) {
    const columns = map.columns.length;
    const cells = map.values.map((value, n) => ({
      row: map.rows[Math.floor(n / columns)], column: map.columns[n % columns], value}));
    for (const of of d3.group(cells, (d) => d.column).values()) {
      const [low, high] = d3.extent(of.filter((d) => d.value !== null), (d) => d.value);
      for (const d of of) d.shade = d.value === null ? 0 : high > low ? (d.value - low) / (high - low) : 0.5;
    }
    const left = 8 + 6.4 * (d3.max(map.rows, (r) => r.length) || 1);
    return draw(name, {
      width: left + 24 + columns * 120, height: 52 + map.rows.length * 24,
      marginLeft: left, marginRight: 12, marginTop: 32, marginBottom: 8,
      x: {type: "band", domain: map.columns, axis: "top", label: null, tickSize: 0},
      y: {type: "band", domain: map.rows, label: null, tickSize: 0},
      marks: [
        Plot.cell(cells, {x: "column", y: "row", fill: planned, fillOpacity: (d) => 0.08 + 0.42 * d.shade,
                          inset: 1}),
        Plot.text(cells, {x: "column", y: "row", fill: "currentColor",
                          text: (d) => (d.value === null ? "failed" : d3.format(".2f")(d.value))}),
      ],
    });
  }

  return {forest, heat, learning, band, timeline, timelineCells, planners, calibration, extent, origins,
          originColours, liked, planned, none};
})();
