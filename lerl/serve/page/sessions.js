// Live sessions: what is known of them, merged from the store and from events, and how they look.

import {ago, byId, count, element, foreign, planChips, plural, setText, unseen} from "./dom.js";

const kKept = 40;
const kShown = 12;
const kStrip = 16;  // steps
const kTired = 3;   // slates
const kTiredShown = 3;

const marks = {liked: "♥", passed: "–", open: "·"};
const words = {liked: "liked: ", passed: "passed: ", open: ""};

export class Sessions {
  constructor() {
    this.known = new Map();
    this.cards = new Map();  // by session: {item, drawn}
    this.tick = 0;
    this.clock = () => Date.now();  // of the service
    this.behaviour = "like";        // the main one
  }

  // A session as the API shows it. What events said since `mark` is newer than that.
  put(stored, mark) {
    const session = this.get(stored.session);
    Object.assign(session, {user: stored.user, policy: stored.policy, end: stored.end,
                            ended: stored.ended_at !== null || session.ended});
    session.begun = Date.parse(stored.started_at);
    for (const slate of stored.slates || []) session.slates[slate.step] = slate;
    for (const record of stored.feedback || []) this.answer(session, record, mark);
    const newest = session.slates.at(-1);
    session.active = Math.max(session.active, newest ? Date.parse(newest.shown_at) : 0,
                              session.begun);
    this.touch(session);
  }

  get(id) {
    let session = this.known.get(id);
    if (!session) {
      session = {id, user: "", policy: "", ended: false, end: "", slates: [], active: 0,
                 answers: new Map(), version: 0};
      this.known.set(id, session);
    }
    return session;
  }

  touch(session) {
    this.tick += 1;
    session.version = this.tick;
  }

  answer(session, record, mark = Infinity) {
    const key = `${record.step} ${record.item}`;
    const before = session.answers.get(key);
    if (before && before.tick > mark) return;
    session.answers.set(key, {said: {...before?.said, ...record.behaviours}, tick: this.tick});
  }

  // Takes an event; false where it is of a session that is not known.
  take(name, data) {
    if (name === "session") {
      this.put(data, this.tick);
      return true;
    }
    if (name === "forget") {
      for (const id of data.sessions) {
        this.known.delete(id);
        this.cards.delete(id);
      }
      return true;
    }
    const session = this.known.get(data.session);
    if (!session) return false;
    this.touch(session);
    session.active = this.clock();
    if (name === "slate") session.slates[data.step] ??= data;
    if (name === "feedback") data.events.forEach((event) => this.answer(session, event));
    if (name === "end") Object.assign(session, {ended: true, end: data.end});
    return true;
  }

  // Newest first.
  newest() {
    const list = [...this.known.values()].sort((a, b) => b.active - a.active);
    for (const session of list.splice(kKept)) {
      this.known.delete(session.id);
      this.cards.delete(session.id);
    }
    return list;
  }

  show() {
    const root = byId("sessions");
    const list = this.newest().slice(0, kShown);
    byId("no-session").hidden = list.length > 0;
    list.forEach((session, n) => {
      const item = this.card(session);
      if (root.children[n] !== item) root.insertBefore(item, root.children[n] || null);
    });
    while (root.children.length > list.length) root.lastChild.remove();
  }

  showAges() {
    for (const [id, card] of this.cards) {
      const session = this.known.get(id);
      if (session) setText(card.item.querySelector(".when"), ago(this.clock() - session.active));
    }
  }

  card(session) {
    let card = this.cards.get(session.id);
    if (card && card.drawn === session.version) return card.item;
    if (!card) {
      card = {item: element("li.session", {"data-session": session.id}), drawn: 0};
      this.cards.set(session.id, card);
    } else if (session.slates.length > card.slates) {
      card.item.classList.remove("arrives");
      void card.item.offsetWidth;  // so that it is animated again
      card.item.classList.add("arrives");
    }
    const was = card.item.querySelector("details");
    const open = was !== null && was.open;
    const focused = was !== null && was.contains(document.activeElement);
    card.item.replaceChildren(...this.parts(session, open));
    if (focused) card.item.querySelector("summary")?.focus();
    card.drawn = session.version;
    card.slates = session.slates.length;
    return card.item;
  }

  // What the user said of an item: "liked", "passed" or, so far, nothing ("open").
  kind(session, slate, item) {
    const value = session.answers.get(`${slate.step} ${item.item}`)?.said[this.behaviour];
    if (value === undefined) return "open";
    return value > 0 ? "liked" : "passed";
  }

  // Categories that the user seems to be tired of: shown in at least kTired slates that were answered
  // since one of their items was last liked. The most slates first.
  tiredOf(session) {
    const passed = new Map();
    for (const slate of session.slates.filter((one) => one)) {
      const answered = new Map();  // whether one of its items was liked
      for (const item of slate.items) {
        const kind = this.kind(session, slate, item);
        if (kind === "open") continue;
        for (const category of item.categories)
          answered.set(category, answered.get(category) || kind === "liked");
      }
      for (const [category, liked] of answered)
        passed.set(category, liked ? 0 : (passed.get(category) || 0) + 1);
    }
    return [...passed].filter(([, slates]) => slates >= kTired).sort((a, b) => b[1] - a[1])
      .slice(0, kTiredShown);
  }

  tiredLine(session) {
    const tired = this.tiredOf(session);
    if (!tired.length) return null;
    return element("p.tired.small.quiet", {title: "shown and answered, and none of them liked"},
      "Tired of ", ...tired.flatMap(([category, slates], n) => [n ? ", " : "", foreign(category),
        ` (${plural(slates, "slate")} without a like)`]));
  }

  // A column of dots for each step: filled where liked, a dash where passed, a ring without answer.
  strip(session) {
    const slates = session.slates.filter((slate) => slate).slice(-kStrip);
    const liked = slates.map((slate) =>
      slate.items.filter((item) => this.kind(session, slate, item) === "liked").length);
    const name = `Liked by step: ${slates.map((slate, n) =>
      `${liked[n]} of ${slate.items.length}`).join(", ")}`;
    return element("div.strip", {role: "img", "aria-label": name},
      ...slates.map((slate) => element("span", {}, ...slate.items.map((item) =>
        element(`i.dot.${this.kind(session, slate, item)}`)))));
  }

  slateParts(session, slate) {
    return element("div.slate", {},
      element("div.planned", {},
        element("span.step", {}, `Step ${slate.step + 1} planned`), planChips(slate.plan),
        element("span.tag", {}, unseen("origin of the plan: "), slate.origin),
        slate.reason ? element("span.reason", {}, foreign(slate.reason)) : null),
      element("ul.titles", {}, ...slate.items.map((item) => {
        const kind = this.kind(session, slate, item);
        return element(`li.${kind}`, {},
          element("span.mark", {"aria-hidden": "true"}, marks[kind]),
          element("span", {title: item.title.slice(0, 300)}, unseen(words[kind]),
                  foreign(item.title)));
      })));
  }

  parts(session, open) {
    const slates = session.slates.filter((slate) => slate);
    const newest = slates.at(-1);
    const shown = slates.reduce((total, slate) => total + slate.items.length, 0);
    const liked = [...session.answers.values()].filter(({said}) => said[this.behaviour] > 0).length;
    const parts = [element("header", {},
      element("h3", {}, unseen("Session of "), "User ", foreign(session.user)),
      element("span.tag", {}, unseen("policy: "), foreign(session.policy)),
      element(session.ended ? "span.state.over" : "span.state.runs", {},
              session.ended ? `ended${session.end ? ` (${session.end})` : ""}` : "running"),
      element("span.small.quiet", {},
              `${plural(slates.length, "step")}, ${count(liked)} of ${count(shown)} liked`),
      element("span.when", {}, ago(this.clock() - session.active)))];
    if (!newest) {
      parts.push(element("p.quiet.small", {}, "No slate has been asked for."));
      return parts;
    }
    parts.push(element("div.latest", {}, this.slateParts(session, newest), this.strip(session)));
    const tired = this.tiredLine(session);
    if (tired) parts.push(tired);
    const earlier = slates.slice(0, -1).reverse();
    if (earlier.length)
      parts.push(element("details", open ? {open: true} : {},
        element("summary", {}, plural(earlier.length, "earlier slate")),
        ...earlier.map((slate) => this.slateParts(session, slate))));
    return parts;
  }
}
