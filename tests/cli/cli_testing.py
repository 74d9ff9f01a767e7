"""What the tests of the command line share: the program, a folder of their own, a small shop.

Every test is started as `test_x.py PROGRAM`. The cache is a folder of the test, so that nothing of
the machine's own cache is read or written.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOP = ROOT / "tests" / "data" / "shop"


def model_file():
    """The language model that the set-up fetched, or None."""
    home = os.environ.get("XDG_CACHE_HOME") or str(pathlib.Path.home() / ".cache")
    cache = pathlib.Path(os.environ.get("LERL_CACHE_DIR") or pathlib.Path(home) / "lerl")
    path = cache / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return path if path.exists() else None


class CliTest(unittest.TestCase):
    program = "lerl"
    patience = 300  # seconds that a command may take

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lerl-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.runs = self.folder / "runs"
        self.environment = {k: v for k, v in os.environ.items() if k != "LERL_DATA_DIR"}
        self.environment["LERL_CACHE_DIR"] = str(self.folder / "cache")

    def start(self, *arguments, **options):
        return subprocess.Popen([self.program, *map(str, arguments)], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, env=self.environment, cwd=self.folder,
                                **options)

    def run_lerl(self, *arguments, **options):
        process = self.start(*arguments, **options)
        out, error = process.communicate(timeout=self.patience)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def succeed(self, *arguments):
        """Standard output of a command that must succeed."""
        done = self.run_lerl(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def expect_error(self, code, *arguments, says=(), result=None):
        """A command that must fail with this code and one line of the form `lerl: ...`."""
        done = result or self.run_lerl(*arguments)
        self.assertEqual(done.returncode, code, (done.stdout, done.stderr))
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines() if line.startswith("lerl: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertEqual(done.stderr.splitlines()[-1], lines[0])
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, lines[0])
        return lines[0]

    def shop(self):
        """A copy of the shop; its run.toml comes back."""
        if not (self.folder / "shop").exists():
            shutil.copytree(SHOP, self.folder / "shop")
        return self.folder / "shop" / "run.toml"

    def larger_shop(self):
        """The same with 40 users and 60 items, of which everybody likes every other one: policies can be told
        apart in it, which `lerl tune` wants."""
        config = self.shop()
        start = 1_600_000_000
        rows = ["user,item,timestamp,rating,genres"]
        for user in range(40):
            for n in range(20):
                item = (7 * user + 11 * n) % 60
                rows.append(f"u{user},i{item},{start + 1000 * user + n},{5 if item % 2 else 1},"
                            f"{'AB'[item % 2]}|{'CDE'[item % 3]}")
        (config.parent / "shop.csv").write_text("\n".join(rows) + "\n")
        return config

    def train(self, *more):
        """Trains the shop's run; the folders of its seeds come back."""
        out = self.succeed("train", "--config", self.shop(), "--out", self.runs, *more)
        return [pathlib.Path(run["folder"]) for run in json.loads(out)]

    def files(self, folder=None):
        """Every file below a folder with its bytes, in order."""
        folder = folder or self.folder
        return {str(path.relative_to(folder)): path.read_bytes()
                for path in sorted(folder.rglob("*")) if path.is_file()}

    def wait_until(self, holds, what, seconds=120):
        end = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), end, f"waited in vain: {what}")
            time.sleep(0.002)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    CliTest.program = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
