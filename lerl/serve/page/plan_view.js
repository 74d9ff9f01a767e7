// How the plan of a session moved: categories by step, with what was liked of them.

import {element, foreign, unseen} from "./dom.js";

const kSteps = 8;
const kStepsOfPhones = 5;

const kAll = "all categories";

// One cell: whether the category was planned at that step and in which place, and what was liked.
function cell(slate, category, likedItems) {
  if (!slate) return element("td.filler");
  const place = slate.plan.length ? slate.plan.indexOf(category) : (category === kAll ? 0 : -1);
  const liked = likedItems(slate).filter((item) =>
    category === kAll || item.categories.includes(category)).length;
  const says = [place >= 0 && category !== kAll ? `planned, place ${place + 1}` : null,
                place >= 0 && category === kAll ? "open to all" : null,
                liked ? `${liked} liked` : null].filter((part) => part).join(", ");
  return element(place >= 0 ? "td.planned" : "td", {},
    unseen(says || "not planned"),
    element("span", {"aria-hidden": "true"},
      place >= 0 ? (category === kAll ? "∗" : String(place + 1)) : "",
      liked ? element("span.hearts", {}, "♥".repeat(Math.min(liked, 2)))
            : null));
}

// likedItems(slate) gives the items of a slate that the user likes.
export function planView(slates, likedItems) {
  const columns = matchMedia("(max-width: 34rem)").matches ? kStepsOfPhones : kSteps;
  const steps = slates.slice(-columns);
  const categories = [];
  for (const slate of steps)
    for (const category of slate.plan.length ? slate.plan : [kAll])
      if (!categories.includes(category)) categories.push(category);
  const fill = Array.from({length: columns - steps.length});
  return element("div.history", {},
    element("h3", {}, "How the plan moved"),
    element("table", {"aria-label": "Places of categories in the plan, by step"},
      element("colgroup", {}, element("col.first"), ...Array.from({length: columns}, () =>
        element("col"))),
      element("thead", {}, element("tr", {}, element("td.filler"), ...steps.map((slate) =>
        element("th", {scope: "col"}, unseen("step "), String(slate.step + 1))),
        ...fill.map(() => element("td.filler")))),
      element("tbody", {}, ...categories.map((category) => element("tr", {},
        element("th", {scope: "row"}, foreign(category)),
        ...steps.map((slate) => cell(slate, category, likedItems)),
        ...fill.map(() => cell(null)))))),
    element("p.key.small.quiet", {}, "Filled: planned at that step, with its place in the plan. " +
            "♥: one item of the category was liked, ♥♥: two or more."));
}
