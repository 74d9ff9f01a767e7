"""Bad settings, data and models: one line that says what, where and what to do; a code by kind."""

import unittest

from cli_testing import CliTest, main, model_file


class BadSettings(CliTest):
    def refuse(self, setting, says, code=3):
        self.expect_error(code, "train", "--config", self.shop(), "--out", self.runs, "--set", setting,
                  says=says)
        self.assertFalse(self.runs.exists())

    def test_an_unknown_setting_names_the_nearest(self):
        self.refuse("train.itertions=3", ["train.itertions", "did you mean train.iterations?"])

    def test_an_unknown_setting_of_a_file_gives_file_and_line(self):
        path = self.shop()
        path.write_text(path.read_text().replace("slate_size", "slate_sise"))
        line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "sise" in text)
        self.expect_error(3, "train", "--config", path, "--out", self.runs,
                  says=[f"run.toml:{line}", "env.slate_sise", "did you mean env.slate_size?"])

    def test_an_impossible_value_gives_the_range(self):
        self.refuse("train.iterations=-3", ["train.iterations = -3", "[0, 10000000]"])

    def test_a_value_of_another_type_is_refused(self):
        self.refuse("train.iterations=abc", "must be an integer")

    def test_an_unknown_name_gives_the_nearest(self):
        self.refuse('env.rules=["lrl"]', "did you mean 'lerl'?")
        self.refuse("agent.name=ppoo", "did you mean 'ppo'?")
        self.refuse("planner.name=rndom", "did you mean 'random'?")
        self.refuse("response_model.model=mff", "did you mean 'mf'?")

    def test_an_unknown_data_set_names_the_nearest(self):
        self.expect_error(2, "data", "info", "ml-100kk", says="did you mean 'ml-100k'?")

    def test_a_missing_configuration_says_where_examples_are(self):
        self.expect_error(3, "train", "--config", "nothere.toml", says=["nothere.toml", "configs/"])

    def test_a_configuration_that_is_not_toml_gives_file_and_line(self):
        path = self.shop()
        path.write_text("[data\n")
        self.expect_error(3, "train", "--config", path, "--out", self.runs, says="run.toml:1")


class BadUsers(CliTest):
    def test_an_audit_finds_that_there_are_too_few_before_it_plays(self):
        self.larger_shop()
        self.expect_error(4, "audit", "planner", "--config", "shop/run.toml", "--closed-loop", "--out", "out",
                          says=["fewer than 2 validation users", "use a larger data set"])
        self.assertFalse((self.folder / "out").exists())


class BadData(CliTest):
    def setUp(self):
        super().setUp()
        self.shop()
        self.csv = self.folder / "shop" / "shop.csv"
        self.toml = self.folder / "shop" / "shop.toml"

    def refuse(self, *says, more=()):
        self.expect_error(4, "data", "info", "shop/shop.toml", *more, says=says)
        self.assertFalse((self.folder / "cache" / "prepared").exists())

    def change_line(self, number, change):
        lines = self.csv.read_text().splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1])
        self.csv.write_text("".join(lines))

    def test_a_missing_file_says_to_put_it_there(self):
        self.csv.unlink()
        self.refuse("shop/shop.csv: the file is missing", "put it there")

    def test_a_known_data_set_that_is_not_there_says_to_fetch_it(self):
        self.expect_error(4, "data", "info", "ml-100k", says="run `lerl fetch ml-100k`")

    def test_an_empty_file_is_refused(self):
        self.csv.write_bytes(b"")
        self.refuse("shop/shop.csv: the file is empty")

    def test_a_truncated_file_gives_line_and_column(self):
        self.csv.write_bytes(self.csv.read_bytes()[:1000])
        self.refuse("shop/shop.csv:33:11: the file is cut off")

    def test_a_truncated_file_is_not_a_bad_row_to_drop(self):
        self.csv.write_bytes(self.csv.read_bytes()[:1000])
        self.refuse("the file is cut off", more=["--set", "data.max_bad_share=0.5"])

    def test_a_wrong_field_gives_line_and_column_and_the_way_to_drop_it(self):
        self.change_line(5, lambda line: line.replace(",5,", ",five,"))
        self.refuse("shop/shop.csv:5:21: rating is 'five'", "data.max_bad_share")

    def test_wrong_rows_are_counted_up_to_the_configured_share_and_refused_above(self):
        self.change_line(5, lambda line: line.replace(",5,", ",five,"))
        text = self.succeed("data", "info", "shop/shop.toml", "--set", "data.max_bad_share=0.02")
        self.assertIn("interactions    59", text)
        self.assertRegex(text.split("dropped")[1], r"\b1\b")
        self.expect_error(4, "data", "info", "shop/shop.toml", "--set", "data.max_bad_share=0.01")

    def test_an_unknown_category_is_refused_with_its_place(self):
        names = '["Action", "Comedy", "Horror", "Drama"]'
        self.toml.write_text(f"known_categories = {names}\n" + self.toml.read_text())
        self.refuse("shop/shop.csv:10:24", "category 'unknown' is not in known_categories")

    def test_a_missing_column_names_the_nearest(self):
        self.toml.write_text(self.toml.read_text().replace('"genres"', '"genre"'))
        self.refuse("column 'genre' is missing", "did you mean 'genres'?")

    def test_an_unknown_key_of_the_description_names_the_nearest(self):
        self.toml.write_text(self.toml.read_text().replace("user =", "usr ="))
        self.expect_error(3, "data", "info", "shop/shop.toml", says=["shop.toml:2", "did you mean user?"])

    def test_no_user_left_after_filtering_says_what_to_lower(self):
        self.expect_error(4, "train", "--config", "shop/run.toml", "--out", self.runs, "--set",
                  "split.min_past=1000", says=["split.min_past"])
        self.assertFalse(self.runs.exists())


class BadModel(CliTest):
    def refuse(self, name, *says, more=()):
        self.expect_error(5, "train", "--config", self.shop(), "--out", self.runs, "--set",
                          "planner.name=llm", "--set", f"planner.llm.model={name}", *more,
                          says=says)
        written = self.files(self.runs) if self.runs.exists() else {}
        self.assertEqual({path for path in written if not path.endswith(".lock")}, set())

    def real_model(self):
        path = model_file()
        if path is None:
            self.skipTest("the language model is not in the cache (`make setup` fetches it)")
        return path

    def test_a_missing_model_says_how_to_get_one(self):
        self.refuse("no.gguf", "no.gguf: there is no such model file", "make setup")

    def test_a_file_that_is_not_gguf_is_refused(self):
        (self.folder / "text.gguf").write_text("hello")
        self.refuse("text.gguf", "text.gguf: this is not a GGUF file")

    def test_an_empty_file_is_refused(self):
        (self.folder / "empty.gguf").touch()
        self.refuse("empty.gguf", "empty.gguf: this is not a GGUF file")

    def test_a_truncated_model_is_refused(self):
        with self.real_model().open("rb") as model:
            (self.folder / "cut.gguf").write_bytes(model.read(1_000_000))
        self.refuse("cut.gguf", "cut.gguf", "truncated")

    def test_a_prompt_longer_than_the_context_is_refused(self):
        prompts = self.folder / "prompts"
        prompts.mkdir()
        (prompts / "plan_system.txt").write_text("Plan the categories of a shop. " * 100)
        self.refuse(self.real_model(), "planner.llm.context", more=[
            "--set", "planner.llm.prompt_dir=prompts", "--set", "planner.llm.context=256"])


if __name__ == "__main__":
    main()
