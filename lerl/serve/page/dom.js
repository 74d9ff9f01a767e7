// What all pages share: elements, and how things are written. Strings of the service are only ever
// set as text.

// element("p.quiet", {title: "x"}, child, "text", ...)
export function element(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export const byId = (id) => document.getElementById(id);

// Text of the service, on its own in the direction of its script, whatever marks it holds.
export const foreign = (text) => element("bdi", {dir: "auto"}, text);

export const unseen = (text) => element("span.unseen", {}, text);

// Changes a text only where it is another one, so that screen readers stay quiet.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export const count = (value) => value.toLocaleString("en-GB");
export const fixed = (value, decimals = 1) =>
  value.toFixed(decimals).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
export const percent = (share) => `${fixed(100 * share)}%`;
export const signed = (text) => (text.startsWith("−") ? text : `+${text}`);
export const plural = (number, word, words = `${word}s`) =>
  `${count(number)} ${number === 1 ? word : words}`;
export const day = (time) => `${new Date(time).toLocaleString("en-GB",
  {dateStyle: "medium", timeStyle: "short", timeZone: "UTC"})} UTC`;

export function bytes(value) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let n = 0;
  while (value >= 1000 && n + 1 < units.length) {
    value /= 1000;
    n += 1;
  }
  return `${n === 0 ? count(value) : fixed(value)} ${units[n]}`;
}

export function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

// A plan's categories as chips; those of `before`, where it is given, are not new.
export function planChips(plan, before = null) {
  if (plan.length === 0) return element("ul.chips", {},
    element("li.chip.other", {}, "all categories"));
  return element("ul.chips", {}, ...plan.map((category) => {
    const isNew = before !== null && !before.includes(category);
    return element(isNew ? "li.chip.new" : "li.chip", {}, isNew ? unseen("new: ") : null,
                   foreign(category));
  }));
}
