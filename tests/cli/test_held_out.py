"""Who is judged: test users, validation users, sealed ones, and the ledger of looks at them."""

import json
import unittest

from cli_testing import CliTest, main

SEALING = ["--set", "split.train_users=0.4"]  # 16 train, 4 validate, 10 test, 10 are sealed


class HeldOut(CliTest):
    def setUp(self):
        super().setUp()
        self.larger_shop()
        self.train(*SEALING)

    def evaluate(self, *more):
        return self.succeed("evaluate", "--config", self.shop(), "--runs", self.runs, *SEALING, *more)

    def looks(self):
        return [json.loads(line) for line in (self.runs / "looks.jsonl").read_text().splitlines()]

    def test_an_evaluation_says_whom_it_played_and_how_often_they_were_looked_at(self):
        text = self.evaluate()
        self.assertIn("10 test users x 2 seeds", text)
        self.assertIn("looks: 1,", text)
        row = json.loads(self.evaluate("--json"))
        self.assertEqual((row["held_out"], row["users"], row["looks"]), ("test", 10, 1))
        row = json.loads(self.evaluate("--json", "--set", "evaluation.users=5"))
        self.assertEqual((row["users"], row["looks"]), (5, 2))
        self.assertEqual([look["users"] for look in self.looks()], [10, 10, 5])

    def test_validation_users_may_be_looked_at_as_often_as_one_likes(self):
        row = json.loads(self.evaluate("--json", "--held-out", "validation"))
        self.assertEqual((row["held_out"], row["users"], row["looks"]), ("validation", 4, None))
        self.assertFalse((self.runs / "looks.jsonl").exists())

    def test_sealed_users_play_with_sealed_alone(self):
        row = json.loads(self.evaluate("--json", "--sealed"))
        self.assertEqual((row["held_out"], row["users"], row["looks"]), ("sealed", 10, 1))
        look, = self.looks()
        self.assertEqual((look["held_out"], look["seeds"]), ("sealed", [1, 2]))
        self.assertIn("lerl evaluate", look["command"])
        self.assertIn("--sealed", look["command"])
        done = self.run_lerl("evaluate", "--config", self.shop(), "--held-out", "sealed")
        self.assertEqual(done.returncode, 2)
        done = self.run_lerl("evaluate", "--config", self.shop(), "--sealed", "--held-out", "test")
        self.assertEqual(done.returncode, 2)

    def recommend(self, *more):
        return self.run_lerl("recommend", "--config", self.shop(), "--runs", self.runs, *SEALING, *more, "--json")

    def shown(self, *more):
        """Whom --all shows something, and what was said about the others."""
        done = self.recommend("--all", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {slate["user"] for slate in json.loads(done.stdout)["slates"]}, done.stderr

    def test_a_user_who_is_sealed_is_shown_to_nobody(self):
        everybody = {f"u{user}" for user in range(40)}
        shown, said = self.shown()
        self.assertEqual(len(shown), 30)
        self.assertIn("--all leaves out 10 sealed users\n", said)
        sealed = sorted(everybody - shown)
        for user in sealed:
            self.expect_error(2, "plan", "--config", self.shop(), "--user", user, *SEALING, says=[user, "is sealed"])
        self.succeed("plan", "--config", self.shop(), "--user", min(shown), *SEALING)
        self.expect_error(2, says=["--user " + sealed[0], "is sealed"],
                          result=self.recommend("--user", min(shown), sealed[0]))
        names = self.folder / "users.txt"
        names.write_text(f"{min(shown)}\n{sealed[1]}\n")
        self.expect_error(2, says=["users.txt:2", sealed[1], "is sealed"], result=self.recommend("--users", names))

    def test_all_plays_sessions_of_nobody_who_is_held_out_for_tests(self):
        shown, said = self.shown("--steps", "2")
        self.assertEqual(len(shown), 20)
        self.assertIn("10 sealed users and, of sessions of several slates, 10 test users", said)

    def test_what_a_task_rewards_is_shown_by_training_and_validation_users(self):
        table = ["model", "table", "--dataset", self.shop().parent / "shop.toml", "--task", "evolving", "--json",
                 *SEALING, "split.min_past=2", "env.slate_size=2", "env.evolving.max_steps=2"]
        for users, sessions in [("0", 40), ("6", 12)]:  # 2 seeds each
            rows = json.loads(self.succeed(*table, "--users", users))["rows"]
            self.assertEqual({row["T_int"]["sessions"] for row in rows}, {sessions})

    def test_where_nobody_is_sealed_it_says_so(self):
        self.train()
        self.expect_error(3, "evaluate", "--config", self.shop(), "--runs", self.runs, "--sealed",
                          says="no sealed users")
        self.assertFalse((self.runs / "looks.jsonl").exists())


if __name__ == "__main__":
    main()
