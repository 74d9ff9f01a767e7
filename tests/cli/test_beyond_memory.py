"""A log larger than memory: it is prepared and trained on with memory that does not grow with it.

LERL_ROWS sets the number of interactions of the large log (200,000; `make test-slow` has 100 million). What is
looked at is the anonymous memory of the program and of lerl-parquet, which it runs: pages of mapped files are the
system's cache, which it takes back when it needs to.
"""

import json
import math
import os
import pathlib
import signal
import subprocess
import threading
import time

import polars

from cli_testing import CliTest, main

ROWS = int(os.environ.get("LERL_ROWS", "200000"))
FILE_ROWS = 5_000_000
USERS, ITEMS = 100_000, 50_000
MOST_BYTES = 2_000_000_000

DESCRIPTION = """
name = "large"
file = "log_*.{form}"
user = "user"
item = "item"
time = "timestamp"
value = "rating"
split = "global_cut"
[items]
file = "items.csv"
item = "item"
categories = ["genre"]
[[behaviour]]
name = "like"
column = "rating"
at_least = 4
"""

RUN = """
[data]
name = "large.toml"
[response_model.transformer]
network = {{ width = 16, heads = 2, feed_forward = 16 }}
embedding = 4
epochs = 1
epoch_rows = {epoch_rows}
valid_users = 200
[env]
slate_size = 3
budget = 6
[agent]
factors.epochs = 2
state.transformer = {{ width = 8, heads = 2, feed_forward = 8 }}
policy.hidden = 8
warm_start.steps = 4
[planner]
name = "random"
plan_size = 2
[train]
seeds = [1]
iterations = 2
sessions = 16
slots = 16
"""


def share(seed):
    """Numbers from 0 to 1 that look random, one for each row."""
    return polars.col("n").hash(seed).cast(polars.Float64) / 2.0**64


def write_log(folder, rows, users, items, form):
    """Rows in the order of time, each of any user, with an item by Zipf's law."""
    folder.mkdir(exist_ok=True)
    for number, begin in enumerate(range(0, rows, FILE_ROWS)):
        n = polars.int_range(begin, min(begin + FILE_ROWS, rows), dtype=polars.UInt64).alias("n")
        item = ((share(2) * math.log(items)).exp().floor() - 1).clip(0, items - 1)
        table = polars.select(n).select(
            user=(share(1) * users).floor().cast(polars.UInt32), item=item.cast(polars.UInt32),
            timestamp=1_600_000_000 + polars.col("n") // 4, rating=(share(3) * 5 + 1).floor().cast(polars.UInt8))
        path = folder / f"log_{number:02d}.{form}"
        table.write_parquet(path) if form == "parquet" else table.write_csv(path)
    (folder / "items.csv").write_text(
        "item,genre\n" + "".join(f"{item},{'ABCDEFGH'[item % 8]}\n" for item in range(items)))
    (folder / "large.toml").write_text(DESCRIPTION.format(form=form))
    (folder / "run.toml").write_text(RUN.format(epoch_rows=min(200_000, rows)))


def anonymous_bytes(process):
    """Of the process and its children; 0 once it has ended."""
    total = 0
    try:
        task = pathlib.Path(f"/proc/{process}/task/{process}")
        for line in (task / "status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                total += 1024 * int(line.split()[1])
        for child in (task / "children").read_text().split():
            total += anonymous_bytes(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


class BeyondMemory(CliTest):
    def measure(self, *arguments):
        """Standard output, and the most bytes of anonymous memory that the command held."""
        began = time.monotonic()
        with open(self.folder / "errors", "w+", encoding="utf-8") as errors:
            process = subprocess.Popen([self.program, *map(str, arguments)], text=True, stdout=subprocess.PIPE,
                                       stderr=errors, env=self.environment, cwd=self.folder)
            most = [0]

            def watch():
                while process.poll() is None:
                    most[0] = max(most[0], anonymous_bytes(process.pid))
                    time.sleep(0.005)

            watcher = threading.Thread(target=watch)
            watcher.start()
            out = process.stdout.read()
            watcher.join()
            process.stdout.close()
            errors.seek(0)
            self.assertEqual(process.returncode, 0, errors.read())
        print(f"{' '.join(map(str, arguments[:2]))}: {most[0] / 1e6:.0f} MB, {time.monotonic() - began:.0f} s",
              flush=True)
        return out, most[0]

    def info(self, toml, *settings):
        out, most = self.measure("data", "info", toml, "--json", *(w for s in settings for w in ("--set", s)))
        return json.loads(out), most

    def test_a_large_log_is_prepared_and_trained_on(self):
        for form in ["parquet", "csv"]:
            with self.subTest(form=form):
                folder = self.folder / form
                write_log(folder, ROWS, USERS, ITEMS, form)
                info, most = self.info(folder / "large.toml", "data.memory_mb=500")
                self.assertEqual(info["interactions"], ROWS)
                self.assertLess(most, MOST_BYTES)
                if form == "parquet":
                    fingerprint = info["fingerprint"]
                    _, most = self.measure("train", "--config", folder / "run.toml", "--out", self.runs)
                    self.assertLess(most, MOST_BYTES)
                self.assertEqual(info["fingerprint"], fingerprint)
                for path in folder.glob("log_*"):
                    path.unlink()

    def test_the_data_are_the_same_whatever_the_memory_and_the_form(self):
        fingerprints = set()
        for form in ["parquet", "csv"]:
            write_log(self.folder / form, 30_000, 500, 200, form)
            for memory in ["0.01", "0.5", "1000"]:
                info, _ = self.info(self.folder / form / "large.toml", f"data.memory_mb={memory}",
                                    "data.keep_prepared=false")
                fingerprints.add(info["fingerprint"])
        self.assertEqual(len(fingerprints), 1)

    def test_memory_does_not_grow_with_the_log(self):
        for form in ["parquet", "csv"]:
            most = []
            for rows in [400_000, 4_400_000]:  # more than a group of rows of a Parquet file
                folder = self.folder / f"{form}-{rows}"
                write_log(folder, rows, 500, 200, form)
                most.append(self.info(folder / "large.toml", "data.memory_mb=2")[1])
            # In memory, each row takes at least 28 bytes while it is sorted: 112 MB more. Peaks that a few
            # milliseconds of watching see or miss are some 40 MB.
            self.assertLess(most[1] - most[0], 4_000_000 * 20)

    def test_a_reading_that_is_stopped_leaves_nothing(self):
        write_log(self.folder / "log", 4_500_000, 500, 200, "csv")
        process = self.start("data", "info", self.folder / "log" / "large.toml", "--set", "data.memory_mb=1")
        while "reading log_00.csv" not in process.stderr.readline():  # after two million rows
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""))
        self.assertIn("log_00.csv: the reading was stopped; nothing of it is kept", error)
        self.assertEqual([path for path in (self.folder / "cache").rglob("*") if path.is_file()], [])

    def test_a_disk_that_is_too_small_is_known_before_the_reading(self):
        folder = self.folder / "log"
        write_log(folder, 2_000_000, 500, 200, "csv")
        small = self.folder / "cache"
        small.mkdir()
        script = f"mount -t tmpfs -o size=20m none {small} && exec \"$@\""
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", self.program, "data", "info",
                               folder / "large.toml", "--set", "data.memory_mb=1"],
                              check=False, capture_output=True, text=True, env=self.environment)
        if "unshare" in done.stderr or "mount" in done.stderr:
            self.skipTest("no file system can be mounted here")
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertRegex(done.stderr, r"million rows that are sorted there need about \d+ MB, and the disk has \d+ MB")


if __name__ == "__main__":
    main()
