#!/usr/bin/env python3
"""check_tree.py finds each kind of fault in a tree made for it."""

import pathlib
import tempfile
import unittest

import check_tree

UNIT = {"lerl/base/rng.h": "#pragma once\n", "lerl/base/rng.cc": "", "lerl/base/rng_test.cc": ""}


class CheckTree(unittest.TestCase):
    def check(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**UNIT, **files.get("more", {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return check_tree.check(root)

    def in_unit(self, text):
        return self.check(more={"lerl/base/rng.cc": text})

    def test_accepts_a_unit_with_header_and_test(self):
        self.assertEqual([], self.check())

    def test_refuses_a_source_without_header_or_test(self):
        self.assertEqual(["lerl/base/lone.cc: there is no lone.h beside it",
                          "lerl/base/lone.cc: there is no lone_test.cc beside it"],
                         self.check(more={"lerl/base/lone.cc": ""}))

    def test_knows_units_in_subfolders(self):
        unit = {"lerl/base/text/csv.h": "", "lerl/base/text/csv.cc": "",
                "lerl/base/text/csv_test.cc": ""}
        self.assertEqual([], self.check(more=unit))
        # A header or a test of that name in another folder is another unit's.
        self.assertEqual(["lerl/base/text/rng.cc: there is no rng.h beside it",
                          "lerl/base/text/rng.cc: there is no rng_test.cc beside it"],
                         self.check(more={"lerl/base/text/rng.cc": ""}))

    def test_refuses_a_test_without_its_header(self):
        self.assertEqual(["lerl/base/gone_test.cc: there is no gone.h beside it"],
                         self.check(more={"lerl/base/gone_test.cc": ""}))

    def test_accepts_a_header_alone(self):
        self.assertEqual([], self.check(more={"lerl/base/check.h": "#pragma once\n"}))

    def test_asks_for_no_test_of_helpers_of_tests_but_for_a_header(self):
        self.assertEqual(["lerl/testing/lone.cc: there is no lone.h beside it"],
                         self.check(more={"lerl/testing/world.h": "", "lerl/testing/world.cc": "",
                                          "lerl/testing/lone.cc": ""}))

    def test_lets_commands_and_benchmarks_share_a_header_at_any_depth(self):
        self.assertEqual([], self.check(more={"lerl/cli/train.cc": "", "lerl/bench/env/step.cc": ""}))
        self.assertEqual(2, len(self.check(more={"lerl/base/cli/train.cc": ""})))

    def test_refuses_a_long_file(self):
        self.assertIn("401 lines", self.in_unit("\n" * 401)[0])

    def test_refuses_a_long_line_and_names_it(self):
        self.assertEqual(["lerl/base/rng.cc:2: 101 columns; at most 100"],
                         self.in_unit("int a;\n" + "x" * 101 + "\n"))

    def test_refuses_unfinished_work(self):
        self.assertIn("rng.cc:1: a word", self.in_unit("// TO" "DO: more\n")[0])

    def test_refuses_paths_of_one_machine(self):
        self.assertIn("a path of one machine", self.in_unit('Open("/home/' 'someone/x");\n')[0])

    def test_refuses_tabs_and_trailing_blanks(self):
        self.assertEqual(["lerl/base/rng.cc:1: a tab",
                          "lerl/base/rng.cc:2: blanks at the end of the line"],
                         self.in_unit("\tint a;\nint b; \n"))

    def test_refuses_a_function_over_sixty_lines(self):
        body = "  a();\n" * 59
        faults = self.in_unit("int Big(int a,\n        int b) {\n" + body + "}\n")
        self.assertEqual(["lerl/base/rng.cc:1: a function of 62 lines; at most 60"], faults)
        self.assertEqual([], self.in_unit("int Fits() {\n" + "  a();\n" * 58 + "}\n"))

    def test_refuses_comments_that_were_run_together_and_names_the_line(self):
        faults = self.in_unit("// `mmr`\n//\n//   rel(u, i)  = f(u, [0,\n//   1]) sim = 2\n")
        self.assertEqual(1, len(faults))
        self.assertIn("lerl/base/rng.cc:4: a row closes a bracket", faults[0])

    def test_refuses_a_word_that_the_concepts_replace(self):
        concepts = "## Words that we do not use\n| instead of | write |\n|---|---|\n| arm | category |\n"
        self.assertEqual(
            ["lerl/base/rng.h:2: the word 'arm'; write category (docs/concepts.md)"],
            self.check(more={"docs/concepts.md": concepts, "lerl/base/rng.h": "\nint num_arm;\n",
                             "tests/other.cc": "// an arm\n"}))

    def test_prints_what_is_long_though_it_is_allowed(self):
        big = "int Big() {\n" + "  a();\n" * 40 + "}\n"
        text = big + "// one\n// two\n" + "int c = static_cast<int>(d);\n" * 4 + "\n" * 304
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "lerl/base").mkdir(parents=True)
            (root / "lerl/base/rng.cc").write_text(text)
            self.assertEqual(["lerl/base/rng.cc:1: a function of 42 lines",
                              "lerl/base/rng.cc: 352 lines",
                              "1 functions over 40 lines, 1 files over 350",
                              "4 static_casts",
                              "4.2% of the lines of .cc files are comments"],
                             check_tree.sizes(root))


if __name__ == "__main__":
    unittest.main()
