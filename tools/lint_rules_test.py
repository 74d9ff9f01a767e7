#!/usr/bin/env python3
"""clang-format and clang-tidy, as this tree sets them up, refuse a bad file for each rule."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import check_tidy

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMAT = "clang-format-14"

GOOD = """// A file that breaks no rule.
#include <string>
#include <vector>

namespace lerl {

enum class Colour { kRed, kGreen };

inline constexpr int kLimit = 3;

class Shape {
 public:
  virtual ~Shape() = default;
  virtual int Area() const = 0;
  bool is_flat() const { return is_flat_; }

 protected:
  bool is_flat_ = false;
};

class Square : public Shape {
 public:
  explicit Square(int side) : side_(side) {}
  int Area() const override { return side_ * side_; }

 private:
  int side_;
};

struct Sizes {
  std::vector<int> all_sizes;
  int SumOf(int first_sizes) const {
    int total = 0;
    for (int n = 0; n < first_sizes && n < kLimit; ++n) total += all_sizes[n];
    return total;
  }
};

}  // namespace lerl
"""

# What clang-format puts right, and so refuses.
BADLY_LAID_OUT = {
    "indent": "void F() {\n    int a = 0;\n}\n",
    "pointer": "int *pointer = nullptr;\n",
    "brace": "void F()\n{\n}\n",
    "blanks": "int a=0;\n",
    "width": "int a_function_of_a_long_name(int the_first_argument, int the_second_argument, int the_third_one, int four);\n",
    "includes": "#include <vector>\n#include <string>\n",
}

# For each check of .clang-tidy, or one of each group with a star, code that it must refuse.
BAD = {
    "readability-identifier-naming": [
        "class bad_class {};", "struct bad_struct {};", "enum class bad_enum { kOne };",
        "enum class E { one };", "void badFunction();", "int NotLower = 0;",
        "void F(int NotLower) {}", "class C {\n  int no_suffix = 0;\n};",
        "class C {\n protected:\n  int no_suffix = 0;\n};", "constexpr int limit = 3;", "const int limit = 3;",
        "struct S {\n  int NotLower = 0;\n};", "template <typename not_camel>\nvoid F(not_camel n);",
        "namespace BadSpace {}", "using bad_alias = int;", "struct S {\n  void badMethod();\n};"],
    "bugprone-use-after-move": [
        "#include <string>\n#include <utility>\nvoid G(std::string text);\n"
        "void F(std::string text) { G(std::move(text)); G(text); }"],
    "bugprone-macro-parentheses": ["#define TWICE(x) x * 2"],
    "bugprone-integer-division": ["double F(int a) { return a / 2; }"],
    "performance-for-range-copy": [
        "#include <string>\n#include <vector>\nsize_t F(const std::vector<std::string>& all) {\n"
        "  size_t n = 0;\n  for (const std::string text : all) n += text.size();\n  return n;\n}"],
    "performance-unnecessary-value-param": [
        "#include <string>\nsize_t F(const std::string text) { return text.size(); }"],
    "misc-unused-parameters": ["int F(int used, int unused) { return used; }"],
    "misc-unused-using-decls": ["namespace other { class Thing {}; }\nusing other::Thing;"],
    "misc-redundant-expression": ["bool F(int a) { return a == a; }"],
    "modernize-use-override": [
        "struct A {\n  virtual ~A() = default;\n  virtual int F() { return 1; }\n};\n"
        "struct B : A {\n  virtual int F() { return 2; }\n};"],
    "modernize-use-nullptr": ["int* pointer = 0;"],
    "readability-function-cognitive-complexity": [
        "int F(int a) {\n  int n = 0;\n" + "".join(
            f"  for (int i = 0; i < a; ++i) {{\n    if (i == {k} && a > 2) {{\n"
            "      while (n > a || n == 7) --n;\n    }\n  }\n" for k in range(4))
        + "  return n;\n}"],
}


class Format(unittest.TestCase):
    def setUp(self):
        if not shutil.which(FORMAT):
            self.skipTest(f"{FORMAT} is not installed: tools/setup.sh lint")

    def refuses(self, text):
        done = subprocess.run(
            [FORMAT, f"--style=file:{ROOT}/.clang-format", "--dry-run", "--Werror"],
            input=text, capture_output=True, text=True)
        return done.returncode != 0

    def test_accepts_a_good_file(self):
        self.assertFalse(self.refuses(GOOD))

    def test_refuses_each_kind_of_bad_layout(self):
        for name, text in BADLY_LAID_OUT.items():
            with self.subTest(name):
                self.assertTrue(self.refuses(text))

    def test_leaves_equations_in_comments_as_they_were_set(self):
        self.assertFalse(self.refuses(
            "// one\n//   a = b,    " + "long " * 19 + "row\n//   c = d\nint a = 0;\n"))


class Tidy(unittest.TestCase):
    def setUp(self):
        if not shutil.which(check_tidy.TIDY):
            self.skipTest(f"{check_tidy.TIDY} is not installed: tools/setup.sh lint")

    def findings(self, files):
        """(file, line, check) of what is found in the first of the files, and what it includes."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text + "\n")
            done = subprocess.run(
                [check_tidy.TIDY, "--quiet", f"--config-file={ROOT}/.clang-tidy",
                 root / next(iter(files)), "--", "-std=c++20", f"-I{folder}"],
                capture_output=True, text=True)
            found = set()
            for where, _, check in check_tidy.FINDING.findall(done.stdout):
                file, line = where.rsplit(":", 1)
                found.add((str(pathlib.Path(file).relative_to(root)), int(line), check))
            return found

    def test_accepts_a_good_file(self):
        self.assertEqual(set(), self.findings({"lerl/base/x.cc": GOOD}))

    def test_refuses_bad_code_by_each_check(self):
        # One source of all snippets, each in a namespace of its own; (first line, last, check).
        lines, places = [], []
        for check, snippets in BAD.items():
            for number, text in enumerate(snippets):
                lines += [f"namespace {check.replace('-', '_')}_{number} {{", *text.split("\n"), "}"]
                places.append((len(lines) - text.count("\n") - 1, len(lines), check))
        # Includes stand in front, and leave the numbers of lines as they are.
        source = "\n".join("" if line.startswith("#include") else line for line in lines)
        found = self.findings({"x.cc": '#include "all.h"\n' + source,
                               "all.h": "".join(f"#include <{name}>\n" for name in
                                                ("string", "utility", "vector"))})
        for first, last, check in places:
            with self.subTest(check, code="\n".join(lines[first - 1:last - 1])):
                self.assertIn(check, {name for file, line, name in found
                                      if first < line <= last + 1})

    def test_refuses_bad_code_in_headers_of_folders_and_of_subfolders(self):
        bad = "#pragma once\nclass bad_class {};"
        for header in ("lerl/base/x.h", "lerl/agents/user_models/x2.h"):
            found = self.findings({"lerl/base/x.cc": f'#include "{header}"', header: bad})
            self.assertEqual({(header, 2, "readability-identifier-naming")}, found)

    def test_leaves_headers_of_others_alone(self):
        self.assertEqual(set(), self.findings(
            {"lerl/base/x.cc": '#include "third_party/x.h"', "third_party/x.h": "class bad {};"}))

    def test_enables_no_group_that_no_snippet_tries(self):
        groups = {line.split(",")[0].strip().split("*")[0].rstrip("-")
                  for line in (ROOT / ".clang-tidy").read_text().split("Checks: >")[1].split(
                      "WarningsAsErrors")[0].splitlines()
                  if line.strip() and not line.strip().startswith(("-", "#"))}
        self.assertEqual([], sorted(g for g in groups if not any(c.startswith(g) for c in BAD)))


if __name__ == "__main__":
    unittest.main()
