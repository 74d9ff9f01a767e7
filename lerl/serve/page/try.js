// The page on which a person plays a user, under one policy or under two side by side.

import {api, askAgain, showToken} from "./api.js";
import {byId, count, element, setText} from "./dom.js";
import {newUser, Player} from "./player.js";

const kSuggested = 200;  // users

let policies = [];
let behaviour = "like";
let users = 0;
let players = [];
let user = "";
let busy = false;

function showNotice(error, retry) {
  const root = byId("notice");
  if (!error) {
    root.replaceChildren();
    return;
  }
  root.replaceChildren(element("div.notice", {},
    element("p", {}, `That did not work: ${error.message}.`),
    retry ? element("button", {type: "button", onclick: () => {
      askAgain();
      retry();
    }}, "Try again") : null));
}

function setBusy(on) {
  busy = on;
  for (const id of ["start", "next", "again", "change"])
    byId(id).setAttribute("aria-disabled", String(on));
  byId("play").setAttribute("aria-busy", String(on));
}

// Does one thing at a time; what fails is said, and may be tried again.
async function act(work) {
  if (busy) return;
  setBusy(true);
  showNotice(null);
  try {
    await work();
  } catch (error) {
    showNotice(error, () => act(work));
  } finally {
    setBusy(false);
    showToken();
  }
}

function showProgress() {
  const answered = players.reduce((total, player) => total + player.answered(), 0);
  const all = players.reduce((total, player) => total + player.count(), 0);
  setText(byId("progress"), all ? `${answered} of ${all} answered. What you leave open is ` +
                                  "no answer, and no like." : "");
  byId("next").hidden = all === 0;
}

function arrive() {
  showProgress();
  setText(byId("status"), players.map((player) => player.summary()).join(" "));
  players[0].heading.focus();
  window.scrollTo({top: 0});
}

function answered(from, item, liked) {
  said.set(item, liked);
  for (const player of players)
    if (player !== from && player.slates.length) player.answer(item, liked, true);
  showProgress();
}

const said = new Map();

async function startSessions() {
  const chosen = [byId("first").value, byId("second").value]
    .map((name) => policies.find((policy) => policy.policy === name)).filter((policy) => policy);
  said.clear();
  const started = chosen.map((policy, n) => new Player(policy, {
    behaviour, said, onAnswer: answered, number: n + 1}));
  try {
    await Promise.all(started.map((player) => player.start(user)));
  } catch (error) {
    for (const player of started) player.end();
    throw error;
  }
  players = started;
  byId("players").replaceChildren(...players.map((player) => player.root));
  byId("players").classList.toggle("two", players.length === 2);
  const stranger = byId("known").hidden || players[0].knownUser ? "" : ", whom the data don't know";
  setText(byId("title"), `You are ${user}${stranger}`);
  byId("setup").hidden = true;
  byId("lead").hidden = true;
  byId("play").hidden = false;
  arrive();
}

async function endSessions() {
  await Promise.all(players.map((player) => player.end()));
}

async function next() {
  const wish = byId("wish").value.trim();
  await Promise.all(players.filter((player) => !player.over).map((player) => player.next(wish)));
  arrive();
}

function backToSetup() {
  byId("play").hidden = true;
  byId("setup").hidden = false;
  byId("lead").hidden = false;
  setText(byId("title"), "Play a user");
  setText(byId("status"), "");
  byId("title").focus();
}

// Keys act where an item has the focus, so that they are in nobody's way.
function takeKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const item = event.target.closest(".item");
  const inSlate = event.target.closest(".items, .step-title");
  if (key === "n" && inSlate) act(next);
  else if (item && (key === "l" || key === "p"))
    item.querySelector(key === "l" ? ".like" : ".pass").click();
  else if (inSlate && (key === "arrowdown" || key === "arrowup")) move(event.target, item, key);
  else return;
  event.preventDefault();
}

function move(target, item, key) {
  const kind = target.classList.contains("pass") ? ".pass" : ".like";
  const items = [...target.closest(".player").querySelectorAll(".item")];
  const place = items.indexOf(item) + (key === "arrowdown" ? 1 : -1);
  items[Math.max(0, Math.min(items.length - 1, place))].querySelector(kind).focus();
}

async function anyUser() {
  const page = await api.users(Math.floor(Math.random() * users), 1);
  byId("user").value = page.users[0] || "";
}

function chooseWho() {
  const known = document.querySelector("input[name=who]:checked").value === "known";
  byId("known").hidden = !known;
  byId("user").required = known;
  if (known && byId("user").value === "") act(anyUser);
}

function fillPolicies() {
  const options = () => policies.map((policy) =>
    element("option", {value: policy.policy}, policy.policy));
  byId("first").replaceChildren(...options());
  byId("second").replaceChildren(element("option", {value: ""}, "no second one"), ...options());
  byId("second-field").hidden = policies.length < 2;
  byId("one-policy").hidden = policies.length > 1;
  if (policies.length > 1) byId("second").value = policies[1].policy;
}

async function load() {
  const served = await api.policies();
  policies = served.policies.filter((policy) => !policy.shadow);
  [behaviour] = served.behaviours;
  const page = await api.users(0, kSuggested);
  users = page.total;
  setText(byId("users-total"), `one of ${count(users)}, served by what they liked before`);
  byId("users").replaceChildren(...page.users.map((id) => element("option", {value: id})));
  fillPolicies();
}

byId("setup").addEventListener("submit", (event) => {
  event.preventDefault();
  act(async () => {
    const known = document.querySelector("input[name=who]:checked").value === "known";
    user = known ? byId("user").value.trim() : newUser();
    await startSessions();
  });
});
for (const radio of document.querySelectorAll("input[name=who]"))
  radio.addEventListener("change", chooseWho);
byId("any-user").addEventListener("click", () => act(anyUser));
byId("next").addEventListener("click", () => act(next));
byId("again").addEventListener("click", () => act(async () => {
  await endSessions();
  await startSessions();
}));
byId("change").addEventListener("click", () => act(async () => {
  await endSessions();
  players = [];
  backToSetup();
}));
byId("play").addEventListener("keydown", takeKey);
showToken();
act(load);
