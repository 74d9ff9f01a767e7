#!/usr/bin/env python3
"""tools/new writes files and rows of each kind into a copy of the tree, and refuses bad names."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import check_layers
import check_references
import check_tree

ROOT = pathlib.Path(__file__).resolve().parents[1]
COPIED = ("lerl", "python", "docs", "tools", "goldens", "configs", "examples", "tests", "cmake", "prompts",
          "adapters")
LONG = "a_name_of_twenty_letters"  # as long as a name may be
MADE = {"metric": LONG, "planner": LONG, "agent": "calm", "rule": LONG}


def new(root, *arguments):
    return subprocess.run([sys.executable, "-B", ROOT / "tools" / "new", "--root", root, *arguments],
                          capture_output=True, text=True, check=False)


def texts(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class New(unittest.TestCase):
    """One of each kind, all in one copy."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        for name in COPIED:
            shutil.copytree(ROOT / name, cls.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in [*ROOT.glob("*.md"), *(ROOT / name for name in ("LICENSE", "CMakeLists.txt", ".clang-format"))]:
            shutil.copy(path, cls.root)
        cls.before = texts(cls.root)
        cls.done = {kind: new(cls.root, kind, name) for kind, name in MADE.items()}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def test_makes_one_of_each_kind_and_says_what_is_left(self):
        for kind, done in self.done.items():
            self.assertEqual((done.returncode, done.stderr), (0, ""), kind)
            self.assertIn("Left to do:", done.stdout)
            self.assertIn("docs/papers.md", done.stdout)
        for kind in ("planner", "agent"):
            self.assertIn(f"tools/goldens update {kind}_{MADE[kind]}", self.done[kind].stdout)

    def test_names_every_file_that_it_wrote_and_no_other(self):
        said = {pathlib.Path(path) for done in self.done.values()
                for path in re.findall(r"^  (?:new|changed) +(\S+)$", done.stdout, re.MULTILINE)}
        after = texts(self.root)
        self.assertEqual({path for path in after if self.before.get(path) != after[path]}, said)
        units = {path.name for path in after if path not in self.before}
        self.assertEqual(units, {f"{unit}{suffix}" for unit in (LONG, LONG + "_planner", "calm")
                                 for suffix in (".h", ".cc", "_test.cc")})

    def test_leaves_no_placeholder(self):
        for path, text in texts(self.root).items():
            if self.before.get(path) != text:
                self.assertNotIn("@name@", text.decode().lower(), path)

    def test_puts_rows_where_the_recipes_say(self):
        self.assertLess(self.read("docs/metrics.md").index("| `interest_narrowing` |"),
                        self.read("docs/metrics.md").index(f"| `{LONG}` |"))
        table = self.read("lerl/eval/metrics/registry.cc")
        self.assertLess(table.index('{"interest_narrowing"'), table.index(f'{{"{LONG}"'))
        for path in ("lerl/eval/metrics/registry.cc", "lerl/planner/registry.cc",
                     "lerl/agents/registry.h"):
            included = re.findall(r'^#include "(lerl/[^"]+)"', self.read(path), re.MULTILINE)
            self.assertEqual(included[1:], sorted(included[1:]), path)
        for section, name in (("Agents", "calm"), ("Planners", LONG), ("Leave rules", LONG),
                              ("Metrics", LONG)):
            below = self.read("docs/algorithms.md").split(f"\n## {section}\n")[1].split("\n## ")[0]
            rows = [line for line in below.splitlines() if line.startswith(f"| `{name}` |")]
            self.assertEqual(len(rows), 1, section)
            self.assertIn(f"|\n{rows[0]}\n", below, section)  # inside the table
            heading = re.search(r"^\| name .*$", below, re.MULTILINE)[0]
            self.assertEqual(rows[0].count("|"), heading.count("|"), section)

    def test_passes_lint_but_for_goldens_that_are_left_to_do(self):
        self.assertEqual(check_tree.check(self.root), [])
        self.assertEqual(check_layers.check(self.root), [])
        faults = [fault.split(": ")[1] for fault in check_references.check(self.root)]
        self.assertEqual(sorted(faults), ["there is no goldens/agent_calm.txt",
                                          f"there is no goldens/planner_{LONG}.txt"])

    def test_is_laid_out_as_the_formatter_has_it(self):
        if not shutil.which("clang-format-14"):
            self.skipTest("clang-format-14 is not installed: tools/setup.sh lint")
        sources = [self.root / path for path, text in texts(self.root).items()
                   if path.suffix in (".h", ".cc") and self.before.get(path) != text]
        done = subprocess.run(["clang-format-14", "--dry-run", "--Werror", "--style=file", *sources],
                              cwd=self.root, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_is_accepted_by_the_compiler(self):
        compiler = shutil.which(os.environ.get("CXX", "c++"))
        if compiler is None:
            self.skipTest("there is no C++ compiler")
        units = [f"lerl/eval/metrics/{LONG}", f"lerl/planner/rules/{LONG}_planner", "lerl/agents/calm",
                 "lerl/sim/rules/leave_rules"]
        sources = [unit + suffix for unit in units for suffix in (".cc", "_test.cc")]
        sources += ["lerl/eval/metrics/registry.cc", "lerl/planner/registry.cc",
                    "lerl/agents/registry.cc"]
        (self.root / "all.cc").write_text("".join(f'#include "{path}"\n' for path in sources))
        done = subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                               "-Wno-subobject-linkage", "-fsyntax-only", "-I.", "all.cc"],
                              cwd=self.root, capture_output=True, text=True, check=False)
        (self.root / "all.cc").unlink()
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_refuses_and_then_writes_nothing(self):
        refused = {("metrik", "x"): "no kind; did you mean 'metric'?",
                   ("sauce", "x"): "there are agent, metric, planner, rule",
                   ("metric", "CalmSteps"): "write it like 'calm_steps'",
                   ("metric", "2nd"): "no name in lower_case",
                   ("metric", "calm-steps"): "write it like 'calm_steps'",
                   ("metric", "x" * 25): "has 25 letters",
                   ("agent", "new"): "a word of C++",
                   ("agent", "mmr"): "the agent 'mmr' exists, in lerl/agents/registry.cc",
                   ("planner", "llm"): "the planner 'llm' exists",
                   ("rule", "lerl_slots"): "the rule 'lerl_slots' exists",
                   ("metric", LONG): f"the metric '{LONG}' exists",
                   ("agent", "state"): "the setting 'state' exists",
                   ("rule", "max"): "the setting 'max_steps' exists",
                   ("metric", "dataset"): "would be Dataset in C++"}
        before = texts(self.root)
        for arguments, message in refused.items():
            done = new(self.root, *arguments)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn(message, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        # A file of that name, which no table knows.
        path = self.root / "lerl" / "agents" / "lone.h"
        path.write_text("")
        self.assertIn("lerl/agents/lone.h exists", new(self.root, "agent", "lone").stderr)
        path.unlink()
        # A table that is not as the template expects it.
        registry = self.root / "lerl" / "planner" / "registry.cc"
        text = registry.read_text()
        registry.write_text(text.replace("kPlannerRows[] = {", "kPlannerRows = {"))
        self.assertIn("put tools/templates/planner.txt right", new(self.root, "planner", "z").stderr)
        registry.write_text(text)
        self.assertEqual(texts(self.root), before)

    def test_takes_everything_back_where_a_file_cannot_be_written(self):
        before = texts(self.root)
        loader = importlib.machinery.SourceFileLoader("new", str(ROOT / "tools" / "new"))
        tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("new", loader))
        loader.exec_module(tool)
        with self.assertRaisesRegex(tool.Refusal, "nothing is written"):
            tool.write(self.root, {"lerl/agents/z.h": "z", "docs/metrics.md": "z", "absent/z.h": "z"})
        self.assertEqual(texts(self.root), before)

    def test_teaches(self):
        done = new(self.root, "--help")
        self.assertEqual(done.returncode, 0)
        for kind in MADE:
            self.assertIn(f"tools/new {kind} ", done.stdout)


if __name__ == "__main__":
    unittest.main()
