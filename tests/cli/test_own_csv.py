"""A file of one's own with five columns and a description of ten lines goes all the way."""

import json

from cli_testing import CliTest, SHOP, main


class OwnCsv(CliTest):
    def test_the_description_has_ten_lines_and_the_file_five_columns(self):
        self.assertEqual(len((SHOP / "shop.toml").read_text().splitlines()), 10)
        self.assertEqual((SHOP / "shop.csv").read_text().splitlines()[0].count(","), 4)

    def test_data_info_counts_it(self):
        self.shop()
        info = json.loads(self.succeed("data", "info", "shop/shop.toml", "--json"))
        self.assertEqual((info["users"], info["items"], info["interactions"]), (6, 12, 60))
        text = self.succeed("data", "info", "shop/shop.toml")
        for words in ["interactions    60", "like", "Action", "dropped: nothing"]:
            self.assertIn(words, text)

    def test_a_plan_is_shown_in_the_order_of_its_ranking(self):
        self.shop()
        result = json.loads(self.succeed("plan", "--dataset", "shop/shop.toml", "--user", "bob",
                                         "--planner", "fatigue_aware", "--step", "0",
                                         "--set", "split.min_past=2", "--json"))
        self.assertGreater(len(result["plan"]), 1)
        self.assertEqual(result["plan"], result["ranking"][:len(result["plan"])])

    def test_a_plan_shows_a_session_of_slates_of_the_settings_size(self):
        self.shop()
        arguments = ["plan", "--dataset", "shop/shop.toml", "--user", "bob", "--planner",
                     "fatigue_aware", "--step", "2", "--set", "split.min_past=2"]
        arguments += ["--set", "env.slate_size=3"]
        result = json.loads(self.succeed(*arguments, "--json"))
        self.assertEqual([len(slate) for slate in result["session"]], [3, 3])
        self.assertIn("3 a step", self.succeed(*arguments))
        self.expect_error(2, *arguments, "--set", "env.slate_size=5", says="env.slate_size")

    def test_train_then_evaluate_gives_metrics_with_intervals(self):
        self.train()
        arguments = ["evaluate", "--config", self.shop(), "--runs", self.runs]
        result = json.loads(self.succeed(*arguments, "--json"))
        self.assertEqual((result["policy"], result["users"], result["seeds"]),
                         ("ppo+random", 2, [1, 2]))
        self.assertTrue(result["commit"] and result["config_hash"])
        for name in ["T_int", "R_cum", "R_sin"]:
            interval = result["metrics"][name]
            self.assertLessEqual(interval["low"], interval["mean"])
            self.assertLessEqual(interval["mean"], interval["high"])
        self.assertIn("ppo+random", self.succeed(*arguments))

    def test_evaluate_gives_the_same_bytes_twice(self):
        self.train()
        arguments = ["evaluate", "--config", self.shop(), "--runs", self.runs, "--json"]
        self.assertEqual(self.succeed(*arguments), self.succeed(*arguments))

    def test_set_overrides_a_setting_of_the_file(self):
        folders = self.train("--set", "train.iterations=2", "--set", "train.seeds=[7]")
        self.assertEqual([f.name for f in folders], ["seed-7"])
        last = folders[0].joinpath("metrics.jsonl").read_text().splitlines()[-1]
        self.assertEqual(json.loads(last)["iteration"], 2)

    def test_a_finished_run_is_left_as_it_is(self):
        folders = self.train()
        before = self.files(self.runs)
        self.assertEqual(self.train(), folders)
        self.assertEqual(self.files(self.runs), before)

    def test_a_longer_run_begins_anew_and_says_so_also_where_quiet(self):
        self.train()
        longer = self.run_lerl("--quiet", "train", "--config", self.shop(), "--out", self.runs, "--resume",
                               "--set", "train.iterations=7")
        self.assertEqual(longer.returncode, 0, longer.stderr)
        self.assertIn("a run is not extended", longer.stderr)
        self.assertIn("train.iterations", longer.stderr)


if __name__ == "__main__":
    main()
