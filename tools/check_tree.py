#!/usr/bin/env python3
"""Prints what a reader of the tree would stumble over first, and fails if there is any.

Files over 400 lines, lines over 100 columns, functions over 60 lines, sources without a header or a
test, words that mark unfinished work, paths of one machine, tabs, blanks at the end of a line.
usage: check_tree.py [ROOT]
"""

import pathlib
import re
import sys

MAX_LINES, MAX_COLUMNS, MAX_FUNCTION = 400, 100, 60
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
CODE = (".h", ".cc")
TEXT = CODE + (".py", ".sh", ".cmake", ".toml", ".md", ".txt")
CHECKED = ("lerl", "tests", "tools", "cmake", "configs", "docs", "prompts", "goldens")
# Folders whose sources share one header: a file per subcommand, a file per benchmark.
SHARED_HEADER = {"cli", "bench"}


def long_functions(lines):
    """(line, length) of each function body: from a line that ends in "{" at namespace level (or in
    a class) to the closing brace in the same column, as clang-format sets them."""
    for number, line in enumerate(lines, 1):
        if not re.search(r"\)[^;]*\{$", line) or line.lstrip().startswith(("if", "for", "while", "//",
                                                                          "switch", "}", "TEST")):
            continue
        # The signature may have begun on an earlier line, less indented.
        start = number
        while start > 1 and lines[start - 1].startswith("    ") and not lines[start - 2].endswith(
                (";", "{", "}", ":")) and lines[start - 2].strip():
            start -= 1
        indent = len(lines[start - 1]) - len(lines[start - 1].lstrip())
        if indent > 2:
            continue
        closing = re.compile(r" {%d}\}" % indent)
        for end in range(number, len(lines)):
            if closing.match(lines[end]):
                if end + 1 - start + 1 > MAX_FUNCTION:
                    yield start, end + 1 - start + 1
                break


def check_text(name, lines):
    faults = []
    if name.suffix in CODE + (".py", ".sh", ".cmake") and len(lines) > MAX_LINES:
        faults.append(f"{name}: {len(lines)} lines; split it (at most {MAX_LINES})")
    for number, line in enumerate(lines, 1):
        if name.suffix in CODE and len(line) > MAX_COLUMNS and "R\"" not in line:
            faults.append(f"{name}:{number}: {len(line)} columns; at most {MAX_COLUMNS}")
        if name.suffix in CODE and "\t" in line:
            faults.append(f"{name}:{number}: a tab")
        if line != line.rstrip() and name.suffix != ".md":
            faults.append(f"{name}:{number}: blanks at the end of the line")
        if UNFINISHED.search(line):
            faults.append(f"{name}:{number}: a word that marks unfinished work")
        if MACHINE_PATH.search(line) and not name.name.startswith("check_tree"):
            faults.append(f"{name}:{number}: a path of one machine")
    if name.suffix in CODE:
        faults += [f"{name}:{start}: a function of {length} lines; at most {MAX_FUNCTION}"
                   for start, length in long_functions(lines)]
    return faults


def check_unit(root, path):
    name = path.relative_to(root)
    if path.suffix != ".cc" or path.stem.endswith("_test") or path.parent.name in SHARED_HEADER:
        return []
    if path.stem.endswith("_testing"):  # helpers of tests
        return []
    return [f"{name}: there is no {path.stem}{suffix} beside it"
            for suffix in (".h", "_test.cc")
            if not path.with_name(path.stem + suffix).exists()]


def check(root):
    faults = []
    for folder in CHECKED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in TEXT or not path.is_file():
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            faults += check_text(path.relative_to(root), lines)
            if folder == "lerl":
                faults += check_unit(root, path)
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    faults = check(root)
    print("\n".join(faults) if faults else "tree: nothing to stumble over")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
