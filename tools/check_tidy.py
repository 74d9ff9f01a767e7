#!/usr/bin/env python3
"""Runs clang-tidy 16 with the tree's .clang-tidy over sources, and fails when it finds something.

With no FILE: over what has changed since the branch left origin/main (without one: since the last
commit but one), commits and working tree together; a header stands for the .cc files beside it.
usage: check_tidy.py [--all] [--base REF] [--most N] [--jobs N] [--build FOLDER] [FILE...]

The preset `tidy` makes the compile commands: one source at a time and no precompiled header, which
clang could not read. They are g++'s; what clang does not know is taken out of them.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-16"
# Options of g++ alone. Its warnings are the build's business, not this check's.
NOT_CLANG = re.compile(r"-fvect-cost-model=\S*|-fpch-preprocess|-W\S*")
FINDING = re.compile(r"^(/\S+?:\d+):\d+: (?:error|warning): (.*?) \[([\w.-]+)(?:,[\w.,-]+)?\]$",
                     re.MULTILINE)
# Included first where libtorch is: with the constexpr of C++20, clang 14 would compile each function
# of std::vector where it is declared, and libtorch 1.13 declares vectors of incomplete classes.
TORCH = "/torch/csrc/api/include"
PLAIN_VECTOR = """#include <memory>
#include <string>
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 __fill_bits  // declared as constexpr before
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr
"""
GIGABYTES_PER_JOB = 2  # of a source with libtorch


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)


def merge_base():
    """Where HEAD left origin/main; HEAD~1 where there is none, or HEAD is its commit itself."""
    found = git("merge-base", "HEAD", "origin/main").stdout.strip()
    return found if found and found != git("rev-parse", "HEAD").stdout.strip() else "HEAD~1"


def changed_files(base):
    changed = git("diff", "--name-only", "--diff-filter=d", base, "--", "*.cc", "*.h")
    if changed.returncode:
        sys.exit(f"tidy: {changed.stderr.strip()}")
    added = git("ls-files", "--others", "--exclude-standard", "--", "*.cc", "*.h")
    return (changed.stdout + added.stdout).split()


def sources_of(names, known):
    """Those of `known` that the files are, or, for a header, the .cc files of its unit."""
    wanted = set()
    for name in names:
        path = pathlib.Path(name) if os.path.isabs(name) else ROOT / name
        stem = path.with_suffix("")
        unit = [path] if path.suffix == ".cc" else [pathlib.Path(f"{stem}.cc"),
                                                    pathlib.Path(f"{stem}_test.cc")]
        found = {str(p) for p in unit} & known
        if not found and path.suffix == ".cc":
            print(f"tidy: {name} is not compiled here, so it is not checked")
        wanted |= found
    return sorted(wanted)


def read_commands(build):
    """The compile commands of the preset, which is configured first where it is not."""
    if not (build / "build.ninja").exists():
        command = ["cmake", "--preset", "tidy", "-B", build]
        configured = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if configured.returncode:
            sys.exit(configured.stdout + configured.stderr)
    # Makes the header that names the commit, and lists sources that came since.
    made = subprocess.run(["cmake", "--build", build, "--target", "lerl_commit"],
                          capture_output=True, text=True)
    if made.returncode:
        sys.exit(made.stdout + made.stderr)
    commands = json.loads((build / "compile_commands.json").read_text())
    for command in commands:
        command["command"] = " ".join(word for word in command["command"].split()
                                      if not NOT_CLANG.fullmatch(word))
    return [command for command in commands if not command["file"].startswith(str(build))]


def write_commands(commands, folder):
    header = folder / "plain_vector.h"
    header.write_text(PLAIN_VECTOR)
    for command in commands:
        if TORCH in command["command"]:
            command["command"] += f" -include {header}"
    (folder / "compile_commands.json").write_text(json.dumps(commands))


def jobs_for_memory():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return max(1, min(os.cpu_count() or 1, int(memory / GIGABYTES_PER_JOB)))


def run_tidy(folder, file):
    """(findings, what could not be read) of one source."""
    done = subprocess.run([TIDY, "-p", folder, "--quiet", file], capture_output=True, text=True)
    found = FINDING.findall(done.stdout)
    unread = [finding for finding in found if finding[2].startswith("clang-diagnostic-error")]
    found = unread or found  # of a source that could not be read, all else is guessed
    failed = "" if found or done.returncode == 0 else done.stdout + done.stderr
    return found, failed


def report(results):
    """Prints each finding as it comes, once, though several sources may include its header; returns
    how many each check has."""
    seen, counts = set(), collections.Counter()
    for found, failed in results:
        lines = [(f"{where.removeprefix(f'{ROOT}/')}: {what} [{check}]", check)
                 for where, what, check in found]
        for line, check in lines + ([(failed.strip(), "what could not be run")] if failed else []):
            if line not in seen:
                seen.add(line)
                counts[check] += 1
                print(line, flush=True)
    return counts


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--base")
    parser.add_argument("--most", type=int)
    parser.add_argument("--jobs", type=int, default=jobs_for_memory())
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "tidy")
    options = parser.parse_args()
    if not shutil.which(TIDY):
        sys.exit(f"tidy: there is no {TIDY}; `tools/setup.sh lint` installs it")
    names = options.files
    if not names and not options.all:
        names = changed_files(options.base or merge_base())
        if not names:
            print("tidy: no source has changed")
            return 0
    commands = read_commands(options.build.resolve())
    known = {command["file"] for command in commands}
    files = sorted(known) if options.all else sources_of(names, known)
    if options.most is not None and len(files) > options.most:
        print(f"tidy: {len(files)} sources have changed; the first {options.most} are checked, since "
              "each takes up to minutes")
        files = files[:options.most]
    with tempfile.TemporaryDirectory() as folder:
        write_commands(commands, pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            counts = report(pool.map(lambda file: run_tidy(folder, file), files))
    for check, count in counts.most_common():
        print(f"tidy: {count} of {check}")
    print(f"tidy: {len(files)} sources, {counts.total() or 'no'} findings")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
