"""Where policies can't be told apart an audit is refused, and others warn; whom an audit judges, and the ledger."""

import json
import unittest

from cli_testing import CliTest, main

APART = "can't be told apart"


class Spread(CliTest):
    def test_training_and_evaluation_warn_of_a_world_in_which_all_earn_the_same(self):
        run = ["--config", self.shop(), "--set", "train.seeds=[1]"]
        trained = self.run_lerl("train", *run, "--out", self.runs)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        self.assertIn(APART, trained.stderr)
        self.assertEqual(len(json.loads(trained.stdout)), 1)
        judged = self.run_lerl("evaluate", *run, "--runs", self.runs, "--json")
        self.assertEqual(judged.returncode, 0, judged.stderr)
        self.assertIn(APART, judged.stderr)
        self.assertIn("R_cum", json.loads(judged.stdout)["metrics"])

    def test_where_they_earn_more_and_less_nobody_warns(self):
        done = self.run_lerl("train", "--config", self.larger_shop(), "--out", self.runs, "--set",
                             "train.seeds=[1]")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(APART, done.stderr)

    def test_an_audit_is_refused_before_it_looks_at_anybody(self):
        self.expect_error(10, "audit", "planner", "--config", self.shop(), "--out", "out", says=APART)
        self.assertFalse((self.folder / "out" / "looks.jsonl").exists())


class Audit(CliTest):
    def arguments(self, *more):
        # A past of 8 of 20 rows, so that 6 likes are to come.
        # No planner that is judged asks the endpoint, which takes the place of a model file.
        sets = ['planner.llm.endpoint.urls=["http://127.0.0.1:9/v1"]', "split.mode=user_order", "split.train_share=0.4",
                "split.train_users=0.4"]  # 16 train, 4 validate, 10 test, 10 are sealed
        words = [word for setting in sets for word in ("--set", setting)]
        return ["audit", "planner", "--config", self.larger_shop(), "--planners", "random", "--seeds", "2",
                "--out", "audit", *words, *more]

    def audit(self, *more):
        return json.loads(self.succeed(*self.arguments("--json", *more)))

    def looks(self):
        return [json.loads(line)
                for line in (self.folder / "audit" / "looks.jsonl").read_text().splitlines()]

    def test_judges_validation_users_unless_others_are_named_and_writes_no_look(self):
        result = self.audit()
        self.assertEqual((result["held_out"], result["looks"]), ("validation", None))
        self.assertFalse((self.folder / "audit" / "looks.jsonl").exists())

    def test_each_reading_of_test_and_sealed_users_is_in_the_ledger(self):
        result = self.audit("--held-out", "test")
        self.assertEqual((result["held_out"], result["looks"]), ("test", 1))
        self.assertEqual(self.audit("--held-out", "test")["looks"], 1)  # the same once more
        self.assertEqual(self.audit("--held-out", "test", "--first-seed", "7")["looks"], 2)
        self.assertEqual(self.audit("--sealed")["looks"], 1)
        looks = self.looks()
        self.assertEqual([look["held_out"] for look in looks], ["test", "test", "test", "sealed"])
        self.assertEqual([look["seeds"] for look in looks], [[1, 2], [1, 2], [7, 8], [1, 2]])
        self.assertIn("lerl audit planner", looks[0]["command"])
        self.assertEqual(len({look["people"] for look in looks}), 2)

    def test_its_sentences_name_the_tests_that_they_follow_from(self):
        text = " ".join(self.succeed(*self.arguments()).split())
        self.assertRegex(text, r"Verdicts on NDCG@5 follow from \d+ paired tests, every row against every "
                               r"heuristic, corrected by Holm's method at 5%")
        self.assertIn("has the highest NDCG@5", text)


class Listening(CliTest):
    def listening(self, *more):
        return self.succeed("audit", "listening", "--config", self.larger_shop(), "--smoke", "--out", "listening",
                            *more)

    def test_says_where_listening_pays_and_goes_on_from_what_is_on_file(self):
        text = self.listening()
        self.assertRegex(text, r"30% mistaken .* [+-]\d+\.\d\d \[")
        self.assertIn("Break-even: ", text)
        cells = self.files(self.folder / "listening")
        result = json.loads(self.listening("--json"))
        self.assertEqual((len(result["levels"]), result["held_out"]), (9, "validation"))
        self.assertEqual(self.files(self.folder / "listening"), cells)

    def test_test_users_are_read_on_the_ledger(self):
        self.listening("--held-out", "test")
        look, = (self.folder / "listening" / "looks.jsonl").read_text().splitlines()
        self.assertIn("lerl audit listening", json.loads(look)["command"])


class Errors(CliTest):
    def test_errors_are_counted_by_group_and_shown(self):
        words = ["audit", "errors", "--config", self.larger_shop(), "--planners", "random", "own_history", "--practice",
                 "1", "--seeds", "2", "--users", "6", "--out", "errors", "--set", "split.train_users=0.4"]
        result = json.loads(self.succeed(*words, "--json"))
        self.assertEqual([row["planner"] for row in result["rows"]], ["random", "own_history"])
        for row in result["rows"]:
            self.assertEqual(row["errors"]["all users"]["invalid"]["share"]["mean"], 0)
            self.assertEqual(set(row["errors"]), {"all users", "few likes", "many likes", "niche", "mainstream"})
        text = self.succeed(*words)
        self.assertIn("Examples of random", text)
        self.assertIn("worth of plans", text)

    def test_a_planner_without_plans_is_refused(self):
        self.expect_error(3, "audit", "errors", "--config", self.larger_shop(), "--planners", "none",
                          says="ranks nothing")


if __name__ == "__main__":
    main()
