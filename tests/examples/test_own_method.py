"""Planners and agents from outside of the tree, in C++ and in Python, go through the whole settle study, cut short.

test_own_method.py PROGRAM    of examples/09_own_method
"""

import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))
from cli_testing import model_file  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])


class OwnMethod(unittest.TestCase):
    def run_own(self, *words):
        done = subprocess.run([PROGRAM, *words], cwd=ROOT, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_it_is_in_the_registries(self):
        listed = self.run_own("list")
        self.assertIn("own_planner", listed)
        self.assertIn("own_agent", listed)
        self.assertIn("python_planner", listed)
        self.assertIn("python_agent", listed)

    @unittest.skipUnless(model_file(), "needs the language model that the set-up fetches")
    def test_it_goes_through_the_settle_study(self):
        with tempfile.TemporaryDirectory(prefix="lerl-own-") as folder:
            out = self.run_own("study", "--config", "examples/09_own_method/settle.toml", "--smoke", "--out", folder)
            self.assertIn("my planner is better than random in R_cum (task: evolving)", out)
            with open(pathlib.Path(folder) / "table.csv", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), 38)
            self.assertEqual([row["row"] for row in rows if row["seeds_finished"] != "2"], [])
            mean = {(row["planner"], row["task"]): float(row["mean"]) for row in rows}
            for task in ("whole session", "evolving"):
                for mine in ("my planner", "my agent"):  # the same method twice
                    self.assertAlmostEqual(mean[mine, task], mean[f"{mine} in Python", task], places=3)
            for name in ["analysis.json", "report.html", "results.csv", "table.md", "table.tex", "verdicts.csv"]:
                self.assertTrue((pathlib.Path(folder) / name).exists(), name)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
