"""`lerl data guess` describes every file of examples/data, and what it writes trains."""

import json
import pathlib
import shutil

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

    def test_what_can_not_be_described_says_why(self):
        self.expect_error(4, "data", "guess", self.folder / "nothing.csv", says="missing")
        (self.folder / "log.parquet").write_bytes(b"PAR1\x15\x04\x15")
        self.expect_error(4, "data", "guess", self.folder / "log.parquet",
                          says=["Parquet", "read_parquet"])
        (self.folder / "empty.csv").write_text("")
        self.expect_error(4, "data", "guess", self.folder / "empty.csv", says="empty")


if __name__ == "__main__":
    main()
