"""Help, lists and what goes to which stream."""

import json
import subprocess
import unittest

from cli_testing import CliTest, main

COMMANDS = ["fetch", "data", "data info", "list", "model", "plan", "plan export", "plan tune-model", "train", "tune",
            "evaluate", "recommend", "serve", "ope", "ope log", "events", "events export", "events import", "events backup",
            "events forget", "events keep", "compare", "study", "work", "ray", "report", "bench", "audit", "audit planner",
            "audit errors", "audit listening", "audit wishes", "sim", "sim audit", "reflections"]


class Help(CliTest):
    def test_of_the_program_names_every_command_and_first_steps(self):
        text = self.succeed("--help")
        for command in COMMANDS:
            self.assertIn(command.split()[0], text)
        self.assertIn("First steps", text)

    def test_of_every_command_has_an_example(self):
        listed = [line.split()[0] for line in
                  self.succeed("--help").split("Subcommands:")[1].split("First steps")[0].splitlines()
                  if line.startswith("  ") and line[2] != " "]
        self.assertEqual(sorted(listed), sorted({c.split()[0] for c in COMMANDS}))
        for command in COMMANDS:
            text = self.succeed(*command.split(), "--help")
            self.assertIn("Example", text, command)
            self.assertIn(f"  lerl {command}", text)

    def test_of_data_info_names_the_settings(self):
        self.assertIn("data.max_bad_share", self.succeed("data", "info", "--help"))

    def test_an_unknown_command_exits_with_2(self):
        done = self.run_lerl("trian")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertNotEqual(done.stderr, "")

    def test_no_command_exits_with_2(self):
        self.assertEqual(self.run_lerl().returncode, 2)

    def test_version_names_the_commit(self):
        self.assertRegex(self.succeed("--version"), r"^\d+\.\d+\.\d+ \(\w+(-dirty-[0-9a-f]{8})?\)\n$")


class List(CliTest):
    expected = {"agents": ["random", "popularity", "greedy", "ppo", "td3"],
                "planners": ["none", "random", "short_term", "round_robin", "fatigue_aware", "llm"],
                "data sets": ["ml-100k", "ml-1m", "kuairand-pure", "kuairec"],
                "tasks": ["whole_session", "request", "cross_session", "matrix", "evolving"],
                "response models": ["transformer", "mf"],
                "leave rules": ["lerl", "lerl_slots", "temper", "category_window", "max_steps"],
                "metrics": ["T_int", "R_cum", "R_sin", "category_entropy", "coverage"]}

    def test_as_json_names_everything_with_a_word_on_it(self):
        rows = json.loads(self.succeed("list", "--json"))
        self.assertEqual(sorted(rows), sorted(self.expected))
        for title, names in self.expected.items():
            self.assertLessEqual(set(names), {row["name"] for row in rows[title]})
            self.assertTrue(all(row["what"] for row in rows[title]))

    def test_as_text_names_the_same(self):
        text = self.succeed("list")
        for rows in json.loads(self.succeed("list", "--json")).values():
            for row in rows:
                self.assertIn(f"  {row['name']} ", text)


    def test_one_section_alone_and_agents_with_paper_and_status(self):
        listed = json.loads(self.succeed("list", "agents", "--json"))
        self.assertEqual(list(listed), ["agents"])
        ppo = next(row for row in listed["agents"] if row["name"] == "ppo")
        self.assertIn("1707.06347", ppo["paper"])
        self.assertEqual((ppo["status"], ppo["learns"]), ("measured", True))
        self.assertIn("\n  ml-100k ", self.succeed("list", "data-sets"))
        done = self.run_lerl("list", "agent")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'agents'?", done.stderr)


class Streams(CliTest):
    def test_the_result_goes_to_standard_output_and_progress_to_standard_error(self):
        done = self.run_lerl("train", "--config", self.shop(), "--out", self.runs)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([run["seed"] for run in json.loads(done.stdout)], [1, 2])
        self.assertIn("iterations", done.stderr)

    def test_quiet_leaves_standard_error_empty(self):
        train = ["train", "--config", self.larger_shop(), "--out"]
        for arguments in [["--quiet", *train, "first"], [*train, "second", "-q"]]:
            done = self.run_lerl(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_result_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([self.program, "list"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False, env=self.environment)
        self.assertEqual(done.returncode, 8)
        self.assertIn("standard output", done.stderr)

    def test_show_prints_every_setting_with_its_meaning(self):
        text = self.succeed("train", "--config", self.shop(), "--show", "--set",
                            "planner.plan_size=1")
        self.assertRegex(text, r"planner\.plan_size = 1 +# categories of a plan")
        self.assertFalse(self.runs.exists())

    def test_what_show_prints_is_the_same_configuration(self):
        show = ["train", "--show", "--set", "planner.plan_size=1", "--config"]
        everything = self.succeed(*show, self.shop())
        changed = self.succeed(*show, self.shop(), "--changed")
        self.assertLess(len(changed.splitlines()), len(everything.splitlines()) / 2)
        self.assertIn("planner.plan_size = 1", changed)
        for text in [everything, changed]:
            (self.folder / "shown.toml").write_text(text, encoding="utf-8")
            self.assertEqual(self.succeed("train", "--show", "--config", "shown.toml"), everything)


if __name__ == "__main__":
    main()
