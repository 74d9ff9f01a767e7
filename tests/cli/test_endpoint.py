"""Training with a language model behind an endpoint: keys, budgets, servers that die."""

import http.server
import json
import threading

from cli_testing import CliTest, main

KEY = "sk/secret-0123456789"
SPELLED = KEY.replace("/", "\\/")  # as some servers write it in JSON
TOKENS = 500  # of a prompt, as the server counts


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # noqa: N802, the name that http.server calls
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked += 1
        server.keys.add(self.headers.get("Authorization"))
        top = [{"token": letter, "logprob": -0.5 * place}
               for place, letter in enumerate("BACDEF")]
        # The server says the key in its answers: to reflections as text, and in errors.
        text = "B" if body.get("logprobs") else f"Show {KEY} less often."
        answer = {"choices": [{"message": {"role": "assistant", "content": text},
                               "finish_reason": "stop",
                               "logprobs": {"content": [{"token": "B", "logprob": 0,
                                                         "top_logprobs": top}]}}],
                  "usage": {"prompt_tokens": TOKENS, "completion_tokens": 1}}
        status = server.status
        if status != 200:
            answer = {"error": {"message": f"the key {KEY} is not welcome"}}
        data = json.dumps(answer).replace(KEY, SPELLED).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "86400")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


class Endpoint(CliTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.asked, self.server.keys, self.server.status = 0, set(), 200
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.environment["LERL_SECRET"] = KEY

    def arguments(self, *more):
        sets = ["planner.name=llm", "train.seeds=[1]", "planner.llm.reflections_per_iteration=1",
                f'planner.llm.endpoint.urls=["http://127.0.0.1:{self.server.server_port}/v1"]',
                "planner.llm.endpoint.api_key_env=LERL_SECRET",
                "planner.llm.endpoint.backoff=0.01", *more]
        words = [word for setting in sets for word in ("--set", setting)]
        return ["train", "--config", self.shop(), "--out", self.runs, *words]

    def last_line(self):
        path, = self.runs.rglob("metrics.jsonl")
        return json.loads(path.read_text().splitlines()[-1])

    def assert_key_is_nowhere(self, *texts):
        self.assertEqual(self.server.keys, {f"Bearer {KEY}"})
        for text in texts:
            self.assertNotIn("secret-", text)
        for name, data in self.files().items():
            self.assertNotIn(b"secret-", data, name)

    def test_a_run_plans_through_it_and_shows_the_key_nowhere(self):
        done = self.run_lerl(*self.arguments())
        self.assertEqual(done.returncode, 0, done.stderr)
        line = self.last_line()
        self.assertEqual(line["iteration"], 4)
        self.assertGreater(line["plans"]["fresh"], 0)
        self.assertEqual(line["plans"]["fallback"], 0)
        self.assertGreater(line["plan_details"]["reflections in the pool"], 0)
        self.assert_key_is_nowhere(done.stdout, done.stderr)

    def train_under(self, status):
        """A run on the fallback's plans alone, and the last line of its metrics."""
        self.server.status = status
        done = self.run_lerl(*self.arguments("planner.llm.fallback=round_robin"))
        self.assertEqual(done.returncode, 0, done.stderr)
        line = self.last_line()
        self.assertEqual(line["plans"]["fresh"], 0)
        return done, line

    def test_plans_of_a_server_that_refuses_are_the_fallbacks_and_counted(self):
        done, line = self.train_under(401)
        self.assertGreater(line["plans"]["fallback"], 0)
        self.assertGreater(line["plan_details"]["HTTP 401"], 0)
        self.assertIn("is not welcome", done.stderr)
        self.assert_key_is_nowhere(done.stdout, done.stderr)

    def test_a_server_that_asks_for_a_day_of_patience_holds_nothing_up(self):
        done, line = self.train_under(429)
        self.assertGreater(line["plan_details"]["no endpoint answers: HTTP 429"], 0)
        self.assertIn("asks for a pause of 86400 s", done.stderr)
        self.assertLessEqual(self.server.asked, 8)  # those in flight together, once

    def test_a_budget_stops_the_run_with_a_checkpoint_and_a_larger_one_goes_on(self):
        # The first point of the learning curve asks too; the rest is for an iteration or two.
        small = "planner.llm.endpoint.budget_tokens=4000"
        done = self.run_lerl(*self.arguments(small))
        self.assertEqual(done.returncode, 130, done.stderr)
        self.assertIn("the budget of 4000 tokens is used up", done.stderr)
        self.assertIn("--resume", done.stderr.splitlines()[-1])
        self.assertLessEqual(self.server.asked * (TOKENS + 1), 4000)
        self.succeed(*self.arguments("planner.llm.endpoint.budget_tokens=0"), "--resume")
        self.assertEqual(self.last_line()["iteration"], 4)

    def test_all_seeds_of_a_command_share_one_budget(self):
        self.succeed(*self.arguments("train.seeds=[9]"))
        budget = 2 * self.server.asked * (TOKENS + 1)  # of two seeds, not of three
        self.server.asked = 0
        done = self.run_lerl(*self.arguments(f"planner.llm.endpoint.budget_tokens={budget}",
                                             "train.seeds=[1,2,3]"))
        self.assertEqual(done.returncode, 130, done.stderr)
        self.assertIn(f"the budget of {budget} tokens is used up", done.stderr)
        self.assertLessEqual(self.server.asked * (TOKENS + 1), budget)

    def test_a_key_that_is_not_there_is_named_by_its_variable(self):
        del self.environment["LERL_SECRET"]
        self.expect_error(3, *self.arguments(), says=["api_key_env", "LERL_SECRET"])


if __name__ == "__main__":
    main()
