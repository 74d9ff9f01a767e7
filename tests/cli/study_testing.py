"""What the tests of commands that are many runs share: a small comparison, its bytes, its workers."""

import json
import os
import pathlib
import signal

from cli_testing import CliTest

ROWS = [("ppo", 'planner.name = "none"'), ("planned", 'planner.name = "round_robin"'),
        ("random", 'agent.name = "random"')]


class StudyTest(CliTest):
    iterations = 4
    cells = 6  # three rows, two seeds

    def setUp(self):
        super().setUp()
        self.larger_shop()
        text = 'title = "A shop"\nbase = "shop/run.toml"\nreference = "ppo"\n'
        text += f"[settings]\ntrain.iterations = {self.iterations}\ntrain.checkpoint_every = 1\n"
        for label, settings in ROWS:
            text += f"[[rows]]\nlabel = {json.dumps(label)}\n{settings}\n"
        (self.folder / "compare.toml").write_text(text)

    def comparison(self, out, *more):
        return ["compare", "--config", "compare.toml", "--out", out, *more]

    def table(self, out, *more):
        """The table that the command ends with, without seconds and memory."""
        self.succeed(*self.comparison(out, *more))
        return (self.folder / out / "figures.txt").read_text()

    def result(self, out):
        """The bytes that must not depend on who ran the cells: figures, users, and those of each run."""
        folder = self.folder / out
        names = [folder / "figures.json", folder / "figures.txt", folder / "users.csv"]
        names += [path for name in ("checkpoint.safetensors", "metrics.jsonl", "sessions-*.safetensors")
                  for path in folder.glob(f"*/seed-*/{name}")]
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(names)}

    def expected(self):
        """Table and bytes of the comparison as one process makes them."""
        table = self.table("whole")
        return table, self.result("whole")

    def put(self, out, *more):
        """Puts the cells of the comparison on its ledger; their counts come back."""
        return json.loads(self.succeed(*self.comparison(out, "--put", *more)))

    def counts(self, out):
        return json.loads(self.succeed("work", "--ledger", self.folder / out / "cells.db", "--status"))

    def lines(self, out):
        """Lines of all learning curves: how far the runs are."""
        return sum(len(path.read_bytes().splitlines()) for path in (self.folder / out).rglob("metrics.jsonl"))

    @staticmethod
    def workers(parent):
        """The processes of `lerl work` below a process, at any depth."""
        found, parents = [], {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it has just ended
            process = int(folder.name)
            parents[process] = int(fields[1])
            if b"work" in words and fields[0] != "Z" and words[0].endswith(b"lerl"):
                found.append(process)

        def below(process):
            while process in parents and process != parent:
                process = parents[process]
            return process == parent
        return [process for process in found if below(process)]

    def kill_one(self, parent, out, lines=3):
        """Kills a worker once the runs have so many lines between them."""
        self.wait_until(lambda: self.lines(out) >= lines and self.workers(parent.pid), "a worker at its work")
        os.kill(self.workers(parent.pid)[0], signal.SIGKILL)
