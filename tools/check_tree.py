#!/usr/bin/env python3
"""Prints what a reader of the tree would stumble over first, and fails if there is any.

Files over 400 lines, lines over 100 columns, functions over 60 lines, sources without a header or
a test, comments that a formatter has run together (run_together.py), words that docs/concepts.md
tells us not to use (forbidden_words.py), words that mark unfinished work, paths of one machine,
tabs, blanks at the end of a line.
usage: check_tree.py [--sizes] [ROOT]

A unit is x.h, x.cc and x_test.cc beside each other; one that is all header has no .cc, and need not
have a test. lerl/testing, whose units are tried by the tests that use them, may lack the test, and
the folders of SHARED_HEADER, at any depth, the header too.

--sizes prints what a reviewer wants to see beside that: functions over 40 lines, files over 350,
the number of static_casts, and how much of the .cc files is comment.
"""

import pathlib
import re
import sys

from forbidden_words import forbidden_words, read_table
from run_together import run_together

MAX_LINES, MAX_COLUMNS, MAX_FUNCTION = 400, 100, 60
LONG_FILE, LONG_FUNCTION = 350, 40  # what --sizes names
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
UNBOUNDED_JSON = re.compile(r"[jJ]son::parse\(")  # base/json_text.h reads within a bound
SHARED_FOLDER = re.compile(r"testing::TempDir\(")  # of all processes
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
CODE = (".h", ".cc")
TEXT = CODE + (".py", ".sh", ".cmake", ".toml", ".md", ".txt")
CHECKED = ("lerl", "tests", "tools", "cmake", "configs", "docs", "prompts", "goldens")
# Folders whose sources share one header: a file per subcommand, a file per benchmark.
SHARED_HEADER = {"cli", "bench"}
TESTING = "testing"  # helpers of tests


def long_functions(lines, limit=MAX_FUNCTION):
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
                if end + 1 - start + 1 > limit:
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
        if name.suffix == ".cc" and UNBOUNDED_JSON.search(line) and not name.name.endswith(
                ("_test.cc", "json_text.cc")):
            faults.append(f"{name}:{number}: JSON without a bound; use ParseJson of base/json_text.h")
        if name.name.endswith("_test.cc") and SHARED_FOLDER.search(line):
            faults.append(f"{name}:{number}: a folder that tests which run side by side share; use "
                          "ProcessFolder() of testing/data_files.h")
        if MACHINE_PATH.search(line) and not name.name.startswith("check_tree"):
            faults.append(f"{name}:{number}: a path of one machine")
    if name.suffix in CODE:
        faults += [f"{name}:{start}: a function of {length} lines; at most {MAX_FUNCTION}"
                   for start, length in long_functions(lines)]
    return faults


def check_unit(root, path):
    name = path.relative_to(root)
    folder = name.parts[1]
    if path.suffix != ".cc" or path.name == "main.cc" or folder in SHARED_HEADER:
        return []
    unit = path.stem.removesuffix("_test")
    wanted = [".h"] if unit != path.stem or folder == TESTING else [".h", "_test.cc"]
    return [f"{name}: there is no {unit}{suffix} beside it"
            for suffix in wanted if not path.with_name(unit + suffix).exists()]


def check_code(name, lines, words):
    return [f"{name}:{number}: {what}" for number, what in
            [*run_together(lines), *forbidden_words(name, lines, words)]]


def texts(root):
    """(path from the root, lines) of every file that is checked."""
    for folder in CHECKED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in TEXT and path.is_file():
                yield path.relative_to(root), path.read_text(encoding="utf-8").splitlines()


def check(root):
    concepts = root / "docs" / "concepts.md"
    faults, words = [], []
    try:
        words = read_table(concepts.read_text(encoding="utf-8")) if concepts.exists() else []
    except ValueError as error:
        faults.append(str(error))
    for name, lines in texts(root):
        faults += check_text(name, lines)
        if name.parts[0] == "lerl":
            faults += check_unit(root, root / name)
            if name.suffix in CODE:
                faults += check_code(name, lines, words)
    return faults


def sizes(root):
    """Lines to print: what is long though it is allowed, and two figures of the tree."""
    files, functions, casts, comments, total = [], [], 0, 0, 0
    for name, lines in texts(root):
        if name.parts[0] != "lerl" or name.suffix not in CODE:
            continue
        if len(lines) > LONG_FILE:
            files.append(f"{name}: {len(lines)} lines")
        functions += [f"{name}:{start}: a function of {length} lines"
                      for start, length in long_functions(lines, LONG_FUNCTION)]
        casts += sum(line.count("static_cast<") for line in lines)
        if name.suffix == ".cc":
            comments += sum(line.lstrip().startswith("//") for line in lines)
            total += sum(bool(line.strip()) for line in lines)
    return [*functions, *files,
            f"{len(functions)} functions over {LONG_FUNCTION} lines, "
            f"{len(files)} files over {LONG_FILE}",
            f"{casts} static_casts",
            f"{100 * comments / max(total, 1):.1f}% of the lines of .cc files are comments"]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--sizes"]
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    if len(arguments) < len(sys.argv) - 1:
        print("\n".join(sizes(root)))
        return 0
    faults = check(root)
    print("\n".join(faults) if faults else "tree: nothing to stumble over")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
