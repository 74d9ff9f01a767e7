// Numbers and their drawings: the last hour, policies side by side, planners, the store.

import {byId, bytes, count, element, fixed, foreign, percent, plural, setText, signed, svg}
  from "./dom.js";

const kWidth = 240;
const kHeight = 56;
const kFewest = 10;  // sessions of a policy, before it is called better or worse

function drawing(name, ...parts) {
  return svg("svg", {role: "img", "aria-label": name, viewBox: `0 0 ${kWidth} ${kHeight}`,
                     preserveAspectRatio: "none"}, ...parts);
}

const line = (kind, x1, y1, x2, y2) => svg("line", {class: kind, x1, y1, x2, y2});

// Values by minute, null where there is none; the newest minute is not over.
function bars(name, values, top) {
  const step = kWidth / values.length;
  const parts = values.map((value, n) => svg("rect", {
    class: n + 1 === values.length ? "now" : "bar-of-minute", x: n * step + 0.4,
    width: step - 0.8, y: kHeight - (value / top) * kHeight, height: (value / top) * kHeight}));
  return drawing(name, line("grid", 0, 0, kWidth, 0), line("grid", 0, kHeight, kWidth, kHeight),
                 ...parts);
}

function points(name, values, top) {
  const step = kWidth / values.length;
  const places = values.map((value, n) => (value === null ? null
    : [(n + 0.5) * step, kHeight - (value / top) * kHeight])).filter((place) => place);
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return drawing(name, line("grid", 0, 0, kWidth, 0), line("grid", 0, kHeight, kWidth, kHeight),
    svg("polyline", {class: "path", points: path}),
    ...places.map(([x, y]) => line("point", x, y, x, y)));
}

// A round number that no value is above.
function roundTop(values, least) {
  const most = Math.max(least, ...values.filter((value) => value !== null));
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= most * 0.999);
}

const sum = (list, field) => list.reduce((total, entry) => total + entry[field], 0);

// What each figure of the last hour shows.
const kFigures = [
  {
    title: "Slates per minute", kind: "", draw: bars,
    values: (minutes) => minutes.map((m) => m.slates),
    top: (values) => roundTop(values, 4),
    label: count,
    now: (minutes, begun) => fixed(sum(minutes.slice(-5), "slates") / (4 + begun)),
    unit: "in the last 5 minutes",
  },
  {
    title: "Share liked", kind: ".liked", draw: points,
    values: (minutes) => minutes.map((m) => (m.items_shown ? m.items_liked / m.items_shown : null)),
    top: () => 1,
    label: (value) => `${Math.round(100 * value)}%`,
    now: (minutes) => (sum(minutes, "items_shown")
      ? percent(sum(minutes, "items_liked") / sum(minutes, "items_shown")) : "–"),
    unit: "of items in 60 minutes",
  },
  {
    title: "Steps per session", kind: "", draw: points,
    values: (minutes) => minutes.map((m) => m.slates_per_session),
    top: (values) => roundTop(values, 4),
    label: count,
    now: (minutes) => {
      const sessions = sum(minutes, "sessions");
      if (sessions === 0) return "–";
      return fixed(minutes.reduce((total, m) => total + m.sessions * m.slates_per_session, 0) /
                   sessions);
    },
    unit: "of sessions of 60 minutes, so far",
  },
];

let drawnMinutes = "";

// `at`: when the service counted.
export function showFigures(minutes, at) {
  const begun = Math.max(0.05, (Date.parse(at) - Date.parse(minutes.at(-1).from)) / 60000);
  const root = byId("figures");
  if (root.childElementCount === 0)
    root.append(...kFigures.map((figure) => element("div.panel", {},
      element("div.head", {}, element("h2", {}, figure.title),
              element("p.age", {"data-age": ""})),
      element("p.value", {}, element("span", {}, ""), " ", element("small", {}, figure.unit)),
      element(`div.chart${figure.kind}`))));
  const text = JSON.stringify(minutes);
  kFigures.forEach((figure, n) => {
    const panel = root.children[n];
    const now = figure.now(minutes, begun);
    setText(panel.querySelector(".value span"), now);
    if (drawnMinutes === text) return;
    const values = figure.values(minutes);
    const top = figure.top(values);
    const seen = values.filter((value) => value !== null && value > 0);
    const name = `${figure.title} over 60 minutes, a mark for each minute: ${now} ` +
      `${figure.unit}; most in a minute ${seen.length ? figure.label(Math.max(...seen)) : "none"}`;
    panel.querySelector(".chart").replaceChildren(
      figure.draw(name, values, top),
      element("div.scale", {"aria-hidden": "true"}, element("span.top", {}, figure.label(top)),
              element("span.bottom", {}, figure.label(0))),
      element("div.times", {"aria-hidden": "true"}, element("span", {}, "60 min ago"),
              element("span", {}, "now")));
  });
  drawnMinutes = text;
}

// A mean and its interval on a scale that all policies share.
export function intervalDrawing(name, mean, [low, high], zero = false) {
  const x = (value) => (((value - low) / (high - low || 1)) * kWidth).toFixed(1);
  const parts = [line("grid", 0, 8, kWidth, 8)];
  if (zero) parts.push(line("zero", x(0), 0, x(0), 16));
  if (mean.low !== null) parts.push(line("reach", x(mean.low), 8, x(mean.high), 8));
  parts.push(line("mean", x(mean.mean), 8, x(mean.mean), 8));
  return svg("svg", {class: "interval", viewBox: `0 0 ${kWidth} 16`, role: "img",
                     "aria-label": name, preserveAspectRatio: "none"}, ...parts);
}

export function scaleOf(means, zero = false) {
  const values = means.flatMap((m) => [m.low, m.high, m.mean]).filter((v) => v !== null);
  if (zero) values.push(0);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

function rangeText(mean, write) {
  if (mean.low === null) return "an interval needs two sessions";
  if (mean.low === mean.high) return "all alike so far";
  return `95%: ${write(mean.low)} to ${write(mean.high)}`;
}

function meanCell(name, mean, scale, write, zero = false) {
  const cell = element("td", {role: "cell", "data-name": name});
  if (!mean || mean.mean === null) {
    cell.append(element("span.quiet", {}, "no session yet"));
    return cell;
  }
  const range = rangeText(mean, write);
  cell.append(intervalDrawing(`${name}: ${write(mean.mean)}, ${range}`, mean, scale, zero),
              element("span.number", {}, write(mean.mean)), " ",
              element("span.range", {}, `${range}, n = ${count(mean.sessions)}`));
  return cell;
}

// What a difference says, by its own interval. Of few sessions, which may all be alike by chance,
// it says nothing.
function verdict(mean, fewest) {
  if (mean.low === null || fewest < kFewest)
    return `too few sessions to say (${kFewest} of each)`;
  if (mean.low > 0) return "higher";
  if (mean.high < 0) return "lower";
  return "no clear difference";
}

function differenceCell(policy, first, figure, scale) {
  const name = `${figure.short}, difference from ${first.policy}`;
  const cell = element("td", {role: "cell", "data-name": name});
  if (policy === first || policy.difference === null) {
    cell.append(element("span.quiet", {}, policy === first ? "the reference" : "no session yet"));
    return cell;
  }
  const mean = policy.difference[figure.field];
  const filled = meanCell(name, mean, scale, figure.writeDifference, true);
  filled.querySelector(".number").append(figure.unit);
  filled.append(element("div.verdict", {}, verdict(mean,
    Math.min(policy[figure.field].sessions, first[figure.field].sessions))));
  return filled;
}

// What policies are held against each other by.
const kCompared = [
  {field: "share_liked", title: "Share liked per slate", short: "Share liked", write: percent,
   writeDifference: (value) => signed(fixed(100 * value)), unit: " points"},
  {field: "slates_per_session", title: "Slates per session", short: "Slates per session",
   write: fixed, writeDifference: (value) => signed(fixed(value, 2)), unit: ""},
];

// How much of what was shown a policy would have shown too, where it was a shadow.
function shadowLine(agreement) {
  if (agreement.mean === null) return [];
  return [element("small", {}, `as a shadow it would show ${percent(agreement.mean)} of what is ` +
                               `shown (${rangeText(agreement, percent)}, ` +
                               `n = ${count(agreement.sessions)})`)];
}

export function showPolicies(statistics) {
  const {policies} = statistics;
  const [first] = policies;
  const several = policies.length > 1;
  const head = ["Policy"];
  const rows = policies.map((policy) => [element("th", {scope: "row", role: "rowheader"},
    foreign(policy.policy),
    element("small", {}, `${plural(policy.sessions, "session")}, ` +
                         `${count(policy.running)} running`),
    element("small", {}, plural(policy.slates, "slate")),
    ...shadowLine(policy.agreement))]);
  for (const figure of kCompared) {
    const scale = scaleOf(policies.map((p) => p[figure.field]));
    const differences = scaleOf(policies.filter((p) => p.difference)
      .map((p) => p.difference[figure.field]), true);
    head.push(figure.title);
    if (several) head.push(`Difference from ${first.policy}`);
    policies.forEach((policy, n) => {
      rows[n].push(meanCell(figure.title, policy[figure.field], scale, figure.write));
      if (several) rows[n].push(differenceCell(policy, first, figure, differences));
    });
  }
  byId("policies").replaceChildren(element("table.policies",
    {role: "table", "aria-labelledby": "policies-title"},
    element("thead", {role: "rowgroup"}, element("tr", {role: "row"}, ...head.map((text) =>
      element("th", {scope: "col", role: "columnheader"}, text)))),
    element("tbody", {role: "rowgroup"}, ...rows.map((cells) =>
      element("tr", {role: "row"}, ...cells)))));
  setText(byId("policies-note"), `Over the newest ${plural(statistics.sessions, "session")} ` +
    `(at most ${count(statistics.most_sessions)}); n counts those with a slate. A session that ` +
    "still runs counts with what it has. Whether two policies differ is for the interval of " +
    "their difference, not for whether theirs overlap.");
}

function facts(pairs) {
  return pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
}

export function showPlanners(policies, statistics) {
  byId("planners").replaceChildren(...policies.map((policy) => {
    const figures = statistics.policies.find((p) => p.policy === policy.policy);
    const origins = Object.entries(figures ? figures.origins : {}).sort((a, b) => b[1] - a[1]);
    const health = policy.planner_health;
    const list = element("dl.facts", {},
      ...facts(origins.map(([origin, number]) => [`plans of origin ${origin}`, count(number)])));
    if (origins.length === 0) list.append(...facts([["plans", "none yet"]]));
    if (health) {
      list.append(...facts([
        ["answers", count(health.answers)],
        ["seconds per answer", health.answers ? fixed(health.seconds_per_answer, 2) : "–"],
        ["in time, kept, fallback",
         [health.in_time, health.kept, health.fallback].map(count).join(", ")],
        ["waiting", count(health.waiting)],
        ["failures", count(health.failures)],
      ]));
      list.append(element("dt", {}, "last failure"), element("dd.wide", {},
        health.last_failure ? foreign(health.last_failure) : "none"));
    }
    return element("div.planner", {},
      element("h3", {}, foreign(policy.policy), " ", element("small", {},
        `${policy.agent}, plans by ${policy.planner}`)),
      list, health ? null : element("p.small.quiet", {}, "It asks no language model."));
  }));
}

export function showStore(store) {
  byId("store").replaceChildren(...facts([
    ["size", bytes(store.bytes)], ["sessions", count(store.sessions)],
    ["slates", count(store.slates)], ["feedback", count(store.feedback)]]));
}
