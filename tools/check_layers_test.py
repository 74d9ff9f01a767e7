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


# Subfolders `item` and `loop`, and the file `agent` that both build on; `ppo` stands on top.
ORDERED = """
lerl_library(base)
lerl_library(agents
  ORDER agent item loop
  DEPS base
  TESTING world)
"""
TREE = {"lerl/agents/agent.h": "", "lerl/agents/ppo.h": "", "lerl/agents/item/item.h": "",
        "lerl/agents/loop/loop.h": "", "lerl/agents/loop/steps/step.h": ""}


def include(*names):
    return "".join(f'#include "lerl/{name}.h"\n' for name in names)


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

    def in_order(self, files, layers=ORDERED):
        return self.check({**TREE, **files}, layers)

    def test_accepts_includes_along_the_order_of_a_folder(self):
        self.assertEqual([], self.in_order({
            "lerl/agents/item/item.h": include("agents/agent", "base/rng"),
            "lerl/agents/item/item.cc": include("agents/item/item"),
            "lerl/agents/loop/loop.h": include("agents/item/item", "agents/agent",
                                               "agents/loop/steps/step"),
            "lerl/agents/loop/steps/step.h": include("agents/loop/loop", "agents/item/item"),
            "lerl/agents/ppo.h": include("agents/loop/loop", "agents/dqn"),
            "lerl/agents/ppo.cc": include("agents/ppo", "agents/agent")}))

    def test_refuses_an_include_of_a_later_subfolder_and_names_the_line(self):
        self.assertEqual(
            ["lerl/agents/item/item.h:2: agents/loop/loop.h stands above this file in the ORDER of "
             "agents: agent item loop"],
            self.in_order({"lerl/agents/item/item.h": "\n" + include("agents/loop/loop")}))
        self.assertIn("agents/loop/steps/step.h stands above", self.in_order(
            {"lerl/agents/item/item.h": include("agents/loop/steps/step")})[0])

    def test_refuses_an_include_of_a_file_on_top_by_a_subfolder(self):
        self.assertIn("lerl/agents/loop/steps/step.h:1: agents/ppo.h stands above", self.in_order(
            {"lerl/agents/loop/steps/step.h": include("agents/ppo")})[0])

    def test_refuses_an_include_of_a_subfolder_by_a_file_of_the_order_below_it(self):
        faults = self.in_order({"lerl/agents/agent.h": include("agents/item/item"),
                                "lerl/agents/agent.cc": include("agents/agent", "agents/ppo")})
        self.assertEqual(2, len(faults))
        self.assertIn("lerl/agents/agent.cc:2: agents/ppo.h", faults[0])
        self.assertIn("lerl/agents/agent.h:1: agents/item/item.h", faults[1])

    def test_lets_tests_of_a_folder_include_all_of_it_and_no_other_folder(self):
        self.assertEqual([], self.in_order(
            {"lerl/agents/item/item_test.cc": include("agents/ppo", "agents/loop/loop")}))
        self.assertIn("base may not include lerl/agents", self.in_order(
            {"lerl/base/rng_test.cc": include("agents/agent")})[0])

    def test_keeps_helpers_of_tests_from_all_but_tests(self):
        helpers = {"lerl/testing/world.h": include("agents/ppo", "base/rng"),
                   "lerl/testing/world.cc": include("testing/world", "testing/logs")}
        self.assertEqual([], self.in_order({
            **helpers, "lerl/base/rng_test.cc": include("testing/world"),
            "lerl/agents/loop/loop_test.cc": include("testing/world")}))
        for name in ("lerl/agents/ppo.cc", "lerl/agents/item/item.h", "lerl/cli/main.cc"):
            self.assertEqual([f"{name}:1: only tests may include lerl/testing"],
                             self.in_order({name: include("testing/world")}))

    def test_refuses_an_order_that_names_nothing(self):
        self.assertEqual(
            ["lerl/libraries.cmake: agents has no 'gone', which its ORDER names"],
            self.in_order({}, ORDERED.replace("agent item", "agent gone item")))

    def test_refuses_a_subfolder_that_the_order_lacks(self):
        missing = ["lerl/libraries.cmake: the ORDER of agents lacks its subfolder extra"]
        self.assertEqual(missing, self.in_order({"lerl/agents/extra/x.cc": ""}))
        self.assertEqual(missing, self.in_order({"lerl/agents/extra/deep/x.h": ""}))
        # Files that are no code need no place.
        self.assertEqual([], self.in_order({"lerl/agents/page/page.html": ""}))

    def test_takes_a_folder_that_bears_the_name_of_a_file_for_the_folder(self):
        both = {"lerl/agents/item.h": include("agents/loop/loop"), "lerl/agents/item.cc": ""}
        faults = self.in_order(both)
        self.assertEqual(1, len(faults))
        self.assertIn("agents/loop/loop.h stands above", faults[0])

    def test_refuses_a_second_place_in_the_order(self):
        self.assertEqual(
            ["lerl/libraries.cmake: the ORDER of agents names item twice"],
            self.in_order({}, ORDERED.replace("item loop", "item loop item")))

    def test_reads_past_comments_in_the_listing(self):
        commented = ORDERED.replace("ORDER agent item loop",
                                    "ORDER agent  # what is on top (of all) is free\n  item loop")
        self.assertEqual([], self.in_order({}, commented))


if __name__ == "__main__":
    unittest.main()
