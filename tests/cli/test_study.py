"""lerl study: the analysis is registered first, a kill changes no table, and failed cells are shown."""

import csv
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess

from cli_testing import CliTest, main

STUDY = """title = "A shop"
question = "Do plans help?"
base = "shop/run.toml"
[settings]
train.seeds = [1, 2, 3]
train.iterations = 4
train.checkpoint_every = 1
[[factor]]
name = "planner"
[[factor.level]]
name = "none"
planner.name = "none"
[[factor.level]]
name = "round_robin"
planner.name = "round_robin"
[[factor]]
name = "agent"
[[factor.level]]
name = "ppo"
[[factor.level]]
name = "random"
agent.name = "random"
[[claim]]
factor = "planner"
level = "round_robin"
against = "none"
"""
TABLES = ["table.md", "table.csv", "table.tex", "verdicts.csv", "results.csv", "cells.csv"]


class Study(CliTest):
    def setUp(self):
        super().setUp()
        self.larger_shop()
        (self.folder / "study.toml").write_text(STUDY)

    def study(self, out, *more):
        return ["study", "--config", "study.toml", "--out", out, *more]

    def tables(self, out):
        return {name: (self.folder / out / name).read_bytes() for name in TABLES}

    def lines(self, out):
        return sum(len(path.read_bytes().splitlines()) for path in (self.folder / out).rglob("metrics.jsonl"))

    def test_a_kill_at_any_moment_changes_no_table(self):
        self.succeed(*self.study("whole"))
        whole = self.tables("whole")
        draw = random.Random(7)
        killed = 0
        for _ in range(4):
            lines = self.lines("killed")
            process = self.start(*self.study("killed", "--lease", "0.5"), start_new_session=True)
            more = draw.randrange(1, 6)
            try:
                self.wait_until(lambda: process.poll() is not None or self.lines("killed") >= lines + more, "a cell")
            finally:
                if process.poll() is None:
                    killed += 1
                    os.killpg(process.pid, signal.SIGKILL)  # with its workers, as when a machine fails
                process.communicate()
        self.assertGreater(killed, 0)
        self.succeed(*self.study("killed", "--lease", "0.5"))
        self.assertEqual(self.tables("killed"), whole)

    def test_a_kill_of_the_command_alone_changes_no_table(self):
        self.succeed(*self.study("whole"))
        process = self.start(*self.study("killed", "--lease", "0.5"), start_new_session=True)
        self.addCleanup(lambda: [process.stdout.close(), process.stderr.close()])
        self.wait_until(lambda: self.lines("killed") >= 2, "a cell")
        process.kill()
        process.wait()
        self.succeed(*self.study("killed", "--lease", "0.5"))
        self.assertEqual(self.tables("killed"), self.tables("whole"))

    def test_the_analysis_comes_first_and_stays(self):
        self.succeed(*self.study("out", "--put"))
        analysis = json.loads((self.folder / "out" / "analysis.json").read_text())
        self.assertEqual([row["label"] for row in analysis["rows"]],
                         ["none, ppo", "none, random", "round_robin, ppo", "round_robin, random"])
        self.assertEqual(list((self.folder / "out").rglob("run.json")), [])
        before = self.files(self.folder / "out")
        self.expect_error(3, *self.study("out", "--set", "train.seeds=[1,2]"),
                          says=["analysis.json", "seeds (was [1,2,3], is [1,2])", "--out", "out-2"])
        self.assertEqual(self.files(self.folder / "out"), before)

    def test_a_cell_that_fails_is_shown_and_the_others_go_on(self):
        self.succeed(*self.study("out", "--put"))
        # A folder where a file must be written: this cell can't be trained.
        name = next(row for row in self.succeed("study", "--config", "study.toml", "--plan").splitlines()
                    if row.startswith("row: "))
        self.assertEqual(name, "row: none, ppo")
        process = self.succeed(*self.study("whole"))
        self.assertIn("Of 2 claims", process)
        group = next((self.folder / "whole").glob("ppo+none-*")).name
        (self.folder / "out" / group / "seed-2" / "run.json").mkdir(parents=True)
        out = self.succeed(*self.study("out"))
        self.assertIn("## Failed cells", out)
        self.assertIn("| none, ppo | 2 of 3 |", out)
        self.assertIn("Tested with 2 of 3 seeds, because cells failed.", out)
        with open(self.folder / "out" / "cells.csv") as file:
            failed = [row for row in csv.DictReader(file) if row["status"] == "failed"]
        self.assertEqual([(row["row"], row["seed"]) for row in failed], [("none, ppo", "2")])
        # Once what was wrong is mended, the same command gives the table of the whole study.
        shutil.rmtree(self.folder / "out" / group / "seed-2")
        self.succeed(*self.study("out"))
        self.assertEqual(self.tables("out"), self.tables("whole"))

    def test_an_unfit_simulator_stands_on_the_first_line(self):
        # Its audit is that of a smoke, which says nothing, made to say the worst.
        self.run_lerl("sim", "audit", "--config", self.larger_shop(), "--smoke", "--out", "audit")
        audit = json.loads((self.folder / "audit/audit.json").read_text())
        del audit["checksum"]
        audit.update({"smoke": False, "verdict": "unfit"})
        audit["figures"][0].update({"decides": True, "light": "red", "check": "held-out fit", "name": "AUC of like"})
        (self.folder / "audit/audit.json").write_text(json.dumps(audit))
        (self.folder / "study.toml").write_text('simulator_audit = "audit/audit.json"\n' + STUDY)
        out = self.succeed(*self.study("out", "--smoke"))
        self.assertIn("unfit", out.splitlines()[0])
        self.assertIn("held-out fit, AUC of like", out.splitlines()[0])

    def test_parquet_has_the_lines_of_the_csv_file(self):
        writer = pathlib.Path(self.program).parent / "lerl-parquet"
        if not writer.exists():
            self.skipTest("needs lerl-parquet beside the program")
        self.succeed(*self.study("out", "--smoke"))
        rows = subprocess.run([writer, self.folder / "out" / "results.parquet"], text=True, check=True,
                              capture_output=True).stdout.splitlines()
        with open(self.folder / "out" / "results.csv") as file:
            expected = list(csv.DictReader(file))
        self.assertEqual(len(rows), len(expected))
        first = json.loads(rows[0])
        self.assertEqual({name: str(value) for name, value in first.items() if name != "value"},
                         {name: value for name, value in expected[0].items() if name != "value"})
        self.assertAlmostEqual(first["value"], float(expected[0]["value"]), places=6)

    def test_one_seed_is_too_few(self):
        self.expect_error(3, *self.study("out", "--set", "train.seeds=[1]"), says=["one seed", "at least two"])


if __name__ == "__main__":
    main()
