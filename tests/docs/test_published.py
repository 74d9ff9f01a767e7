"""Figures and settings that are published can be made again: they are of programs with nothing changed.
usage: test_published.py
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class TunedSettings(unittest.TestCase):
    files = sorted((ROOT / "configs/tuned").glob("*.toml"))

    def test_name_the_commit_of_a_program_with_nothing_changed(self):
        self.assertGreater(len(self.files), 10)
        for path in self.files:
            text = path.read_text(encoding="utf-8")
            commit = re.search(r"; commit (\S+)\.$", text, re.MULTILINE)
            self.assertIsNotNone(commit, path.name)
            self.assertRegex(commit[1], "^[0-9a-f]{12}$", f"{path.name}: tune it with the program of a commit")
            seeds = re.search(r"; training seeds \[([\d,]+)\]; ", text)
            self.assertGreaterEqual(len(seeds[1].split(",")), 3, path.name)


class Pages(unittest.TestCase):
    def test_show_no_figure_of_a_changed_tree(self):
        for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
            found = re.findall(r"\b[0-9a-f]{7,40}-dirty\S*", path.read_text(encoding="utf-8"))
            self.assertEqual(found, [], path.name)


NO_PLANS = {"fresh": 0, "cached": 0, "nearest": 0, "fallback": 0}


def row(policy, **other):
    figure = {"mean": 1, "low": 0, "high": 2}
    return {"policy": policy, "commit": "0123456789ab", "stale": None, "same_first_3": None, "differences": [],
            "metrics": {name: figure for name in ("T_int", "R_cum", "R_sin")},
            "plans": NO_PLANS, "training_plans": NO_PLANS} | other


class ResultsTable(unittest.TestCase):
    def table(self, rows, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.json"
            path.write_text(json.dumps(rows))
            return subprocess.run([sys.executable, "-B", ROOT / "tools/results_table.py", path, *arguments],
                                  capture_output=True, text=True, check=False)

    def test_prints_rows_of_a_commit(self):
        done = self.table([row("ppo"), row("lerl")])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| lerl | 1.00 [0.00, 2.00] |", done.stdout)

    def test_shows_where_plans_came_from_in_evaluation_and_in_training(self):
        done = self.table([row("lerl", plans=NO_PLANS | {"cached": 7}, same_first_3=0.5,
                               training_plans=NO_PLANS | {"fresh": 2, "nearest": 1})])
        self.assertIn("| 0 / 7 / 0 / 0 | 2 / 0 / 1 / 0 | 50% |", done.stdout, done.stderr)

    def test_refuses_rows_of_a_changed_tree_and_stale_ones(self):
        for bad, says in [(row("lerl", commit="0123456789ab-dirty-89abcdef"), "made at 0123456789ab-dirty-89abcdef"),
                          (row("lerl", commit="unknown"), "made at unknown"),
                          (row("lerl", stale="trained at 111111111111"), "trained at 111111111111")]:
            done = self.table([row("ppo"), bad])
            self.assertEqual((done.returncode, done.stdout), (1, ""), says)
            self.assertIn(f"lerl: {says}", done.stderr)
            self.assertEqual(self.table([row("ppo"), bad], "lerl").returncode, 1)

    def test_prints_them_as_a_draft_and_others_without_them(self):
        rows = [row("ppo"), row("lerl", commit="0123456789ab-dirty")]
        self.assertIn("| lerl |", self.table(rows, "--allow-dirty").stdout)
        done = self.table(rows, "ppo")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("lerl", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
