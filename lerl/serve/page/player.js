// One session of the page on which a person plays: its slates, and what the person says of them.

import {api} from "./api.js";
import {element, foreign, planChips, unseen} from "./dom.js";
import {planView} from "./plan_view.js";

const kTries = 3;

function randomId() {
  const digits = crypto.getRandomValues(new Uint8Array(16));
  return [...digits].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const newUser = () => `try-${randomId().slice(0, 8)}`;

// Repeats a request that may be repeated while the service can't be reached.
async function insist(request) {
  for (let n = 1; ; ++n) {
    try {
      return await request();
    } catch (error) {
      if (error.status !== 0 || n === kTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * n));
    }
  }
}

const list = (names) => element("span", {}, ...names.flatMap((name, n) =>
  (n ? [", ", foreign(name)] : [foreign(name)])));

export class Player {
  // `said` holds what the person said of items in any session, by item. onAnswer(item, liked)
  // tells the page of an answer that was given here.
  constructor(policy, {behaviour, said, onAnswer, number}) {
    Object.assign(this, {policy, behaviour, said, onAnswer, number});
    this.slates = [];
    this.answers = [];  // by step: item -> liked
    this.over = "";
    this.sending = Promise.resolve();
    const title = `player-${number}`;
    this.body = element("div.player-body");
    this.root = element("section.player", {"aria-labelledby": title},
      element("header", {}, element("h2", {id: title}, unseen("Session under "),
                                    foreign(policy.policy)),
        element("span.small.quiet", {}, `${policy.agent}, plans by ${policy.planner}`)));
  }

  async start(user) {
    const started = await api.start(user, this.policy.policy);
    [this.session, this.knownUser] = [started.session, started.known_user];
    await this.next();
  }

  get slate() { return this.slates.at(-1); }

  async next(wish = "") {
    if (this.over) return;
    await this.sending;
    try {
      const slate = await insist(() => api.slate(this.session, this.slates.length, wish));
      this.slates.push(slate);
      this.answers.push(new Map());
    } catch (error) {
      if (error.status !== 409) throw error;
      this.over = error.message;
    }
    this.show();
    if (!this.over)
      for (const item of this.slate.items)
        if (this.said.has(item.item)) this.answer(item.item, this.said.get(item.item), true);
  }

  async end() {
    if (!this.session) return;
    try {
      await this.sending;
      await api.end(this.session);
    } catch (error) {
      // A session that is not ended now ends for want of requests.
    }
  }

  answered() { return this.over ? 0 : this.answers.at(-1).size; }
  count() { return this.over ? 0 : this.slate.items.length; }

  // Says that the person likes or passes an item of the slate. `known`: it was said before.
  answer(item, liked, known = false) {
    const answers = this.answers.at(-1);
    if (this.over || answers.get(item) === liked) return;
    if (!this.slate.items.some((shown) => shown.item === item)) return;
    const before = answers.get(item);
    answers.set(item, liked);
    this.mark(item, known ? "as you said before" : "");
    const step = this.slate.step;
    const event = {id: randomId(), step, item, behaviours: {[this.behaviour]: liked ? 1 : 0},
                   happened_at: new Date().toISOString()};
    this.sending = this.sending
      .then(() => insist(() => api.feedback(this.session, [event])))
      .catch((error) => {
        if (before === undefined) answers.delete(item);
        else answers.set(item, before);
        if (this.slate.step === step) this.mark(item, `not taken: ${error.message}`, true);
      });
    if (!known) this.onAnswer(this, item, liked);
    this.showPlan();
  }

  mark(item, note, failed = false) {
    const {node, like, pass, said} = this.items.get(item);
    const liked = this.answers.at(-1).get(item);
    node.className = `item ${liked === undefined ? "" : liked ? "liked" : "passed"}`;
    like.setAttribute("aria-pressed", String(liked === true));
    pass.setAttribute("aria-pressed", String(liked === false));
    like.firstChild.textContent = liked ? "♥" : "♡";
    said.textContent = note;
    said.hidden = note === "";
    said.className = failed ? "note failed" : "note";
    if (failed) said.setAttribute("role", "alert");
  }

  likedOf(slate) {
    return slate.items.filter((item) => this.answers[slate.step].get(item.item) === true);
  }

  show() {
    const [header] = this.root.children;
    if (this.over) {
      this.heading = element("h3.step-title", {tabindex: "-1"}, "This session is over");
      this.root.replaceChildren(header, element("div.over", {}, this.heading,
        element("p", {}, `The service says: ${this.over}.`)));
      if (this.slates.length) {
        this.history = planView(this.slates, (slate) => this.likedOf(slate));
        this.root.append(this.history);
      }
      return;
    }
    this.items = new Map();
    this.history = planView(this.slates, (slate) => this.likedOf(slate));
    this.root.replaceChildren(header, this.plan(), element("ol.items", {},
      ...this.slate.items.map((item) => this.item(item))), this.history);
  }

  showPlan() {
    const view = planView(this.slates, (slate) => this.likedOf(slate));
    this.history.replaceWith(view);
    this.history = view;
  }

  plan() {
    const {plan, origin, reason, step} = this.slate;
    const before = step > 0 ? this.slates[step - 1].plan : null;
    const gone = before && plan.length ? before.filter((category) => !plan.includes(category)) : [];
    this.heading = element("h3.step-title", {tabindex: "-1"}, `Step ${step + 1}`);
    return element("div.plan", {},
      element("div.line", {}, this.heading,
        element("span.tag", {}, unseen("origin of the plan: "), origin)),
      element("div.line", {}, element("span.quiet", {}, "Planned"), planChips(plan, before)),
      gone.length ? element("p.small.quiet", {}, "No longer: ", list(gone)) : null,
      reason ? element("p.reason.small.quiet", {}, "Reason: ", foreign(reason)) : null);
  }

  item(item) {
    const {plan} = this.slate;
    const button = (kind, sign, text, liked) => element(`button.${kind}`, {
      type: "button", "aria-pressed": "false", "aria-keyshortcuts": kind[0],
      onclick: () => this.answer(item.item, liked)},
    element("span.sign", {"aria-hidden": "true"}, sign), text,
    element("span.unseen", {}, " ", foreign(item.title.slice(0, 200))));
    const like = button("like", "♡", "Like", true);
    const pass = button("pass", "–", "Pass", false);
    const said = element("p", {hidden: true});
    const node = element("li.item", {"data-item": item.item},
      element("div.what", {},
        element("p.name-of-item", {title: item.title.length > 160 ? item.title : null},
                foreign(item.title)),
        element("p.categories", {}, ...item.categories.flatMap((category, n) => [
          n ? " · " : "", element(plan.includes(category) ? "span.planned" : "span", {},
                                  foreign(category))])),
        said),
      element("div.answers", {}, like, pass));
    this.items.set(item.item, {node, like, pass, said});
    return node;
  }

  // What a screen reader is told of a new slate.
  summary() {
    if (this.over) return `${this.policy.policy}: the session is over.`;
    const {plan, items, step} = this.slate;
    return `${this.policy.policy}, step ${step + 1}: planned ` +
      `${plan.length ? plan.join(", ") : "all categories"}; ${items.length} items.`;
  }
}
