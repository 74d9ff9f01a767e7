// The apprentice: how much of what the product shows it would show too, and whether it serves.

import {byId, count, day, element, foreign, percent} from "./dom.js";
import {intervalDrawing} from "./figures.js";

function state({policy, serves, since, needed}) {
  if (serves) return [foreign(policy), ` agreed with the product, and serves since ${day(since)}.`];
  return ["What the product shows is shown; ", foreign(policy), " answers beside it. It serves " +
    `once it agrees with more than ${percent(needed)} of that, for sure.`];
}

function agreement({users, smallest, agreement, interval}) {
  if (agreement === null) return ["No session is old enough to count yet."];
  const mean = `Agreement over ${count(users)} users: ${percent(agreement)}`;
  if (interval === null) return [`${mean} (an interval needs ${count(smallest)}).`];
  const range = `95%: ${percent(interval.low)} to ${percent(interval.high)}`;
  return [intervalDrawing(`${mean}, ${range}`, interval, [0, 1]), `${mean} `,
          element("span.range", {}, range)];
}

// `apprentice` is null where there is none.
export function showApprentice(apprentice) {
  const root = byId("apprentice");
  root.hidden = apprentice === null;
  if (apprentice === null) return;
  const lines = [element("p", {}, ...state(apprentice))];
  if (!apprentice.serves) lines.push(element("p", {}, ...agreement(apprentice)));
  root.replaceChildren(element("h2", {id: "apprentice-title"}, "Apprentice"), ...lines);
}
