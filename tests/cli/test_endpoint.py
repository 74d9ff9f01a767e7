"""Training with a language model behind an endpoint: keys, budgets, servers that die."""

import http.server
import json
import pathlib
import shutil
import ssl
import subprocess
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
        if server.sure:  # of one label, whose probability is 1 but for some e-7
            top = [{"token": letter, "logprob": 0 if letter == "B" else -17} for letter in "BAC"]
        # The server says the key in its answers: to reflections as text, and in errors.
        told = body["messages"][-1]["content"].partition("Categories: ")[2]
        text = "B" if body.get("logprobs") else f"Show {KEY} less often than {told.split(' ')[0]}."
        answer = {"choices": [{"message": {"role": "assistant", "content": text},
                               "finish_reason": "stop",
                               "logprobs": {"content": [{"token": "B", "logprob": 0,
                                                         "top_logprobs": top}]}}],
                  "usage": {"prompt_tokens": TOKENS, "completion_tokens": 1}}
        status = server.status if server.asked > server.answers_before else 200
        if server.thinks:
            answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"] = [
                {"token": "<think>", "logprob": 0}]
        answer["usage"] = server.usage or answer["usage"]
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


def start_endpoint(test, handler=Handler):
    """A server that answers every question, until the end of the test."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.asked, server.keys, server.status = 0, set(), 200
    server.answers_before, server.thinks, server.usage, server.sure = 0, False, None, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server


class Endpoint(CliTest):
    def setUp(self):
        super().setUp()
        self.server = start_endpoint(self)
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

    def refused(self, *more, says):
        """A run that ends long before its end, since its model never answers."""
        done = self.run_lerl(*self.arguments("planner.llm.fallback=round_robin", *more))
        self.expect_error(5, says=says, result=done)
        for path in self.runs.rglob("run.json"):
            self.assertEqual(json.loads(path.read_text())["status"], "running")
        shutil.rmtree(self.runs, ignore_errors=True)
        return done

    def test_a_server_that_refuses_all_ends_the_command_at_once_with_the_reason(self):
        for status, says in [(401, "check the key"), (402, "nothing left to pay with"),
                             (403, "check the key"), (404, "planner.llm.endpoint.model and urls")]:
            self.server.asked, self.server.status = 0, status
            done = self.refused(says=[f"HTTP {status}", "is not welcome", says])
            self.assertLessEqual(self.server.asked, 8)  # those in flight together, once
            self.assert_key_is_nowhere(done.stdout, done.stderr)

    def test_a_server_that_asks_for_a_day_of_patience_holds_nothing_up(self):
        self.server.status = 429
        done = self.refused(says="no endpoint answers: HTTP 429")
        self.assertIn("asks for a pause of 86400 s", done.stderr)
        self.assertLessEqual(self.server.asked, 8)

    def test_a_server_that_is_not_there_ends_the_command(self):
        self.server.shutdown()
        self.server.server_close()
        self.refused(says=["answered none of its first", "start the server"])

    def test_a_model_that_thinks_before_it_answers_ends_the_command_after_some_tries(self):
        self.server.thinks = True
        done = self.refused("planner.llm.endpoint.scoring=logprobs",
                            says=["invalid answer: no label", "planner.llm.endpoint.body"])
        self.assertLess(self.server.asked, 100)
        self.assertEqual(done.stderr.count("an answer can't be read"), 1)

    def test_a_run_on_more_than_a_few_fallbacks_is_invalid_wherever_it_is_judged(self):
        self.assertEqual(self.run_lerl(*self.arguments()).returncode, 0)
        asked = self.server.asked
        for folder in self.runs.iterdir():
            shutil.rmtree(folder)
        self.server.asked, self.server.status, self.server.answers_before = 0, 500, asked // 3
        few = ["planner.llm.endpoint.retries=0", "planner.llm.fallback=round_robin"]
        done = self.run_lerl(*self.arguments(*few))
        self.assertEqual(done.returncode, 10, done.stderr)
        run, = json.loads(done.stdout)
        self.assertIn("% of the plans of training are fallbacks", run["invalid"])
        self.assertIn("HTTP 500", run["invalid"])
        self.assertIn(run["invalid"], done.stderr.splitlines()[-1])
        kept = json.loads((pathlib.Path(run["folder"]) / "run.json").read_text())
        self.assertEqual((kept["status"], kept["invalid"]), ("finished", run["invalid"]))
        again = self.run_lerl(*self.arguments(*few))
        self.assertEqual(again.returncode, 10, again.stderr)
        # The server is well again, so the evaluation itself would be valid.
        self.server.status = 200
        words = self.arguments(*few)
        words[0], words[words.index("--out")] = "evaluate", "--runs"
        judged = self.run_lerl(*words, "--json")
        self.assertEqual(judged.returncode, 10, judged.stderr)
        row = json.loads(judged.stdout)
        self.assertEqual((row["valid"], row["invalid_run"]), (False, run["invalid"]))
        self.assertIn("(invalid): ppo+llm: ", self.run_lerl(*words).stdout)

    def test_counts_of_tokens_that_can_not_be_do_not_overrun_a_budget(self):
        budget = "planner.llm.endpoint.budget_tokens=4000"
        self.run_lerl(*self.arguments(budget))
        honest = self.server.asked
        for count in [-1000000, 0, 1, None, "12", 1e300, 2**63 - 1]:
            self.server.asked, self.server.usage = 0, {"prompt_tokens": count,
                                                       "completion_tokens": count}
            for folder in self.runs.iterdir():
                shutil.rmtree(folder)
            done = self.run_lerl(*self.arguments(budget))
            self.assertIn("the budget of 4000 tokens is used up", done.stderr)
            self.assertLessEqual(self.server.asked, honest, count)

    def test_a_certificate_is_checked_by_the_file_that_is_named(self):
        openssl = shutil.which("openssl")
        if openssl is None:
            self.skipTest("there is no openssl")
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        url = f'planner.llm.endpoint.urls="https://127.0.0.1:{self.server.server_port}/v1"'
        self.refused(url, says="SSL")
        done = self.run_lerl(*self.arguments(url, f"planner.llm.endpoint.ca_file={certificate}"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.environment["SSL_CERT_FILE"] = str(certificate)
        done = self.run_lerl(*self.arguments(url), "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_key_in_the_place_of_its_variables_name_is_not_shown(self):
        for setting in ["api_key_env", "api_key"]:
            done = self.run_lerl(*self.arguments(
                f"planner.llm.endpoint.{setting}=sk-proj-verysecret0123456789"))
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertNotIn("verysecret", done.stderr + done.stdout)

    def test_a_budget_stops_the_run_with_a_checkpoint_and_a_larger_one_goes_on(self):
        # The first point of the learning curve asks too; the rest is for an iteration or two.
        # Its fallbacks are few among the plans of 40 iterations.
        small = "planner.llm.endpoint.budget_tokens=4000"
        done = self.run_lerl(*self.arguments(small, "train.iterations=40"))
        self.assertEqual(done.returncode, 130, done.stderr)
        self.assertIn("the budget of 4000 tokens is used up", done.stderr)
        self.assertIn("--resume", done.stderr.splitlines()[-1])
        self.assertLessEqual(self.server.asked * (TOKENS + 1), 4000)
        self.succeed(*self.arguments("planner.llm.endpoint.budget_tokens=0", "train.iterations=40"),
                     "--resume")
        self.assertEqual(self.last_line()["iteration"], 40)

    def test_all_seeds_of_a_command_share_one_budget(self):
        self.succeed(*self.arguments("train.seeds=[9]"))
        budget = 2 * self.server.asked * (TOKENS + 1)  # of two seeds, not of three
        self.server.asked = 0
        done = self.run_lerl(*self.arguments(f"planner.llm.endpoint.budget_tokens={budget}",
                                             "train.seeds=[1,2,3]"))
        self.assertEqual(done.returncode, 130, done.stderr)
        self.assertIn(f"the budget of {budget} tokens is used up", done.stderr)
        self.assertLessEqual(self.server.asked * (TOKENS + 1), budget)

    def test_a_key_in_a_setting_is_refused_and_written_nowhere(self):
        for setting in ["query=key=abcdefsecret-1", 'body={"api_key": "sk-proj-secret-12345"}',
                        'headers=["api-key: abcdefsecret-1"]']:
            done = self.run_lerl(*self.arguments(f"planner.llm.endpoint.{setting}"))
            self.expect_error(3, says=["may be a key", "api_key_env"], result=done)
            self.assertNotIn("secret-", done.stderr + done.stdout)
            for name, data in self.files().items():
                self.assertNotIn(b"secret-", data, name)

    def test_the_last_line_repeats_what_a_server_says_of_its_refusal(self):
        self.server.status = 400
        done = self.refused(says=["answered none of its first", "HTTP 400", "is not welcome",
                                  "change what it refuses"])
        self.assertNotIn("start the server", done.stderr)
        self.assertNotIn("log-probabilities", done.stderr)
        self.assert_key_is_nowhere(done.stdout, done.stderr)

    def test_a_score_next_to_0_is_shown_as_what_it_is(self):
        self.server.sure = True
        words = self.arguments("planner.llm.calibrate=off")
        shown = self.succeed("plan", "--user", "bob", *words[1:3], *words[5:])
        rows = shown.partition("\nScores")[2].splitlines()[1:4]
        scores = {row.split()[0]: row.split()[-1] for row in rows}
        self.assertEqual(scores["B"].lstrip("-"), "0.0000", rows)
        self.assertEqual(scores["A"], "-17.0000", rows)

    def test_a_key_that_is_not_there_is_named_by_its_variable(self):
        del self.environment["LERL_SECRET"]
        self.expect_error(3, *self.arguments(), says=["api_key_env", "LERL_SECRET"])


if __name__ == "__main__":
    main()
