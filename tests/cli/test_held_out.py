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

    def test_a_user_who_is_sealed_is_shown_to_nobody(self):
        refused = 0
        for user in range(40):
            done = self.run_lerl("plan", "--config", self.shop(), "--user", f"u{user}", *SEALING)
            refused += done.returncode == 2 and "is sealed" in done.stderr
        self.assertEqual(refused, 10)

    def test_where_nobody_is_sealed_it_says_so(self):
        self.train()
        self.expect_error(3, "evaluate", "--config", self.shop(), "--runs", self.runs, "--sealed",
                          says="no sealed users")
        self.assertFalse((self.runs / "looks.jsonl").exists())


if __name__ == "__main__":
    main()
