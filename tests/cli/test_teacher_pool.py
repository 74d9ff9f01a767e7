"""Two real llama-servers as one pool: contexts of their slots, a server that is killed, its return.

The server is named by LERL_LLAMA_SERVER; without it, or without the model, the tests are skipped.
"""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from cli_testing import CliTest, free_port, main, model_file

SERVER = os.environ.get("LERL_LLAMA_SERVER", "")
SLOTS = 2
CONTEXTS = [2 * SLOTS * 512, SLOTS * 512]  # of the servers; a slot has 1024 tokens, and 512


@unittest.skipUnless(pathlib.Path(SERVER).is_file(), "LERL_LLAMA_SERVER names no llama-server, as the slow tests do")
@unittest.skipUnless(model_file(), "the default model has not been fetched; run `make setup`")
class TeacherPool(CliTest):
    def setUp(self):
        super().setUp()
        self.ports = [free_port(), free_port()]
        self.servers = [None, None]
        for place in range(2):
            self.start_server(place)
        for place in range(2):
            self.wait_until(lambda place=place: self.is_ready(place), "a server that is ready")

    def start_server(self, place):
        self.servers[place] = subprocess.Popen(
            [SERVER, "--model", model_file(), "--host", "127.0.0.1", "--port", str(self.ports[place]),
             "--ctx-size", str(CONTEXTS[place]), "--parallel", str(SLOTS), "--threads", "1", "--no-webui"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, self.servers[place])

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def is_ready(self, place):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[place]}/props", timeout=5) as page:
                return page.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
            return False

    def arguments(self, *more):
        """A run whose model samples a list for each plan, so that no answer serves twice."""
        urls = json.dumps([f"http://127.0.0.1:{port}/v1" for port in self.ports])
        sets = [f"planner.llm.endpoint.urls={urls}", f"planner.llm.endpoint.concurrency={SLOTS}",
                "planner.llm.endpoint.timeout=60", "planner.llm.endpoint.deadline=120",
                "planner.llm.endpoint.cool_down=0.5", "planner.llm.endpoint.retries=2",
                "planner.llm.mode=generate", "planner.llm.temperature=1", "planner.llm.calibrate=off",
                "planner.llm.train_plans=1000000", "planner.llm.valid_plans=1000000",
                "planner.llm.reflect=false", "train.seeds=[1]", "train.iterations=100000",
                "train.evaluate_every=1", "train.valid_users=1", *more]  # counts stand at such points
        words = [word for setting in sets for word in ("--set", setting)]
        return ["train", "--config", self.shop(), "--out", self.runs, *words]

    def last_line(self):
        lines = [line for path in self.runs.rglob("metrics.jsonl")
                 for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return json.loads(lines[-1]) if lines else {"iteration": -1, "plan_details": {}}

    def detail(self, name):
        return self.last_line()["plan_details"].get(name, 0)

    def goes_on(self, run, iterations):
        """Waits until the run has ended so many more iterations."""
        until = self.last_line()["iteration"] + iterations

        def has():
            self.assertIsNone(run.poll(), "the run has ended")
            time.sleep(0.05)
            return self.last_line()["iteration"] >= until
        self.wait_until(has, f"iteration {until}", seconds=600)

    def stop(self, run):
        run.send_signal(signal.SIGINT)
        _, error = run.communicate(timeout=300)
        self.assertEqual(run.returncode, 130, error)
        return error

    def test_no_plan_is_lost_with_a_server_that_is_killed_under_load_and_it_comes_back(self):
        # Both get requests, however alike their prompts are.
        run = self.start(*self.arguments("planner.name=llm", "planner.llm.endpoint.imbalance=0",
                                          "train.sessions=4"))
        self.addCleanup(self.end, run)
        self.goes_on(run, 3)
        for place, context in enumerate([1024, 512], start=1):
            self.assertEqual(self.detail(f"endpoint {place}: tokens of a request at most"), context)
            self.assertGreater(self.detail(f"endpoint {place}: answers"), 0)

        os.kill(self.servers[1].pid, signal.SIGKILL)
        self.servers[1].wait()
        self.goes_on(run, 4)
        self.assertEqual(self.detail("endpoint 2: ejections"), 1)
        self.assertEqual(self.detail("endpoint 2: returns"), 0)
        answers = self.detail("endpoint 2: answers")

        self.start_server(1)
        self.wait_until(lambda: self.is_ready(1), "the server that was started anew")
        self.wait_until(lambda: time.sleep(0.1) or self.detail("endpoint 2: returns") == 1,
                        "its return to the pool", seconds=600)
        self.goes_on(run, 3)
        error = self.stop(run)
        self.assertGreater(self.detail("endpoint 2: answers"), answers)
        # Of the other server a slow machine may say the same.
        killed = f"http://127.0.0.1:{self.ports[1]}/v1"
        self.assertEqual(error.count(f"{killed}/chat/completions is taken for down"), 1, error)
        self.assertIn("answers again", error)
        # Every question was answered in the end; what a small model wrote may be no list.
        details = self.last_line()["plan_details"]
        self.assertNotIn("prompts without an answer", details)
        for reason in details:
            for words in ["no endpoint", "deadline", "HTTP", "connect", "stopped"]:
                self.assertNotIn(words, reason)

    def test_an_asynchronous_teacher_goes_on_and_no_label_is_learned_beyond_its_age(self):
        run = self.start(*self.arguments(
            "planner.name=student", "planner.student.asynchronous=true", "planner.student.teacher=llm",
            "planner.student.min_labels=1", "planner.student.teacher_batch=4",
            "planner.student.max_label_age=10000000",  # the median age has no say here
            "planner.student.oldest_label_seconds=20", "planner.student.gap_users=0",
            "train.sessions=64"))
        self.addCleanup(self.end, run)

        def label(name):
            return self.last_line().get("labels", {}).get(name, 0)
        self.wait_until(lambda: time.sleep(0.1) or label("given") >= 8, "labels", seconds=600)
        os.kill(self.servers[0].pid, signal.SIGKILL)
        self.servers[0].wait()
        given = label("given")
        self.wait_until(lambda: time.sleep(0.1) or label("given") >= given + 8,
                        "labels of the other server", seconds=600)
        # Without any teacher the last label is gone after 20 seconds, and the loop goes on.
        os.kill(self.servers[1].pid, signal.SIGKILL)
        self.servers[1].wait()
        self.wait_until(lambda: time.sleep(0.1) or label("kept") == 0, "the end of all labels",
                        seconds=300)
        self.goes_on(run, 2)
        self.stop(run)
        details = self.last_line()["plan_details"]
        self.assertGreater(details["labels that became too old to learn from"], 0)
        self.assertEqual(details["age of the oldest label"], 0)


if __name__ == "__main__":
    main()
