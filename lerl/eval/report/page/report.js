"use strict";
// Builds the page from the JSON in #data. Strings from the data are only ever set as text.

(() => {
  const main = document.getElementById("main");
  const nav = document.getElementById("nav");

  // element("p.quiet", {title: "x"}, child, "text", ...)
  function element(kind, attributes = {}, ...children) {
    const [tag, ...classes] = kind.split(".");
    const node = document.createElement(tag);
    if (classes.length) node.className = classes.join(" ");
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  function showError(where, error) {
    main.append(element("p.error", {role: "alert"}, `${where} could not be shown: ${error.message}`));
  }
  window.addEventListener("error", (event) => showError("The page", event));

  const data = JSON.parse(document.getElementById("data").textContent);
  const definitions = new Map(data.metric_definitions.map((m) => [m.name, m]));
  const number = (decimals) => d3.format(`.${decimals}f`);
  const signed = (decimals) => d3.format(`+.${decimals}f`);
  const percent = d3.format(".0%");
  const count = d3.format(",");
  const decimalsOf = (name) => (["T_int", "R_cum", "R_cum_drawn", "category_entropy"].includes(name) ? 2 : 3);

  const list = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));

  // Text that may break after an underscore.
  function breakable(text) {
    const pieces = text.split(/(?<=_)/);
    return element("span", {}, ...pieces.flatMap((p, i) => (i ? [element("wbr"), p] : [p])));
  }

  // The first column names the row. The caption stands above what scrolls.
  function table(caption, head, rows, {words = false} = {}) {
    const node = element("table" + (words ? ".words" : ""), {"aria-label": caption},
      element("thead", {}, element("tr", {}, ...head.map((h) => element("th", {scope: "col"}, h)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, i) =>
        i === 0 ? element("th", {scope: "row"}, breakable(cell)) : element("td", {}, cell))))));
    return element("div.keep-head", {}, element("p.quiet", {}, caption),
      element("div.scroll", {tabindex: "0", role: "region", "aria-label": caption}, node));
  }

  function figure(title, note, make, {scroll = false} = {}) {
    const caption = element("figcaption", {}, element("strong", {}, title),
                            note ? ` ${note}` : null);
    const svg = make();
    return element("figure", {}, caption,
      scroll ? element("div.scroll", {tabindex: "0", role: "region", "aria-label": title}, svg)
             : svg);
  }

  // A section of the page; one that fails says so and leaves the others alone.
  function section(id, title, build) {
    const node = element("section", {id, "aria-labelledby": `${id}-title`},
                         element("h2", {id: `${id}-title`}, title));
    try {
      const parts = build();
      if (!parts || parts.length === 0) return;
      node.append(...parts.filter((part) => part));
      main.append(node);
      nav.firstChild.append(element("li", {}, element("a", {href: `#${id}`}, title)));
    } catch (error) {
      showError(title, error);
    }
  }

  const differenceOf = (row, metric, reference) =>
    row.differences.find((d) => d.metric === metric && d.against === reference);
  // References that some row has a difference against.
  const references = data.references.filter((reference) =>
    data.rows.some((row) => row.differences.some((d) => d.against === reference)));
  const kMain = ["T_int", "R_cum", "R_sin"];
  // Differences that are shown: of the claimed metric, then the other main ones.
  const compared = [...new Set([data.claimed || "R_cum", "R_cum", "T_int"])];

  function intervalCell(interval, format) {
    if (!interval) return "–";
    return element("span", {}, format(interval.mean), element("span.interval", {},
      `${format(interval.low)} to ${format(interval.high)}`));
  }

  const differenceCell = (d, metric) =>
    (d ? intervalCell(d.difference, signed(decimalsOf(metric))) : "–");

  // What the tests of a difference say: the verdict first, then the figures that it rests on.
  function testCells(d) {
    if (!d || !d.test) return ["–", "–", "–", "–"];
    const good = {better: "span.good", worse: "span.bad"}[d.verdict] || "span";
    const p = d.test.p_corrected.difference;
    return [element(good, {}, d.verdict), p < 0.001 ? "<.001" : number(3)(p),
            number(2)(d.test.effect_size), d.improvement ? intervalCell(d.improvement, number(2)) : "–"];
  }

  const asksPlanner = (plans) => plans.fresh + plans.cached + plans.nearest + plans.fallback > 0;
  const plansCell = (plans) => (asksPlanner(plans)
    ? `${plans.fresh} / ${plans.cached} / ${plans.nearest} / ${plans.fallback}` : "–");
  const policyCell = (row) => row.policy + (row.valid ? ""
    : ` (invalid: ${row.invalid_run || "over 5% fallbacks"})`) +
    (row.stale ? " (stale)" : "");
  // Which rows were not made by the program that wrote the page, and why.
  const staleLines = () => data.rows.filter((row) => row.stale)
    .map((row) => element("p.stale", {}, `${row.policy}: stale, not made by this program ` +
      `(${data.commit}): ${row.stale}`));

  // What was found and what was not, then the verdicts that this rests on.
  function summary() {
    if (!data.verdict_lead) return [];
    return [data.headline ? element("p.headline", {}, data.headline) : null,
            element("p", {}, data.verdict_lead), list(data.verdicts),
            element("p.quiet", {}, data.smallest_difference)];
  }

  // One table for each reference.
  function differenceTables() {
    return references.map((reference) =>
      table(`Paired differences against ${reference}, of the rows of its leave rule. Intervals are not ` +
            "corrected for the number of rows; p is, and verdicts follow from it and from tests of " +
            "equivalence and non-inferiority.",
        ["policy", ...compared.flatMap((m) => (m === data.claimed
          ? [`${m} − ${reference}`, "verdict", "corrected p", "effect size", "P(better)"]
          : [`${m} − ${reference}`]))],
        data.rows.filter((row) => compared.some((m) => differenceOf(row, m, reference)))
          .map((row) => [policyCell(row), ...compared.flatMap((m) => {
            const d = differenceOf(row, m, reference);
            return m === data.claimed ? [differenceCell(d, m), ...testCells(d)] : [differenceCell(d, m)];
          })])));
  }

  // Of a study: what was claimed, what of it was shown, and how sure that is.
  function study() {
    if (!data.study) return [];
    const judged = data.study.claims.filter((c) => c.judged)
      .map((c) => ({policy: c.text, mark: c.verdict, ...c.corrected}));
    return [
      data.study.unfit ? element("p.error", {role: "alert"}, data.study.unfit) : null,
      data.study.question ? element("p.headline", {}, data.study.question) : null,
      element("p", {}, data.study.lead), list(data.study.sentences),
      data.study.failed.length ? element("h3", {}, "Failed cells") : null,
      data.study.failed.length ? list(data.study.failed) : null,
      judged.length ? figure("Claims", "difference with its corrected interval; 0 is the level held against",
        () => charts.forest("Differences of the claims with corrected intervals", judged,
                            {zero: true, width: 680}), {scroll: true}) : null,
      ...data.study.heat_maps.map((map) => figure(map.metric, "means by level; darker is higher in a column",
        () => charts.heat(`${map.metric} by the levels of the factors`, map), {scroll: true})),
    ];
  }

  function results() {
    if (!data.rows.length) return [];
    const first = data.rows[0];
    const looks = first.looks ? ` (looks: ${first.looks})` : "";
    const protocol = `${first.users} ${first.held_out} users${looks} × ${first.seeds.length} seeds, one whole ` +
      `session each, no exploration; 95% intervals (${first.interval})`;
    const others = data.metric_definitions.map((m) => m.name).filter((name) =>
      definitions.get(name).in_table && data.rows.some((row) => row.metrics[name]));
    const given = (figure) => (figure === null || figure === undefined ? "–" : count(Math.round(figure)));
    const value = (row, name) => intervalCell(row.metrics[name], number(decimalsOf(name)));
    return [
      ...staleLines(),
      ...summary(),
      element("p.quiet", {}, kMain.filter((m) => definitions.has(m))
        .map((m) => `${m}: ${definitions.get(m).definition}`).join(". ") + "."),
      table(`Satisfaction: ${protocol}.`,
        ["policy", "rank", ...kMain, `interquartile mean of ${data.claimed || "R_cum"}`],
        data.rows.map((row) => [policyCell(row), given(row.rank), ...kMain.map((m) => value(row, m)),
                                intervalCell(row.interquartile_mean, number(2))])),
      ...differenceTables(),
      table("Other metrics, where the plans came from, and what training cost",
        ["policy", ...others.map((m) => m.replaceAll("_", " ")),
         "plans: fresh / cached / nearest / fallback", "same first 3",
         "training sessions", "updates", "training seconds", "training steps/s", "memory MB"],
        data.rows.map((row) => [policyCell(row), ...others.map((m) => value(row, m)),
                                plansCell(row.plans),
                                row.same_first_3 === null ? "–" : percent(row.same_first_3),
                                given(row.training_sessions), given(row.gradient_steps),
                                given(row.training_seconds), given(row.steps_per_second),
                                given(row.memory_mb)])),
      element("details", {}, element("summary", {}, "What the columns mean"),
        list([...data.metric_definitions.map((m) => `${m.name}: ${m.definition}` +
                (m.unit ? ` (${m.unit})` : "") + `; ${m.higher_is_better ? "higher" : "lower"} is better`),
              "rank: by the mean of R_cum among the policies of a leave rule, 1 the highest; no oracle has one",
              "effect size: the difference over the standard deviation of a paired session's difference",
              "P(better): probability that a session of the row beats one of the reference with the " +
              "same user; like the interquartile mean by rliable's definitions, for these users",
              "training sessions, updates, training seconds: of a run, means over seeds; updates are " +
              "gradient steps, seconds those of playing and learning, without warm start and validation",
              "training steps/s: user-steps played and learned from a second, mean over seeds",
              "memory MB: of the whole process at the row's highest; runs beside it count in",
              "same first 3: share of consecutive rankings of a session that start with the same " +
              "three categories, in any order"])),
    ];
  }

  function forests() {
    if (!data.rows.length) return [];
    const of = (metric) => data.rows.filter((row) => row.metrics[metric])
      .map((row) => ({policy: row.policy, ...row.metrics[metric]}));
    const differences = (metric, reference) =>
      data.rows.map((row) => [row, differenceOf(row, metric, reference)]).filter(([, d]) => d)
        .map(([row, d]) => ({policy: row.policy, ...d.difference, mark: d.verdict}));
    const pairs = references.flatMap((reference) => compared.map((m) => [m, reference]));
    const figures = pairs.filter(([m, reference]) => differences(m, reference).length)
      .map(([m, reference]) =>
        figure(`${m} − ${reference}`, "paired difference, 95% interval, uncorrected; 0 is the reference",
               () => charts.forest(`${m}: paired differences against ${reference}`,
                                   differences(m, reference), {zero: true})));
    for (const metric of definitions.values()) {
      if (!kMain.includes(metric.name) && !metric.in_table || !of(metric.name).length) continue;
      figures.push(figure(metric.name,
        `${metric.definition}; ${metric.higher_is_better ? "higher" : "lower"} is better`,
        () => charts.forest(`${metric.name} of each policy`, of(metric.name))));
    }
    return [element("p.quiet", {}, "Dots are means, lines 95% intervals of one figure each; the tables " +
              "above hold the same figures. Words beside a name are verdicts of corrected tests; whether " +
              "intervals overlap says nothing about them."),
            element("div.grid", {}, ...figures)];
  }

  function learningCurves() {
    const curves = data.curves.filter((c) => c.points.length);
    if (!curves.length) return [];
    const policies = d3.group(curves, (c) => c.policy);
    const reference = policies.get(data.references[0]);
    const points = curves.flatMap((c) => c.points);
    const x = [0, d3.max(points, (p) => p.user_steps)];
    const grid = (field, title) => [
      element("h3", {}, title),
      element("div.grid.small", {}, ...[...policies].map(([policy, of]) => figure(policy, "", () =>
        charts.learning(`${title} of ${policy} while learning`, of,
          policy === data.references[0] ? undefined : reference, field,
          {x, y: charts.extent(points.map((p) => p[field]))})))),
    ];
    const rows = [...policies].map(([policy, of]) => {
      const summary = charts.band(of, "r_cum"), lengths = charts.band(of, "t_int");
      const text = (b) => intervalCell(b, number(2));
      return [policy, count(Math.round(summary.at(-1).steps)), text(summary[0]), text(summary.at(-1)),
              text(lengths[0]), text(lengths.at(-1))];
    });
    return [
      element("p.quiet", {}, "Validation users, exploration off. Thick line: mean over seeds; band: lowest to " +
        "highest seed; thin lines: seeds" + (reference ? `; dashed: mean of ${data.references[0]}.` : ".")),
      ...grid("r_cum", "R_cum"), ...grid("t_int", "T_int"),
      table("Start and end of learning: mean over seeds (lowest to highest)",
        ["policy", "user-steps", "R_cum, first", "R_cum, last", "T_int, first", "T_int, last"], rows),
    ];
  }

  function timelineKey() {
    const mark = (inner) => {
      const holder = element("span");
      holder.innerHTML = `<svg width="16" height="16" aria-hidden="true">${inner}</svg>`;
      return holder.firstChild;
    };
    const entry = (inner, text) => element("li", {}, mark(inner), text);
    return element("ul.key", {"aria-label": "Key"},
      entry(`<rect x="1" y="1" width="14" height="14" fill="${charts.planned}" fill-opacity=".25"
              stroke="${charts.planned}"/>`, "planned"),
      entry('<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor"/>', "shown (larger: more items)"),
      entry(`<circle cx="8" cy="8" r="5" fill="${charts.liked}"/>`, "of them liked"),
      entry('<path d="M2 4h12L8 13z" fill="currentColor"/>', "repeats a dominant category"),
      entry('<path d="M8 0v16" stroke="currentColor" stroke-width="2"/>', "the session ended"));
  }

  function stepsTable(session) {
    return table(`${session.policy}, user ${session.user}: what was planned and shown`,
      ["step", "plan", "shown (♥ liked)", "expected reward", "repeat"],
      session.steps.map((step, t) => [
        String(t + 1),
        step.planned.length ? `${step.planned.join(", ")} (${step.origin})` : "–",
        element("span", {}, ...step.items.flatMap((item, i) => [
          i ? element("br") : null,
          `${item.liked ? "♥ " : ""}${item.title} (${item.categories.join(", ") || charts.none})` +
          (item.probability === undefined ? "" : `, p ${number(2)(item.probability)}`)])),
        number(3)(step.expected_reward), step.repeat ? "yes" : ""]), {words: true});
  }

  function sessionFigure(session, categories, steps) {
    const total = d3.sum(session.steps, (s) => s.expected_reward);
    const figureNode = figure(session.policy,
      `${session.steps.length} steps, R ${number(2)(total)}, ` +
      `${session.steps.filter((s) => s.repeat).length} repeats; ${session.end}`,
      () => charts.timeline(`Category timeline of ${session.policy}, user ${session.user}`, session,
                            categories, steps), {scroll: true});
    figureNode.append(element("details", {}, element("summary", {}, "Every step as a table"),
                              stepsTable(session)));
    return figureNode;
  }

  function sessions() {
    if (!data.sessions.length) return [];
    const seen = d3.rollup(data.sessions.flatMap(charts.timelineCells), (d) => d.length, (d) => d.category);
    const categories = [...seen.keys()].sort((a, b) =>
      (a === charts.none) - (b === charts.none) || d3.ascending(a, b));
    const steps = d3.max(data.sessions, (s) => s.steps.length);
    const groups = [...d3.group(data.sessions, (s) => `User ${s.user}, seed ${s.seed}`)];
    return [timelineKey(), ...groups.map(([title, of], i) => {
      const grid = element("div.grid.wide", {}, ...of.map((s) => sessionFigure(s, categories, steps)));
      return i === 0 ? element("div", {}, element("h3", {}, title), grid)
                     : element("details", {}, element("summary", {}, title), grid);
    })];
  }

  function planners() {
    const uses = [
      ...data.rows.map((row) => ({policy: row.policy, phase: "evaluation", plans: row.plans, details: []})),
      ...data.planners,
    ].filter((use) => asksPlanner(use.plans) || use.details.length);
    if (!uses.length) return [];
    const label = (use) => `${use.policy}, ${use.phase}`;
    const bars = uses.flatMap((use) => charts.origins.map((origin) =>
      ({label: label(use), origin, count: use.plans[origin]})));
    const key = element("ul.key", {"aria-label": "Key"}, ...charts.origins.map((origin) => {
      const entry = element("li", {}, origin);
      const swatch = element("span");
      swatch.innerHTML = `<svg width="13" height="13" aria-hidden="true"><rect width="13" height="13"
        fill="${charts.originColours[origin]}"/></svg>`;
      entry.prepend(swatch.firstChild);
      return entry;
    }));
    const details = uses.flatMap((use) => use.details.map(([what, n]) => [label(use), what, count(n)]));
    return [
      key,
      figure("Where the plans came from", "share of steps", () => charts.planners("Planner calls", bars)),
      table("Planner calls (steps)", ["policy, phase", ...charts.origins],
        uses.map((use) => [label(use), ...charts.origins.map((o) => count(use.plans[o]))])),
      details.length ? table("Fallbacks, widenings and other events", ["policy, phase", "event", "count"],
                             details, {words: true}) : null,
    ];
  }

  function responseModel() {
    const model = data.response_model;
    if (!model.behaviours.length) return [];
    const spread = model.random_reward > 0 ? model.oracle_reward / model.random_reward : NaN;
    return [
      element("p", {}, `${model.name}, on held-out interactions. Mean step reward: random slates ` +
        `${number(3)(model.random_reward)}, best slates (oracle) ${number(3)(model.oracle_reward)}, ` +
        `spread ${number(2)(spread)} (at least 1.3 is needed).`),
      table("Held-out fit", ["behaviour", "AUC", "log loss", "calibration error (ECE)", "base rate"],
        model.behaviours.map((b) => [b.name, number(3)(b.auc), number(3)(b.log_loss),
                                     number(3)(b.calibration_error), number(3)(b.base_rate)])),
      element("div.grid", {}, ...model.behaviours.map((b) => figure(`Calibration: ${b.name}`,
        "larger dots hold more rows; the dashed line is perfect", () =>
        charts.calibration(`Calibration of ${b.name}`, b)))),
      ...model.behaviours.map((b) => element("details", {},
        element("summary", {}, `Calibration of ${b.name} as a table`),
        table(`Calibration of ${b.name}`, ["predicted mean", "observed rate", "rows"],
          b.bins.map((bin) => [number(3)(bin.predicted), number(3)(bin.observed), count(bin.count)])))),
    ];
  }

  function configuration() {
    return [
      data.dataset_lines.length ? element("h3", {}, "Data") : null,
      data.dataset_lines.length ? element("pre", {}, data.dataset_lines.join("\n")) : null,
      element("h3", {}, "Settings"),
      element("p", {}, `Seeds: ${data.seeds.join(", ")}`),
      element("pre", {}, data.config_text),
    ];
  }

  nav.append(element("ul"));
  document.getElementById("head").append(...data.notes.map((note) => element("p", {}, note)));
  section("verdicts", "Verdicts", study);
  section("results", "Results", results);
  section("forests", "Intervals", forests);
  section("learning", "Learning curves", learningCurves);
  section("sessions", "Sample sessions", sessions);
  section("planners", "Planner calls", planners);
  section("response-model", "Response model", responseModel);
  section("configuration", "Data and settings", configuration);
  document.getElementById("foot").append(
    [data.created, data.commit && `commit ${data.commit}`, data.machine].filter((x) => x).join(" · "));
  document.documentElement.dataset.ready = "true";
})();
