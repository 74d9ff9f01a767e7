// The experiment between the policies: who gets what, how sure it is, what was decided.

import {byId, count, day, element, fixed, foreign, percent, plural, signed} from "./dom.js";
import {intervalDrawing, scaleOf} from "./figures.js";

const points = (value) => signed(fixed(100 * value));

// What is so now, as parts of a sentence; names of policies are texts of the service.
function stateText({state, from, until, policies}) {
  const all = foreign(policies.find((policy) => policy.share_now === 1)?.policy ?? "");
  if (state === "waiting")
    return [`It begins on ${day(from)}; until then `, all, " serves everybody."];
  if (state === "over") return [`It was over on ${day(until)}; `, all, " serves everybody."];
  if (state === "decided") return ["It is decided: ", all, " serves everybody."];
  return [`Users are split by chance${until ? `, until ${day(until)}` : ""}.`];
}

function verdict({difference, decision}, first) {
  if (decision?.outcome === "worse")
    return [`Stopped on ${day(decision.at)}: it is worse. New sessions of its users get `,
            foreign(first.policy), "."];
  if (decision) return [`Decided on ${day(decision.at)}: it is better, and serves everybody.`];
  if (difference.low > 0) return ["better so far"];
  if (difference.high < 0) return ["worse so far"];
  return ["no clear difference so far"];
}

function differenceCell(policy, first, smallest, scale) {
  const name = `Difference from ${first.policy}`;
  const cell = element("td", {role: "cell", "data-name": name});
  const {difference, decision} = policy;
  if (difference !== null) {
    const range = `95%: ${points(difference.low)} to ${points(difference.high)}`;
    cell.append(intervalDrawing(`${name}: ${points(difference.mean)} points, ${range}`, difference,
                                scale, true),
                element("span.number", {}, `${points(difference.mean)} points`), " ",
                element("span.range", {}, range));
  }
  if (difference !== null || decision !== null)
    cell.append(element("div.verdict", {}, ...verdict(policy, first)));
  else
    cell.append(element("span.quiet", {}, policy === first ? "the reference"
      : `too few users to say (${count(smallest)} of each)`));
  return cell;
}

const kHead = ["Policy", "Users who get it now", "Users counted", "Share liked, mean of users"];

function row(policy, first, smallest, scale) {
  const cell = (n, text) => element("td", {role: "cell", "data-name": kHead[n]}, text);
  const share = policy.share === policy.share_now ? "" : ` (set: ${percent(policy.share)})`;
  return element("tr", {role: "row"},
    element("th", {scope: "row", role: "rowheader"}, foreign(policy.policy)),
    cell(1, percent(policy.share_now) + share), cell(2, count(policy.users)),
    cell(3, policy.share_liked === null ? "–" : percent(policy.share_liked)),
    differenceCell(policy, first, smallest, scale));
}

// `experiment` is null where the users are not split.
export function showExperiment(experiment) {
  const root = byId("experiment");
  root.hidden = experiment === null;
  if (experiment === null) return;
  const {policies} = experiment;
  const [first] = policies;
  const differences = policies.map((policy) => policy.difference).filter((mean) => mean);
  const scale = differences.length ? scaleOf(differences, true) : [0, 0];
  const counted = experiment.counted_until
    ? ` that began before ${day(experiment.counted_until)}` : "";
  root.replaceChildren(
    element("h2", {id: "experiment-title"}, "Experiment ", foreign(experiment.name)),
    element("p", {}, ...stateText(experiment)),
    element("table.policies", {role: "table", "aria-labelledby": "experiment-title"},
      element("thead", {role: "rowgroup"}, element("tr", {role: "row"},
        ...[...kHead, `Difference from ${first.policy}`].map((text) =>
          element("th", {scope: "col", role: "columnheader"}, text)))),
      element("tbody", {role: "rowgroup"},
        ...policies.map((policy) => row(policy, first, experiment.smallest_experiment, scale)))),
    element("p.quiet.small", {}, `Over ${plural(experiment.sessions, "session")}${counted}. Each ` +
      "user counts once, with the policy that the split chose. These intervals hold however " +
      "often they are looked at, and are wider for it than those above."));
}
