"""lerl ope log: policies judged by logs with propensities, of several forms, and wrong ones."""

import json
import os
import pathlib
import random
import sys
import unittest

from cli_testing import ROOT, CliTest, main

sys.path.insert(0, str(ROOT / "tests"))


def open_bandit():
    """The sample of the Open Bandit Dataset that the set-up fetched."""
    home = os.environ.get("XDG_CACHE_HOME") or str(pathlib.Path.home() / ".cache")
    cache = pathlib.Path(os.environ.get("LERL_CACHE_DIR") or pathlib.Path(home) / "lerl")
    return cache / "datasets" / "open-bandit"


class OpeLog(CliTest):
    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def judge(self, *arguments):
        return json.loads(self.succeed("ope", "log", *arguments, "--json"))

    def decisions(self, users=60):
        """Two decisions a user, weights 1.6 and .4 by turns, rewards 1 and 0 by turns of two."""
        rows = ["action,reward,mu,pi,user"]
        for n in range(2 * users):
            action = "xy"[n % 2]
            rows.append(f"{action},{n // 2 % 2},0.5,{0.8 if action == 'x' else 0.2},u{n // 2}")
        return "\n".join(rows) + "\n"

    def test_decisions_by_hand(self):
        log = self.write("log.csv", self.decisions())
        arguments = [log, "--propensity", "mu", "--policy", "pi", "--user", "user"]
        found = self.judge(*arguments)
        self.assertEqual((found["kind"], found["rows"], found["units"], found["actions"]), ("decisions", 120, 60, 2))
        policy = found["policies"][0]
        # Both rows of every other user have 1: 30 (1.6 + .4) / 120.
        self.assertAlmostEqual(policy["estimates"]["ips"]["estimate"], 0.5, places=12)
        self.assertAlmostEqual(policy["estimates"]["snips"]["estimate"], 0.5, places=12)
        self.assertAlmostEqual(policy["diagnostics"]["decisions"]["effective"], 120 ** 2 / (60 * (1.6 ** 2 + 0.4 ** 2)))
        self.assertIn("of the logged action alone", policy["estimates"]["dr"]["refused"])
        self.assertEqual(found["selection"]["ranking"], ["pi"])
        text = self.succeed("ope", "log", *arguments, "--truth", "pi=0.4", "--safe", "0.45")
        self.assertIn("pi, known to be worth 0.4", text)
        self.assertIn("type II 1", text)
        self.assertEqual(text, self.succeed("ope", "log", *arguments, "--truth", "pi=0.4", "--safe", "0.45"))

    def test_the_same_log_in_other_forms(self):
        lines = self.decisions().splitlines()
        columns = lines[0].split(",")
        rows = [dict(zip(columns, line.split(","))) for line in lines[1:]]
        for row in rows:
            row["pi"] = [0.8, 0.2]
            row["reward"], row["mu"] = int(row["reward"]), float(row["mu"])
        log = self.write("log.jsonl", "\n".join(map(json.dumps, rows)) + "\n")
        arguments = ["--propensity", "mu", "--policy", "pi", "--user", "user"]
        found = self.judge(log, *arguments)
        self.assertAlmostEqual(found["policies"][0]["estimates"]["ips"]["estimate"], 0.5)
        self.assertIn("estimate", found["policies"][0]["estimates"]["mrdr"])
        self.assertEqual(found["policies"][0]["unseen"], 0)
        if not pathlib.Path(self.program).with_name("lerl-parquet").exists():
            self.skipTest("lerl-parquet is not built")
        import pinned_packages  # noqa: F401, which makes polars importable
        import polars
        polars.DataFrame(rows).write_parquet(self.folder / "log.parquet")
        self.assertEqual(self.judge(self.folder / "log.parquet", *arguments)["policies"], found["policies"])

    def test_sessions_and_slates(self):
        draw = random.Random(3)
        sessions, slates = [], []
        for i in range(80):
            for t in range(3):
                a = draw.randrange(2)
                sessions.append({"s": i, "t": t, "action": "ab"[a], "reward": int(draw.random() < 0.3 + 0.4 * a),
                                 "propensity": 0.5, "new": [0.4, 0.6], "page": "start" if t == 0 else "list"})
            for k, item in enumerate(draw.sample("abc", 2)):
                slates.append({"s": i, "k": k, "action": item, "reward": int(item == "c"),
                               "propensity": [1 / 3] * 3, "new": [0.3, 0.3, 0.4]})
        log = self.write("sessions.jsonl", "\n".join(map(json.dumps, sessions)) + "\n")
        found = self.judge(log, "--session", "s", "--step", "t", "--state", "page", "--policy", "new", "--gamma", "0.9",
                           "--actions", "a", "b")
        self.assertEqual((found["kind"], found["groups"]), ("sessions", 80))
        estimates = found["policies"][0]["estimates"]
        self.assertEqual(sorted(estimates), ["dr", "fqe", "marginalised", "marginalised_dr", "per_decision",
                                             "per_decision_sn", "session_wise", "sndr"])
        truth = (0.3 + 0.4 * 0.6) * (1 + 0.9 + 0.81)
        for name, estimate in estimates.items():
            self.assertNotIn("refused", estimate, name)
            self.assertAlmostEqual(estimate["estimate"], truth, delta=0.35, msg=name)
        log = self.write("slates.jsonl", "\n".join(map(json.dumps, slates)) + "\n")
        found = self.judge(log, "--slate", "s", "--position", "k", "--policy", "new", "--slates", "drawn",
                           "--actions", "a", "b", "c")
        truth = 0.4 + 2 * 0.3 * 0.4 / 0.7  # c in either position
        for name, estimate in found["policies"][0]["estimates"].items():
            self.assertAlmostEqual(estimate["estimate"], truth, delta=0.1, msg=name)
        self.expect_error(4, "ope", "log", log, "--slate", "s", "--position", "k", "--candidate", "logged",
                          "--actions", "a", "b", "c", "--model", "logistic", "--reward-range", "2", "3",
                          says="--reward-range")

    def test_wrong_propensities_are_named_with_their_place(self):
        for value, says in [("0", "is 0, and must be above 0"), ("1.5", "is 1.5"), ("", "is missing"),
                            ("-0.5", "is -0.5"), ("x", "is no probability")]:
            log = self.write("log.csv", f"action,reward,propensity,pi\na,1,0.5,1\nb,0,{value},0\n")
            self.expect_error(4, "ope", "log", log, "--policy", "pi", says=["log.csv:3", says])
        log = self.write("log.csv", "action,reward,propensity,day\na,1,0.5,mo\n")
        self.expect_error(4, "ope", "log", log, "--candidate", "uniform", "--where", "day=su",
                          says="no row has day=su; it has mo")
        self.expect_error(4, "ope", "log", log, "--policy", "pi", says="pi")

    def test_what_can_not_be_is_said(self):
        log = self.write("log.csv", self.decisions())
        self.expect_error(2, "ope", "log", log, "--propensity", "mu", says="no policy to judge")
        self.expect_error(2, "ope", "log", log, "--propensity", "mu", "--candidate", "uniform", "--truth", "x=1",
                          says="there is no policy x")
        self.expect_error(2, "ope", "log", log, "--propensity", "mu", "--candidate", "uniform", "--rank-by", "fqe",
                          says="there are dr, snips")
        self.expect_error(2, "ope", says="see lerl ope log")

    def test_an_estimate_without_support_is_refused(self):
        rows = ["action,reward,propensity,pi"] + [f"a,{n % 2},0.5,0.05" for n in range(200)]
        done = self.run_lerl("ope", "log", self.write("log.csv", "\n".join(rows) + "\n"), "--policy", "pi", "--json")
        self.assertEqual(done.returncode, 10, done.stderr)
        estimates = json.loads(done.stdout)["policies"][0]["estimates"]
        self.assertTrue(all("refused" in estimate for estimate in estimates.values()))
        self.assertIn("there is no support", done.stderr)

    def test_the_randomly_exposed_log_of_kuairand(self):
        head = ("user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,is_hate,"
                "long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,is_profile_enter,is_rand,tab")
        draw = random.Random(5)
        rows = [head]
        for n in range(3000):
            video = draw.randrange(20)
            clicked = int(draw.random() < (0.6 if video < 5 else 0.2))
            rows.append(f"{n % 300},{video},20220425,900,{1650556800000 + n},{clicked},0,0,0,0,0,{clicked},9,9,0,0,0,"
                        f"{int(n % 10 > 0)},{n % 3}")
        log = self.write("log_random_4_22_to_5_08_pure.csv", "\n".join(rows) + "\n")
        found = self.judge(log, "--format", "kuairand_random", "--candidate", "uniform", "popularity", "best",
                           "--truth", "uniform=0.3", "best=0.6", "popularity=0.366")
        self.assertEqual((found["pool"], found["actions"], found["left_out"], found["units"]), (20, 20, 300, 270))
        self.assertEqual(found["selection"]["ranking"], ["best", "popularity", "uniform"])
        self.assertEqual(found["selection"]["regret"], [0, 0, 0])
        best = found["policies"][2]["estimates"]["snips"]["bootstrap"]
        self.assertTrue(best["low"] < 0.6 < best["high"], best)
        text = self.succeed("ope", "log", log, "--format", "kuairand_random", "--candidate", "uniform", "--reward",
                            "long_view", "--pool", "7583", "--context", "tab")
        self.assertIn("taken to be 1/7583", text)

    def test_the_sample_of_open_bandit(self):
        data = open_bandit()
        if not data.exists():
            self.skipTest("the sample is not there; tools/setup.sh bandit fetches it")
        shown = {"all": 80, "men": 34, "women": 46}
        for campaign, actions in shown.items():
            files = {policy: data / policy / campaign / f"{campaign}.csv" for policy in ("random", "bts")}
            found = self.judge(files["random"], "--format", "open_bandit", "--candidate", "logged", "uniform",
                               f"bts={files['bts']}")
            self.assertEqual((found["rows"], found["actions"]), (10000, actions))
            logged, uniform, bts = found["policies"]
            # The policy was uniform, so that both are the mean click.
            for policy in (logged, uniform):
                self.assertAlmostEqual(policy["estimates"]["ips"]["estimate"], found["logged"]["mean"], places=9)
            # The other one, which some users were given by chance, clicked as often as its own log says.
            interval = bts["estimates"]["snips"]["bootstrap"]
            self.assertTrue(interval["low"] < bts["truth"] < interval["high"], (campaign, bts["truth"], interval))


if __name__ == "__main__":
    main()
