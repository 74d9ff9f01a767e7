#!/usr/bin/env python3
"""check_layers.py finds each kind of fault in a tree made for it."""

import pathlib
import tempfile
import unittest

import check_layers

LAYERS = """
lerl_library(base UNITS rng)
lerl_library(data
  UNITS split
  DEPS base)
lerl_library(llm
  UNITS backend
  DEPS base
  LIBS lerl_llama)
lerl_library(planner UNITS plan DEPS data llm)
"""


class CheckLayers(unittest.TestCase):
    def check(self, files, layers=LAYERS):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"lerl/libraries.cmake": layers, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return check_layers.check(root)

    def test_accepts_what_lies_above_also_through_others(self):
        self.assertEqual([], self.check({
            "lerl/planner/plan.h": '#include "lerl/data/split.h"\n#include "lerl/base/rng.h"\n',
            "lerl/data/split.cc": '#include "lerl/data/split.h"\n#include <vector>\n'}))

    def test_names_file_and_line_of_an_include_that_points_down(self):
        faults = self.check({"lerl/base/rng.h": '#pragma once\n#include "lerl/data/split.h"\n'})
        self.assertEqual(
            ["lerl/base/rng.h:2: base may not include lerl/data; it may include base"], faults)

    def test_refuses_a_folder_that_is_above_but_not_among_the_dependencies(self):
        faults = self.check({"lerl/llm/backend.h": '  #  include "lerl/data/split.h"\n'})
        self.assertEqual(1, len(faults))
        self.assertIn("lerl/llm/backend.h:1: llm may not include lerl/data", faults[0])

    def test_lets_the_program_include_every_folder_and_no_folder_the_program(self):
        self.assertEqual([], self.check({"lerl/cli/main.cc": '#include "lerl/planner/plan.h"\n'}))
        faults = self.check({"lerl/planner/plan.h": '#include "lerl/cli/commands.h"\n'})
        self.assertIn("planner may not include lerl/cli", faults[0])

    def test_refuses_a_folder_that_is_not_listed(self):
        self.assertEqual(["lerl/extra/x.cc: its folder is not in lerl/libraries.cmake"],
                         self.check({"lerl/extra/x.cc": ""}))

    def test_refuses_a_dependency_on_what_lies_below(self):
        faults = self.check({}, "lerl_library(base DEPS data)\nlerl_library(data DEPS base)\n")
        self.assertEqual(
            ["lerl/libraries.cmake: base depends on data, which is not above it"], faults)


if __name__ == "__main__":
    unittest.main()
