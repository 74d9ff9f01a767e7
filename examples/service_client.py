"""A client of `lerl serve` in one file, without anything but Python's own library.

    from service_client import Service
    service = Service("http://127.0.0.1:8080")
    session = service.start("42")                 # whoever is there, by the product's own name
    slate = service.recommend(session)            # items with titles, in the order to show
    service.feedback(session, slate, {slate["items"][0]["item"]: {"like": True}})
    service.end(session)

What `feedback` has returned from is stored, and in the next slate. Calls may be repeated where
an answer was lost: `recommend` with the step that was asked for, `feedback` with the same ids,
which are made of session, step and item unless they are given.
"""

import json
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """What the service answered in place of a result (RFC 9457)."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.name = problem.get("type", "").rpartition(":")[2]  # such as "session-ended"
        self.problem = problem


class Service:
    def __init__(self, url, token=None, timeout=30):
        self.url, self.token, self.timeout = url.rstrip("/"), token, timeout

    def start(self, user, policy=None):
        """Starts a session of a user; its id comes back. Without a policy the first one serves."""
        body = {"user": user} if policy is None else {"user": user, "policy": policy}
        return self.call("POST", "/v1/sessions", body)["session"]

    def recommend(self, session, step=None, product_slate=None):
        """The next slate; with a step, the slate of that step, the same again if it was shown. A product with an
        apprentice sends the items that it would show itself, and shows what comes back."""
        body = {} if step is None else {"step": step}
        if product_slate is not None:
            body["product_slate"] = product_slate
        return self.call("POST", f"/v1/sessions/{session}/recommendations", body)

    def feedback(self, session, slate, behaviours, ids=None):
        """Says what the user did with items of a slate, as {item: {"like": True}}."""
        events = [{"id": (ids or {}).get(item, f"{session}-{slate['step']}-{item}"),
                   "step": slate["step"], "item": item, "behaviours": given}
                  for item, given in behaviours.items()]
        return self.call("POST", f"/v1/sessions/{session}/feedback", {"events": events})

    def session(self, session):
        """The session with its slates and feedback, as it is stored."""
        return self.call("GET", f"/v1/sessions/{session}")

    def end(self, session):
        return self.call("POST", f"/v1/sessions/{session}:end")["ended_now"]

    def forget(self, user):
        """Deletes all that is stored of a user; how many sessions there were comes back."""
        return self.call("DELETE", "/v1/users/" + urllib.parse.quote(user, safe=""))["sessions"]

    def call(self, method, path, body=None):
        """One request. Raises Problem for an answer that is none, URLError without an answer."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                problem = json.loads(text)
            except ValueError:
                problem = {"title": text.decode(errors="replace")[:200]}
            raise Problem(error.code, problem) from None
