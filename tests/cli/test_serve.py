"""`lerl serve`: sessions over HTTP, and that nothing that was acknowledged is ever lost."""

import itertools
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import urllib.request

from cli_testing import ROOT, main
from serve_testing import Problem, ServeTest, kills


class Serve(ServeTest):
    def test_serves_a_session_and_ends_when_it_is_told_to(self):
        process, service = self.serve()
        session = service.start("u3")
        seen = []
        for step in range(3):
            slate = service.recommend(session)
            self.assertEqual(slate["step"], step)
            seen += [item["item"] for item in slate["items"]]
            like = {seen[-1]: {"like": True}}
            self.assertEqual(service.feedback(session, slate, like), {"accepted": 1, "repeated": 0})
            self.assertEqual(service.feedback(session, slate, like), {"accepted": 0, "repeated": 1})
        self.assertEqual(len(set(seen)), len(seen))
        self.assertTrue(service.end(session))
        self.problem(409, "session-ended", service.recommend, session)
        self.assertEqual(self.stop(process), 0)
        text = "".join(process.said)
        self.assertIn('"route":"recommend"', text)
        self.assertIn('"level":"info","message":"stopping', text)
        self.assertEqual(self.faults(process), [])
        # The next process goes on where this one ended.
        _, service = self.serve()
        stored = service.session(session)
        self.assertEqual(len(stored["slates"]), 3)
        self.assertEqual(len(stored["feedback"]), 3)
        self.assertEqual(service.forget("u3"), 1)
        self.problem(404, "unknown-session", service.session, session)

    def test_what_one_process_takes_the_other_shows(self):
        (_, here), (_, there) = self.serve(), self.serve()
        session = here.start("somebody new")
        for step in range(4):
            slate = (here if step % 2 else there).recommend(session)
            self.assertEqual(slate["step"], step)
            likes = {item["item"]: {"like": True} for item in slate["items"]}
            (there if step % 2 else here).feedback(session, slate, likes)
        self.assertEqual(here.session(session), there.session(session))

    def test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed(self):
        process, service = self.serve()
        load, killed = self.load(service), kills(3)
        for _ in range(killed):
            load.wait_for(40)
            self.stop(process, signal.SIGKILL)
            process, service = self.serve()
            load.services = [service]
        load.wait_for(40)
        load.count(service, killed)

    def test_several_policies_and_a_reload(self):
        other = self.folder / "other"
        shutil.copytree(self.run_folder, other)
        _, service = self.serve(runs=[f"old={self.run_folder}", f"new={other}"])
        names = [policy["policy"] for policy in service.call("GET", "/v1/policies")["policies"]]
        self.assertEqual(names, ["old", "new"])
        session = service.start("u1", "new")
        before = service.recommend(session)["version"]
        # A damaged policy leaves the old one in place.
        checkpoint = other / "checkpoint.safetensors"
        good = checkpoint.read_bytes()
        checkpoint.write_bytes(good[:len(good) // 2])
        self.problem(409, "reload-failed", service.call, "POST", "/v1/policies:reload")
        self.assertEqual(service.recommend(session)["version"], before)
        checkpoint.write_bytes(good)
        self.assertEqual(len(service.call("POST", "/v1/policies:reload")["policies"]), 2)

    def test_the_log_judges_policies_and_goes_to_files_and_back(self):
        process, service = self.serve("--set", "recommend.policy.temperature=2")
        for user in range(25):
            session = service.start(f"u{user}")
            for _ in range(4):
                slate = service.recommend(session)
                odd = [item["item"] for item in slate["items"] if int(item["item"][1:]) % 2]
                if odd:
                    service.feedback(session, slate, {item: {"like": True} for item in odd})
        self.stop(process)
        judge = ["ope", self.run_folder, "--store", self.store, "--json", "--temperature"]
        # Judged as it was served, every weight is 1 and every estimate what was logged.
        same = json.loads(self.succeed(*judge, "2"))
        self.assertEqual((same["slates"], same["users"], same["unknown"]), (100, 25, 0))
        self.assertAlmostEqual(same["effective_slates"], 100, places=3)
        self.assertAlmostEqual(same["mean_weight"]["mean"], 1, places=4)
        self.assertAlmostEqual(same["ips"]["mean"], same["logged"]["mean"], places=4)
        self.assertAlmostEqual(same["cascade"]["mean"], same["logged"]["mean"], places=4)
        # A log can't say what a policy earns that shows nearly always the same.
        greedy = self.run_lerl(*judge, "0.001")
        self.assertEqual(greedy.returncode, 10, greedy.stderr)
        self.assertIsNone(json.loads(greedy.stdout)["ips"])
        self.assertIn("no estimate: ", greedy.stderr)
        # To files and back.
        file, table, copy = (self.folder / name for name in ["all.jsonl", "all.csv", "copy.sqlite"])
        self.succeed("events", "export", "--store", self.store, "--out", file)
        self.succeed("events", "export", "--store", self.store, "--out", table)
        rows = json.loads(self.succeed("ope", "log", table, "--format", "service", "--reward", "like", "--candidate",
                                       "logged", "--json"))
        self.assertEqual((rows["kind"], rows["groups"], rows["units"]), ("slates", 100, 25))
        logged = rows["policies"][0]["estimates"]["reward_interaction"]["estimate"]
        self.assertAlmostEqual(logged, rows["logged"]["mean"], places=9)
        self.assertAlmostEqual(logged * rows["groups"] / rows["rows"], same["logged"]["mean"], places=4)
        self.assertEqual(len(file.read_text().splitlines()), 25)
        self.assertGreater(len(table.read_text().splitlines()), 100)
        self.assertIn("of which 25 brought", self.succeed("events", "import", file, "--store", copy))
        self.assertIn("of which 0 brought", self.succeed("events", "import", file, "--store", copy))
        again = self.folder / "again.jsonl"
        self.succeed("events", "export", "--store", copy, "--out", again)
        self.assertEqual(again.read_text(), file.read_text())
        self.assertIn("1 session forgotten", self.succeed("events", "forget", "--user", "u3", "--store", copy))
        self.assertIn("24 sessions", self.succeed("events", "keep", "--from", "2999-01-01T00:00:00Z", "--store", copy))
        self.expect_error(2, "events", "export", "--store", copy, "--out", again, "--from", "May", says="--from May")

    def test_items_that_are_added_are_shown_everywhere_until_they_are_withdrawn(self):
        keen = ["--set", "recommend.policy.new_items=1", "--set", "recommend.items_seconds=0.1"]
        (process, here), (_, there) = self.serve(*keen), self.serve(*keen)
        known = here.call("GET", "/v1/items?limit=1")
        new = {"id": "new", "title": "A new one", "categories": known["items"][0]["categories"]}
        self.assertEqual(here.call("POST", "/v1/items", {"items": [new]}), {"added": 1, "repeated": 0})
        self.assertEqual(here.call("GET", "/v1/items/new")["source"], "added")

        def knows(service):
            return service.call("GET", "/v1/items?limit=0")["total"] == known["total"] + 1
        self.wait_until(lambda: knows(there), "the item elsewhere")
        number = itertools.count()

        def shows(service):
            session = service.start(f"guest {next(number)}")
            slate = service.recommend(session)
            shown = "new" in [item["item"] for item in slate["items"]]
            if shown:
                service.feedback(session, slate, {"new": {"like": True}})
                service.recommend(session)
            return shown
        for service in here, there:
            self.wait_until(lambda s=service: shows(s), "the item in a slate")
        self.assertEqual(here.call("DELETE", "/v1/items/new"), {"withdrawn_now": True})
        self.assertFalse(any(shows(here) for _ in range(20)))
        self.assertEqual(here.call("POST", "/v1/items/new:restore"), {"restored_now": True})
        self.stop(process)
        # What comes later knows it as well: a service, a judge of the log, and files of it.
        _, again = self.serve(*keen)
        self.assertTrue(knows(again))
        self.wait_until(lambda: shows(again), "the item in a slate")
        judged = self.run_lerl("ope", self.run_folder, "--store", self.store, "--json")
        self.assertEqual(json.loads(judged.stdout)["unknown"], 0)
        file, copy = self.folder / "all.jsonl", self.folder / "copy.sqlite"
        self.succeed("events", "export", "--store", self.store, "--out", file)
        self.assertIn("; 1 items", self.succeed("events", "import", file, "--store", copy))

    def test_the_lines_of_the_pages_work_as_printed(self):
        _, service = self.serve()
        host = service.url.removeprefix("http://")

        def answers(page, heading):
            """What the lines of curl in a section print, as JSON, one after another."""
            text = (ROOT / page).read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
            shell = "\n".join(block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "curl" in block)
            done = subprocess.run(["bash", "-euc", shell.replace("localhost:8080", host)], text=True,
                                  capture_output=True, check=True, timeout=60)
            decoder, out, found = json.JSONDecoder(), done.stdout.strip(), []
            while out:
                answer, end = decoder.raw_decode(out)
                found.append(answer)
                out = out[end:].lstrip()
            return found

        policies, session = answers("README.md", "Serve it")
        self.assertEqual(policies["policies"][0]["agent"], "ppo")
        self.assertEqual(session["user"], "42")
        slate, feedback, end = answers("docs/serving.md", "A session")
        self.assertEqual(slate["step"], 0)
        self.assertEqual(feedback["type"], "urn:lerl:problem:unknown-item")  # item 50 is not in the shop
        self.assertEqual(end, {"ended_now": True})

    def test_a_configuration_brings_the_same_agent_without_a_planner(self):
        planned = self.train("--set", "train.seeds=[1]", "--set", "planner.name='round_robin'")[0]
        self.train("--set", "train.seeds=[1]", "--set", "planner.name='none'")
        config = self.config.with_name("planned.toml")
        text = self.config.read_text().replace('"random"', '"round_robin"').replace("[1, 2]", "[1]")
        iterations = re.search(r"iterations = \d+", text).group()
        where = ["--config", config, "--runs", self.runs]
        # The second one trains for longer than what has been trained, as that of the README does after `make demo`.
        for said in text, text.replace(iterations, "iterations = 99"):
            config.write_text(said)
            _, service = self.serve(runs=where)
            served = service.call("GET", "/v1/policies")["policies"]
            self.assertEqual([policy["planner"] for policy in served], ["round_robin", "none"])
            self.assertIn(str(planned), served[0]["folder"])
            session = service.session(service.start("u3"))
            self.assertEqual(session["policy"], served[0]["policy"])
        _, alone = self.serve("--alone", runs=where)
        self.assertEqual(len(alone.call("GET", "/v1/policies")["policies"]), 1)

    def test_tokens(self):
        file = self.folder / "tokens"
        file.write_text("read:reading-0123456789\nwrite:writing-0123456789\n")
        self.expect_error(3, "serve", self.run_folder, "--host", "0.0.0.0", "--port", "0", "--store", self.store,
                          says="token")
        self.expect_error(3, "serve", self.run_folder, "--set", f"access.tokens_file='{file}'", "--port", "0",
                          "--store", self.store, says="tokens")  # others may read it
        file.chmod(0o600)
        process, service = self.serve("--set", f"access.tokens_file='{file}'")
        with self.assertRaises(Problem) as caught:
            service.start("u1")
        self.assertEqual(caught.exception.status, 401)
        service.token = "reading-0123456789"
        self.assertEqual(len(service.call("GET", "/v1/policies")["policies"]), 1)
        with self.assertRaises(Problem) as caught:
            service.start("u1")
        self.assertEqual(caught.exception.status, 403)
        service.token = "writing-0123456789"
        service.recommend(service.start("u1"))
        self.stop(process)
        self.assertNotIn("0123456789", "".join(process.said))

    def test_a_challenger_that_is_worse_is_stopped(self):
        other = self.folder / "other"
        shutil.copytree(self.run_folder, other)
        options = {"runs": [f"champion={self.run_folder}", f"challenger={other}"]}
        settings = [f"--set=recommend.{setting}" for setting in (
            "shares=[0.5, 0.5]", "counted_minutes=0.1", "smallest_experiment=20", "stop_when_worse=0.02")]
        (process, here), (_, there) = (self.serve(*settings, **options) for _ in range(2))

        def experiment(service):
            return service.call("GET", "/v1/policies")["experiment"]

        self.assertEqual([policy["share_now"] for policy in experiment(here)["policies"]], [0.5, 0.5])
        # Users like what the champion shows and nothing of the challenger. No session ends.
        running = []
        for user in range(80):
            service = there if user % 2 else here
            session = service.start(f"u{user}")
            slate = service.recommend(session)
            policy = service.session(session)["policy"]
            if policy == "challenger":
                running.append(session)
            elif user % 5:
                service.feedback(session, slate, {item["item"]: {"like": True} for item in slate["items"]})
        self.wait_until(lambda: experiment(here)["state"] == experiment(there)["state"] == "decided", "a decision")
        decision = experiment(here)["policies"][1]["decision"]
        self.assertEqual(decision["outcome"], "worse")
        self.assertLess(decision["difference"]["high"], -0.02)
        self.assertGreaterEqual(min(decision["users"], decision["first_users"]), 20)
        self.assertEqual(experiment(there)["policies"][1]["decision"], decision)
        # What was assigned stays so until the session ends; new sessions are the champion's.
        for session in running[:5]:
            self.assertEqual(there.recommend(session)["step"], 1)
            stored = there.session(session)
            self.assertEqual((stored["policy"], stored["end"]), ("challenger", ""))
            self.assertEqual(here.session(here.start(stored["user"]))["policy"], "champion")
        with urllib.request.urlopen(here.url + "/metrics", timeout=30) as answer:
            self.assertIn('lerl_experiment_stopped{experiment="1",policy="challenger"} 1', answer.read().decode())
        self.stop(process)
        self.assertIn("experiment 1: challenger is stopped", "".join(process.said))
        # It holds after a restart, and another name begins anew.
        _, again = self.serve(*settings, **options)
        user = there.session(running[0])["user"]
        self.assertEqual(again.session(again.start(user))["policy"], "champion")
        self.assertEqual(experiment(again)["policies"][1]["decision"], decision)
        _, anew = self.serve(*settings, "--set=recommend.experiment=second", **options)
        self.assertEqual((experiment(anew)["state"], experiment(anew)["name"]), ("running", "second"))
        self.assertIsNone(experiment(anew)["policies"][1]["decision"])
        self.expect_error(3, "serve", self.run_folder, "--set", "recommend.from=May", "--store", self.store,
                          says="recommend.from")

    def test_other_settings_leave_what_was_learned(self):
        other = self.folder / "other"
        shutil.copytree(self.run_folder, other)
        runs = [f"champion={self.run_folder}", f"challenger={other}"]
        rules = ["counted_minutes=0.1", "smallest_experiment=20", "stop_when_worse=0.02", "items_seconds=0.05"]

        def restart(process, *settings):
            if process:
                self.assertEqual(self.stop(process), 0)
            return self.serve(*[f"--set=recommend.{setting}" for setting in (*rules, *settings)], runs=runs)

        def experiment(service):
            return service.call("GET", "/v1/policies")["experiment"]

        first = "shares=[0.5, 0.5]", "policy.new_items=1"
        process, service = restart(None, *first)
        category = service.call("GET", "/v1/items?limit=1")["items"][0]["categories"]
        service.call("POST", "/v1/items", {"items": [{"id": "new", "title": "New", "categories": category}]})
        sessions = [service.start(f"guest {user}") for user in range(80)]
        shown = 0  # how often the item that was added was
        for session in sessions:
            slate = service.recommend(session)
            items = {item["item"]: {"like": True} for item in slate["items"]}
            shown += "new" in items
            if service.session(session)["policy"] == "champion":
                service.feedback(session, slate, items)

        def figures(service):
            return [(policy["users"], policy["share_liked"]) for policy in experiment(service)["policies"]]

        self.wait_until(lambda: sum(users for users, _ in figures(service)) == len(sessions), "all users count")
        self.wait_until(lambda: experiment(service)["state"] == "decided", "a decision")

        def learned(service):
            """What no setting may change: versions, decisions, sessions, how often new items were shown."""
            with sqlite3.connect(self.store) as store:
                counts = store.execute("SELECT id, shown FROM lerl_items").fetchall()
            store.close()
            policies = service.call("GET", "/v1/policies")
            return ([policy["version"] for policy in policies["policies"]],
                    [policy["decision"] for policy in policies["experiment"]["policies"]],
                    [service.session(session) for session in sessions], counts)

        self.wait_until(lambda: learned(service)[-1] == [("new", shown)], "the count of what was shown")
        before, of_first_shares = learned(service), figures(service)
        process, service = restart(process, "shares=[0.8, 0.2]", "policy.temperature=1",
                                   "policy.show_again=always", "policy.new_items=0.5")
        self.assertEqual(learned(service), before)
        self.assertEqual(experiment(service)["state"], "decided")
        self.assertEqual(figures(service), [(0, None)] * 2)  # the exception: these are of the shares in force
        # Sessions go on under their policies, and who was the challenger's stays with the champion.
        for session in before[2]:
            if session["policy"] == "challenger":
                self.assertEqual(service.recommend(session["session"])["step"], 1)
                self.assertEqual(service.session(service.start(session["user"]))["policy"], "champion")
        # The settings of the start bring back what they had shown.
        process, service = restart(process, *first)
        self.wait_until(lambda: figures(service) == of_first_shares, "the figures of the first shares")

    def test_says_what_is_wrong(self):
        self.expect_error(2, "serve", says="name a run")
        self.expect_error(7, "serve", self.folder, "--store", self.store, says="there is no run")
        self.expect_error(7, "serve", "--config", self.config, "--runs", self.folder / "none", "--store", self.store)
        self.expect_error(3, "serve", self.run_folder, "--set", "http.prt=1", "--store", self.store, says="http.port")
        file = self.folder / "text.sqlite"
        file.write_text("this is no store")
        self.expect_error(4, "serve", self.run_folder, "--store", file, says="text.sqlite")
        self.assertEqual(file.read_text(), "this is no store")
        process, service = self.serve()
        port = service.url.rpartition(":")[2]
        self.expect_error(8, "serve", self.run_folder, "--port", port, "--store", self.store, says=port)

    def test_a_configuration_without_a_run_is_served_by_the_nearest(self):
        process, service = self.serve(runs=["--config", self.config, "--runs", self.runs])
        self.assertEqual(service.call("GET", "/v1/policies")["policies"][0]["agent"], "ppo")
        self.wait_until(lambda: any("serving the nearest" in line for line in process.said), "a warning")
        self.assertTrue(service.recommend(service.start("u1"))["items"])


if __name__ == "__main__":
    main()
