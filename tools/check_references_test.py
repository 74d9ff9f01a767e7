#!/usr/bin/env python3
"""check_references.py finds each kind of dead reference in a tree made for it, and nothing else."""

import pathlib
import tempfile
import unittest

import check_references

TREE = {
    "README.md": "[how](docs/how.md#two-words), `lerl/base/`, `lerl/base/rng.h`, `base/rng.cc`\n",
    "docs/how.md": "# How\n\n## Two *words*\n\n[up](../README.md), [here](#two-words)\n",
    "lerl/base/rng.h": "// base/rng.{h,cc}, docs/how.md#how, lerl/base/*.cc, lerl/base/NAME.h\n",
    "lerl/base/rng.cc": '#include "lerl/base/rng.h"  // README.md; as <torch/torch.h>\n',
    "configs/one.toml": '# lerl/base/rng.h\nbase = "two.toml"\n',
    "configs/two.toml": "",
}


class CheckReferences(unittest.TestCase):
    def check(self, name=None, text=""):
        """Faults of the tree with one file more, or with another text."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, content in {**TREE, **({name: text} if name else {})}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(content)
            return check_references.check(root)

    def in_comment(self, text):
        return self.check("lerl/base/rng.cc", f"// {text}\n")

    def test_accepts_a_clean_tree(self):
        self.assertEqual([], self.check())

    def test_refuses_a_dead_path_in_a_comment_and_names_the_line(self):
        self.assertEqual(["lerl/base/rng.cc:2: there is no lerl/base/gone.h"],
                         self.check("lerl/base/rng.cc", "int a;\nint b;  // lerl/base/gone.h.\n"))

    def test_refuses_a_dead_path_below_lerl(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no base/gone.h"],
                         self.in_comment("base/gone.h"))

    def test_refuses_a_header_in_a_folder_that_nobody_knows(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no moved/rng.h"],
                         self.in_comment("moved/rng.h"))

    def test_refuses_a_dead_folder(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no tools/gone"],
                         self.in_comment("tools/gone"))

    def test_refuses_the_half_of_a_pair_that_is_dead(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no base/rng.py"],
                         self.in_comment("base/rng.{h,py}"))

    def test_refuses_a_pattern_that_matches_nothing(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no configs/small_*.toml"],
                         self.in_comment("configs/small_*.toml"))
        self.assertEqual(["lerl/base/rng.cc:1: there is no lerl/data/NAME.h"],
                         self.in_comment("lerl/data/NAME.h"))

    def test_refuses_a_page_that_stands_neither_at_the_root_nor_beside(self):
        self.assertEqual(["lerl/base/rng.cc:1: there is no how.md"], self.in_comment("how.md"))
        self.assertEqual([], self.check("docs/why.md", "`how.md`\n"))

    def test_refuses_a_dead_anchor_in_a_comment(self):
        self.assertEqual(["lerl/base/rng.cc:1: docs/how.md has no heading #why"],
                         self.in_comment("docs/how.md#why"))

    def test_refuses_a_dead_path_in_comments_of_other_languages(self):
        for name in ("tools/a.sh", "cmake/a.cmake", "configs/a.toml", "tools/a.py"):
            self.assertEqual([f"{name}:1: there is no docs/gone.md"],
                             self.check(name, "# docs/gone.md\n"))

    def test_refuses_a_dead_path_in_a_docstring_but_not_in_a_string(self):
        self.assertEqual(["tools/a.py:2: there is no docs/gone.md"],
                         self.check("tools/a.py", '"""One.\ndocs/gone.md\n"""\nA = "lerl/gone.h"\n'))

    def test_refuses_a_dead_path_in_a_page(self):
        self.assertEqual(["docs/why.md:1: there is no configs/gone.toml"],
                         self.check("docs/why.md", "`configs/gone.toml`\n"))

    def test_refuses_a_dead_link(self):
        self.assertEqual(["docs/why.md:1: the link to gone.md leads nowhere"],
                         self.check("docs/why.md", "[a](gone.md) [b](https://example.org/c.md)\n"))

    def test_refuses_a_link_to_a_dead_anchor(self):
        self.assertEqual(["docs/why.md:1: docs/how.md has no heading #why",
                          "docs/why.md:1: docs/why.md has no heading #here"],
                         self.check("docs/why.md", "[a](how.md#why) [b](#here)\n"))

    def test_refuses_a_configuration_whose_base_is_gone(self):
        self.assertEqual(["configs/one.toml:1: there is no gone.toml"],
                         self.check("configs/one.toml", 'base = "gone.toml"\n'))

    def test_anchors_are_those_of_github(self):
        self.assertEqual("the-matrix-task-v2-in-code", check_references.slug(
            "The [matrix](x.md) task, v2: in `code`"))
        self.assertEqual([], self.check("docs/why.md", "# A\n# A\n[x](#a) [y](#a-1)\n"))
        self.assertEqual(["docs/why.md:4: docs/why.md has no heading #a"],
                         self.check("docs/why.md", "```sh\n# A\n```\n[x](#a)\n"))

    def test_leaves_code_addresses_and_what_the_build_makes_alone(self):
        self.assertEqual([], self.check("lerl/base/rng.cc", 'Open("lerl/base/gone.h");\n'))
        self.assertEqual([], self.in_comment("https://example.org/lerl/base/gone.h"))
        self.assertEqual([], self.in_comment("lerl/base/commit.h, ATen/core/Tensor.h, run/a.toml"))


if __name__ == "__main__":
    unittest.main()
