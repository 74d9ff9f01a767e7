// The dashboard: figures that are asked for every two seconds, sessions by the stream of events.

import {api, askAgain, showToken} from "./api.js";
import {ago, byId, element, setText} from "./dom.js";
import {Watch} from "./events.js";
import {showApprentice} from "./apprentice.js";
import {showExperiment} from "./experiment.js";
import {showFigures, showPlanners, showPolicies, showStore} from "./figures.js";
import {Sessions} from "./sessions.js";

const kEvery = 2000;  // milliseconds
const kOld = 5000;
const kFirst = 12;    // sessions that are read at the start

const sessions = new Sessions();
let figuresAt = null;  // when the figures came, by performance.now()
let paused = false;
let drawing = null;

function showNotice(text, button) {
  const root = byId("notice");
  if (!text) root.replaceChildren();
  else if (root.firstChild?.firstChild.textContent !== text)
    root.replaceChildren(element("div.notice", {}, element("p", {}, text), button || null));
}

function showState(state, error) {
  byId("connection").dataset.state = state;
  const texts = {open: "live", lost: "connection lost", refused: "no access"};
  setText(byId("connection-text"), texts[state]);
  const again = element("button", {type: "button", onclick: () => {
    askAgain();
    if (state === "refused") watch.go();
    else watch.again();
    poll();
  }}, state === "refused" ? "Give a token" : "Try now");
  if (state === "open") showNotice("");
  if (state === "lost")
    showNotice("The connection to the service is lost. What you see is from before; the page " +
               "goes on trying.", again);
  if (state === "refused") showNotice(`The service refuses: ${error.message}.`, again);
}

// Draws at most four times a second.
function draw() {
  if (paused || drawing !== null) return;
  drawing = setTimeout(() => {
    drawing = null;
    if (!paused) sessions.show();
  }, 250);
}

async function load(id, mark) {
  try {
    sessions.put(await api.session(id), mark);
    draw();
  } catch (error) {
    if (error.status !== 404) throw error;  // it was forgotten meanwhile
  }
}

async function loadNewest() {
  const mark = sessions.tick;
  try {
    const {sessions: newest} = await api.sessions(kFirst);
    await Promise.all(newest.map((session) => load(session.session, mark)));
    draw();
  } catch (error) {
    watch.fail();
  }
}

function take(name, data) {
  if (!sessions.take(name, data) && data.session)
    load(data.session, sessions.tick).catch(() => watch.fail());
  draw();
}

function showAges() {
  const age = figuresAt === null ? null : performance.now() - figuresAt;
  for (const node of document.querySelectorAll("[data-age]")) {
    setText(node, age === null ? "" : ago(age));
    node.classList.toggle("old", age !== null && age > kOld);
  }
  sessions.showAges();
}

// Draws what has changed; the rest stays as it is, under a pointer or a reader.
const drawn = new Map();
function onChange(name, data, show) {
  const text = JSON.stringify(data);
  if (drawn.get(name) === text) return;
  drawn.set(name, text);
  show();
}

let polling = null;

async function poll() {
  clearTimeout(polling);
  polling = setTimeout(poll, kEvery);
  if (document.hidden) return;
  try {
    const [statistics, {policies, behaviours, experiment, apprentice}] =
      await Promise.all([api.statistics({patience: 4000}), api.policies({patience: 4000})]);
    const offset = Date.parse(statistics.at) - Date.now();
    sessions.clock = () => Date.now() + offset;
    [sessions.behaviour] = behaviours;
    const {minutes, store} = statistics;
    const figures = [statistics.policies, statistics.sessions];
    showFigures(minutes, statistics.at);
    onChange("policies", figures, () => showPolicies(statistics));
    onChange("experiment", experiment, () => showExperiment(experiment));
    onChange("apprentice", apprentice, () => showApprentice(apprentice));
    onChange("planners", [policies, figures], () => showPlanners(policies, statistics));
    onChange("store", store, () => showStore(store));
    figuresAt = performance.now();
    showAges();
  } catch (error) {
    if (error.status === 0) watch.fail();
  }
}

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  setText(byId("held"), paused ? "The list stands still; press Pause again to go on." : "");
  draw();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});

const watch = new Watch({onOpen: () => { loadNewest(); poll(); }, onEvent: take,
                         onState: showState});
setInterval(showAges, 1000);
showToken();
