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


if __name__ == "__main__":
    unittest.main()
