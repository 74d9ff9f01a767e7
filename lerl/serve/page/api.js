// The service's API. A token is asked for once, where the service wants one, and kept for as long
// as the tab is open.

import {byId, element} from "./dom.js";

const kToken = "lerl.token";
const kPatience = 10000;  // milliseconds

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `the service answered ${status}`);
    this.status = status;
    this.type = problem.type || "";
  }
}

const token = () => sessionStorage.getItem(kToken);

let asking = null;  // the promise of a dialog that is open
let declined = false;

// After a dialog without an answer nothing more is asked until somebody wants it.
export function askAgain() { declined = false; }

// Resolves once a token was given; rejects where none is.
function askForToken(refused) {
  const none = () => new ApiError(401, {detail: "without a token the service shows nothing"});
  if (declined) return Promise.reject(none());
  asking ??= new Promise((resolve, reject) => {
    const input = element("input", {type: "password", id: "token", autocomplete: "off",
                                    required: true, spellcheck: "false"});
    const cancel = element("button", {type: "button", onclick: () => dialog.close()}, "Cancel");
    const form = element("form", {method: "dialog"},
      element("h2", {id: "token-title"}, "This service needs a token"),
      refused ? element("p", {role: "alert"}, "The service does not know that token.") : null,
      element("div.field", {}, element("label", {for: "token"}, "Token"), input,
        element("p.quiet.small", {}, "It is kept until this tab is closed, and sent to this ",
                "service alone. To play, it must be allowed to write.")),
      element("div.buttons", {}, element("button.main", {type: "submit"}, "Use this token"),
              cancel));
    const dialog = element("dialog", {"aria-labelledby": "token-title"}, form);
    let given = false;
    form.addEventListener("submit", () => {
      given = true;
      sessionStorage.setItem(kToken, input.value.trim());
    });
    dialog.addEventListener("close", () => {
      asking = null;
      dialog.remove();
      showToken();
      declined = !given;
      if (given) resolve();
      else reject(none());
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

// The footer's button that forgets the token, while there is one.
export function showToken() {
  const button = byId("forget-token");
  button.hidden = token() === null;
  button.onclick = () => {
    sessionStorage.removeItem(kToken);
    location.reload();
  };
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

// A response that is a success. Asks for a token where one is needed.
export async function open(path, {method = "GET", body, headers = {}, signal, patience} = {}) {
  for (;;) {
    const used = token();
    const response = await fetch(path, {
      method,
      signal: signal || AbortSignal.timeout(patience || kPatience),
      headers: {
        ...headers,
        ...(used ? {Authorization: `Bearer ${used}`} : {}),
        ...(body === undefined ? {} : {"Content-Type": "application/json"}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (response.status !== 401) throw new ApiError(response.status, problem);
    if (token() === used) await askForToken(used !== null);
  }
}

async function call(path, options = {}) {
  try {
    const response = await open(path, options);
    return await response.json();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, {detail: "the service can't be reached"});
  }
}

const at = (session) => `/v1/sessions/${encodeURIComponent(session)}`;

export const api = {
  policies: (options) => call("/v1/policies", options),
  statistics: (options) => call("/v1/statistics", options),
  sessions: (limit) => call(`/v1/sessions?limit=${limit}`),
  session: (id) => call(at(id)),
  users: (offset, limit) => call(`/v1/users?offset=${offset}&limit=${limit}`),
  start: (user, policy) => call("/v1/sessions", {method: "POST", body: {user, policy}}),
  slate: (id, step, wish) =>
    call(`${at(id)}/recommendations`, {method: "POST", body: wish ? {step, wish} : {step}, patience: 60000}),
  feedback: (id, events) => call(`${at(id)}/feedback`, {method: "POST", body: {events}}),
  end: (id) => call(`${at(id)}:end`, {method: "POST"}),
};
