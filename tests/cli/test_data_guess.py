"""`lerl data guess` describes every file of examples/data, and what it writes trains."""

import json
import pathlib
import shutil
import subprocess

from cli_testing import CliTest, ROOT, SHOP, main

EXAMPLES = ROOT / "examples" / "data"


def logs():
    """The log of each description in examples/data."""
    found = []
    for toml in sorted(EXAMPLES.glob("*/*.toml")):
        name = next(line for line in toml.read_text().splitlines() if line.startswith("file = "))
        found += sorted(toml.parent.glob(name.split('"')[1]))
    return found


class DataGuess(CliTest):
    def train_on(self, log):
        folder = self.folder / log.parent.name
        if not folder.exists():
            shutil.copytree(log.parent, folder)
            shutil.copy(SHOP / "run.toml", folder / "run.toml")
        toml = folder / "guess.toml"
        toml.write_text(self.succeed("data", "guess", folder / log.name))
        arguments = ["train", "--config", folder / "run.toml", "--out", self.runs,
                     "--set", f"data.name={toml}", "--set", "train.iterations=1",
                     "--set", "train.seeds=[1]"]
        info = json.loads(self.succeed("data", "info", toml, "--json"))
        if not info["categories"]:
            arguments += ["--set", "planner.name=none"]
        if "negatives = " in toml.read_text():  # so few items that all are the user's
            arguments += ["--set", "env.exclude_history=false"]
        return json.loads(self.succeed(*arguments))

    def test_what_it_writes_for_each_example_trains(self):
        self.assertGreater(len(logs()), 12)
        for log in logs():
            with self.subTest(log=str(log.relative_to(EXAMPLES))):
                runs = self.train_on(log)
                self.assertTrue((pathlib.Path(runs[0]["folder"]) / "run.json").exists())

    def test_a_folder_of_atomic_files_is_a_data_set_as_it_is(self):
        info = json.loads(self.succeed("data", "info", EXAMPLES / "recbole", "--json"))
        self.assertEqual((info["name"], info["users"], info["interactions"]), ("recbole", 6, 60))
        self.assertEqual(info["user_features"], ["age", "gender", "occupation"])

    def test_parquet_is_read_with_lists_structures_and_times(self):
        reader = pathlib.Path(self.program).with_name("lerl-parquet")
        done = subprocess.run([reader, EXAMPLES / "parquet" / "plays.parquet"], check=True,
                              capture_output=True, text=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(rows), 60)
        self.assertEqual({type(row["liked"]) for row in rows}, {bool})
        self.assertRegex(rows[0]["time"], r"^2024-03-02 [0-9:.]+Z$")
        self.assertIsNone(rows[7]["device"])
        info = json.loads(self.succeed("data", "info", EXAMPLES / "parquet" / "plays.toml", "--json"))
        self.assertEqual((info["users"], info["interactions"]), (6, 60))
        self.assertEqual(sorted(c["name"] for c in info["categories"]),
                         ["Ambient", "Folk", "Jazz", "Rock"])

    def test_without_its_reader_parquet_is_named_with_what_makes_text_of_it(self):
        alone = self.folder / "lerl"
        shutil.copy(self.program, alone)
        done = subprocess.run([alone, "data", "info", EXAMPLES / "parquet" / "plays.toml"],
                              check=False, capture_output=True, text=True, env=self.environment)
        self.assertEqual(done.returncode, 4)
        for words in ["it is Parquet", "make parquet", "read_parquet"]:
            self.assertIn(words, done.stderr)

    def test_what_can_not_be_described_says_why(self):
        self.expect_error(4, "data", "guess", self.folder / "nothing.csv", says="missing")
        (self.folder / "log.parquet").write_bytes(b"PAR1\x15\x04\x15")
        self.expect_error(4, "data", "guess", self.folder / "log.parquet", says="can't be read")
        (self.folder / "empty.csv").write_text("")
        self.expect_error(4, "data", "guess", self.folder / "empty.csv", says="empty")


if __name__ == "__main__":
    main()
