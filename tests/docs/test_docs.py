"""The documents against the program: what is registered has a row, what is linked exists, what is
shown can be typed. usage: test_docs.py PROGRAM
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = "lerl"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def documents():
    """The project's own pages; what others wrote stands in third_party."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text, section):
    """The table rows below a heading as lists of cells, without the header."""
    body = re.split(rf"^## {re.escape(section)}$", text, flags=re.MULTILINE)[1]
    body = re.split(r"^## ", body, flags=re.MULTILINE)[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(table):
    return [name for row in table for name in re.findall(r"`([^`]+)`", row[0])]


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


def registered(section):
    return [row["name"] for row in json.loads(run("list", "--json").stdout)[section]]


class Algorithms(unittest.TestCase):
    text = read("docs/algorithms.md")

    def test_every_registered_part_has_a_row_and_every_row_is_registered(self):
        for section in ("agents", "planners", "leave rules", "metrics", "data sets"):
            shown = names(rows(self.text, section.capitalize()))
            self.assertEqual(sorted(shown), sorted(registered(section)), section)

    def test_status_of_an_agent_is_that_of_the_registry(self):
        listed = json.loads(run("list", "agents", "--json").stdout)["agents"]
        status = {f"`{row['name']}`": row["status"] for row in listed}
        for row in rows(self.text, "Agents"):
            self.assertEqual(row[5], status[row[0]])

    def test_both_response_models_have_a_row(self):
        for name in names(rows(self.text, "Response models")):
            self.assertIn(name, run("model", "report", "--help").stdout)

    def test_files_that_it_names_exist(self):
        named = re.findall(r"`((?:lerl|goldens|configs|tests)/[\w./-]+)`", self.text)
        self.assertTrue(named)
        self.assertEqual([name for name in named if not (ROOT / name).exists()], [])

    def test_rows_of_a_comparison_are_rows_of_the_demo_or_of_the_ablations(self):
        labels = [label for name in ("demo", "ablations")
                  for label in re.findall(r'^label = "([^"]+)"', read(f"configs/{name}_ml100k.toml"), re.MULTILINE)]
        for section in ("Agents", "Planners"):
            for row in rows(self.text, section):
                self.assertIn(row[-1], [*labels, ""])


class Metrics(unittest.TestCase):
    def test_are_those_of_the_registry(self):
        text = read("docs/metrics.md").split("## Protocol")[0]
        shown = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
        self.assertEqual(shown, registered("metrics"))


class ListsOfTests(unittest.TestCase):
    def test_name_every_script_of_the_command_line(self):
        listed = re.search(r"foreach\(name ([^)]+)\)\n  add_test\(NAME cli\.", read("tests/tests.cmake"))[1].split()
        scripts = [path.stem.removeprefix("test_") for path in (ROOT / "tests/cli").glob("test_*.py")]
        self.assertEqual(sorted(listed), sorted(scripts))


class DataSets(unittest.TestCase):
    def test_are_those_of_the_registry(self):
        text = read("docs/datasets.md").split("## Where")[0]
        self.assertEqual(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE),
                         registered("data sets"))


class Links(unittest.TestCase):
    def test_lead_to_files_that_exist(self):
        for document in documents():
            for target in LINK.findall(document.read_text(encoding="utf-8")):
                if "://" in target or target.startswith("#"):
                    continue
                path = document.parent / target.split("#")[0]
                self.assertTrue(path.exists(), f"{document.relative_to(ROOT)}: {target}")


GROUPS = ("data", "bench", "model", "audit", "sim", "events")  # commands that do nothing without one below them


def words_of(command):
    """What follows `lerl` in a line of shell; nothing where it calls something else."""
    words = shlex.split(command, comments=True)
    return words[1:] if words and pathlib.Path(words[0]).name == "lerl" else []


def shown_commands():
    """(page, words) of each command in a code block of the README or as an example of docs/cli.md."""
    for block in FENCE.findall(read("README.md")):
        for line in block.splitlines():
            yield "README.md", words_of(line)
    for row in rows(read("docs/cli.md"), "Commands"):
        yield "docs/cli.md", words_of(row[2].strip("`"))


class Commands(unittest.TestCase):
    shown = [(page, words) for page, words in shown_commands() if words]

    def test_are_known_to_the_program_with_their_options(self):
        for page in ("README.md", "docs/cli.md"):
            self.assertTrue([words for shown_on, words in self.shown if shown_on == page], page)
        for page, words in self.shown:
            two = words[0] in GROUPS or words[:2] in (["plan", "export"], ["plan", "tune-model"], ["ope", "log"])
            done = run(*words[:2 if two else 1], "--help")
            self.assertEqual(done.returncode, 0, (page, words))
            for option in (word.split("=")[0] for word in words if word.startswith("--")):
                self.assertIn(option, done.stdout, (page, words))

    def test_name_files_that_exist(self):
        for page, words in self.shown:
            for word in words:
                if word.endswith(".toml"):
                    self.assertTrue((ROOT / word).exists(), (page, word))

    def test_have_an_example_of_themselves(self):
        for row in rows(read("docs/cli.md"), "Commands"):
            self.assertTrue(row[2].startswith(row[0].strip("`"), 1), row)

    def test_are_all_named(self):
        def below(*path):
            text = run(*path, "--help").stdout.split("Subcommands:")[1]
            found = re.findall(r"^  ([a-z][\w-]*)(?: |$)", text, re.MULTILINE)
            return [name for name in found if name != "lerl"]  # which begins an example

        short = read("README.md").split("## Commands")[1].split("## ")[0]
        named = names(rows(read("docs/cli.md"), "Commands"))
        for command in below():
            self.assertIn(f"`lerl {command}", short)
            for name in below(command) if command in GROUPS else [""]:
                self.assertIn(f"lerl {command} {name}".strip(), named)


class CommandLine(unittest.TestCase):
    text = read("docs/cli.md")

    def test_exit_codes_are_those_of_the_program(self):
        kinds = re.findall(r"\{ErrorKind::k\w+, (\d+),", read("lerl/base/error.cc"))
        shown = [row[0] for row in rows(self.text, "Exit codes")]
        self.assertEqual(shown, ["0", "1", *kinds, "130"])

    def test_variables_that_the_program_reads_are_named(self):
        read_by_it = set()
        for path in (ROOT / "lerl").rglob("*.*"):
            if not path.stem.endswith("_test") and path.suffix in (".h", ".cc"):
                read_by_it |= set(re.findall(r'"(LERL_[A-Z_]+)"', path.read_text(encoding="utf-8")))
        self.assertTrue(read_by_it)
        self.assertLessEqual(read_by_it, set(names(rows(self.text, "Environment variables"))))


class Readme(unittest.TestCase):
    text = read("README.md")

    def test_says_what_it_is_and_goes_on_with_the_two_commands(self):
        first = FENCE.search(self.text)
        self.assertIn("make demo", first.group(1))
        self.assertIn("make test", first.group(1))
        self.assertTrue(self.text.startswith("# lerl\n\nlerl is "))
        self.assertLess(self.text[:first.start()].count("\n"), 15)

    def test_results_are_rows_of_the_page_of_results(self):
        shown = rows(self.text, "Results")
        self.assertTrue(shown)
        page = [row[:len(shown[0])] for row in rows(read("docs/results.md"), "The demo")]
        for row in shown:
            self.assertIn(row, page)

    def test_results_are_of_the_same_commit_as_the_page(self):
        def commit(text):
            return re.search(r"compare --config configs/demo_ml100k.toml` at commit (\w+)", text)[1]

        self.assertEqual(commit(self.text), commit(read("docs/results.md")))

    def test_shows_the_description_of_the_shop_as_it_is(self):
        self.assertIn(read("tests/data/shop/shop.toml").strip(), self.text)

    def test_make_targets_exist(self):
        targets = re.findall(r"^([\w-]+):.*##", read("Makefile"), re.MULTILINE)
        for document in documents():
            for target in re.findall(r"`make ([\w-]+)`", document.read_text(encoding="utf-8")):
                self.assertIn(target, targets, document.name)


class Pages(unittest.TestCase):
    def test_no_page_is_left_unread(self):
        """Every page can be reached by links from the README or from CONTRIBUTING."""
        reached, queue = set(), [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
        while queue:
            page = queue.pop()
            if page in reached:
                continue
            reached.add(page)
            if page.suffix == ".md":
                queue += [(page.parent / target.split("#")[0]).resolve()
                          for target in LINK.findall(page.read_text(encoding="utf-8"))
                          if "://" not in target and not target.startswith("#")]
        lost = [str(page.relative_to(ROOT)) for page in documents() if page not in reached]
        self.assertEqual(lost, [])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
