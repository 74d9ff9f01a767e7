#!/usr/bin/env python3
"""check_tidy.py chooses the sources that have changed, and reports what is found in them."""

import contextlib
import io
import subprocess
import tempfile
import unittest
from unittest import mock

import check_tidy

ROOT = check_tidy.ROOT
KNOWN = {f"{ROOT}/lerl/base/{name}" for name in ("rng.cc", "rng_test.cc", "log.cc")}


class CheckTidy(unittest.TestCase):
    def test_takes_a_source_for_itself_and_a_header_for_its_unit(self):
        self.assertEqual([f"{ROOT}/lerl/base/rng.cc"],
                         check_tidy.sources_of(["lerl/base/rng.cc"], KNOWN))
        self.assertEqual([f"{ROOT}/lerl/base/rng.cc", f"{ROOT}/lerl/base/rng_test.cc"],
                         check_tidy.sources_of([f"{ROOT}/lerl/base/rng.h"], KNOWN))
        self.assertEqual([], check_tidy.sources_of(["lerl/base/check.h"], KNOWN))

    def test_says_which_source_is_not_compiled(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual([], check_tidy.sources_of(["lerl/base/gone.cc"], KNOWN))
        self.assertIn("lerl/base/gone.cc is not compiled", out.getvalue())

    def test_prints_a_finding_of_a_header_once_and_counts_it_once(self):
        finding = (f"{ROOT}/lerl/base/rng.h:3", "bad name", "readability-identifier-naming")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            counts = check_tidy.report([([finding], ""), ([finding], ""), ([], "a crash")])
        self.assertEqual({"readability-identifier-naming": 1, "what could not be run": 1}, counts)
        self.assertEqual("lerl/base/rng.h:3: bad name [readability-identifier-naming]\na crash\n",
                         out.getvalue())

    def test_takes_out_of_a_command_what_only_the_compiler_knows(self):
        words = "-Wall -Wno-restrict -Werror -fvect-cost-model=dynamic -fpch-preprocess -std=c++20 -I/W"
        self.assertEqual(["-std=c++20", "-I/W"], [word for word in words.split()
                                                  if not check_tidy.NOT_CLANG.fullmatch(word)])

    def test_reads_what_changed_since_a_commit_and_what_is_new(self):
        with tempfile.TemporaryDirectory() as folder:
            def git(*arguments):
                subprocess.run(["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x",
                                *arguments], check=True, capture_output=True)

            def write(name, text):
                with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                    file.write(text)

            git("init", "-b", "main")
            for name in ("same.cc", "changed.cc", "committed.h", "gone.cc", "page.md"):
                write(name, "1\n")
            git("add", ".")
            git("commit", "-m", "first")
            git("update-ref", "refs/remotes/origin/main", "HEAD")
            with mock.patch.object(check_tidy, "ROOT", folder):
                self.assertEqual("HEAD~1", check_tidy.merge_base())
                write("committed.h", "2\n")
                git("commit", "-am", "second")
                for name in ("changed.cc", "page.md", "new.cc"):
                    write(name, "2\n")
                git("rm", "gone.cc")
                self.assertEqual(["changed.cc", "committed.h", "new.cc"],
                                 check_tidy.changed_files(check_tidy.merge_base()))


if __name__ == "__main__":
    unittest.main()
