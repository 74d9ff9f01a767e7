#!/usr/bin/env python3
"""Fails when an include of lerl/ points against the order that lerl/libraries.cmake declares.

The order of the lerl_library() calls is the order of the layers: a folder may include itself and
the folders that its DEPS name, directly or through theirs. Inside a folder the order is that of
ORDER, which names its subfolders and those files beside them that they build on; the files that it
does not name stand on top. Helpers of tests are in lerl/testing, which only tests may include.
usage: check_layers.py [ROOT]
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"(lerl/[^"]+)"')
TESTING = "testing"


class Folder:
    def __init__(self, name, order, deps):
        self.name, self.order, self.deps = name, order, deps

    def place(self, path):
        """Where a file (its path below the folder) stands in the order; None: nowhere."""
        part = path.parts[0] if len(path.parts) > 1 else path.stem
        if part in self.order:
            return self.order.index(part)
        return None if len(path.parts) > 1 else len(self.order)


def read_folders(text):
    """The lerl_library() calls in the order of the file."""
    folders = []
    text = re.sub(r"#.*", "", text)
    for call in re.findall(r"^lerl_library\(([^)]*)\)", text, re.MULTILINE):
        words = call.split()
        lists = {"ORDER": [], "DEPS": []}
        keyword = None
        for word in words[1:]:
            if word.isupper():
                keyword = word
            elif keyword in lists:
                lists[keyword].append(word)
        folders.append(Folder(words[0], lists["ORDER"], lists["DEPS"]))
    return folders


def check_order(root, folder):
    """Names of ORDER that are neither a subfolder nor a file, or come again, and subfolders that it
    lacks."""
    base = root / "lerl" / folder.name
    listing = "lerl/libraries.cmake"
    faults = [f"{listing}: {folder.name} has no '{name}', which its ORDER names"
              for name in folder.order
              if not (base / name).is_dir() and not (base / f"{name}.h").exists()]
    faults += [f"{listing}: the ORDER of {folder.name} names {name} twice"
               for name in sorted(set(folder.order)) if folder.order.count(name) > 1]
    sources = {path.relative_to(base).parts[0] for path in base.glob("*/**/*.cc")} | {
        path.relative_to(base).parts[0] for path in base.glob("*/**/*.h")}
    return faults + [f"{listing}: the ORDER of {folder.name} lacks its subfolder {name}"
                     for name in sorted(sources - set(folder.order))]


def check_file(root, path, folders, allowed):
    name = path.relative_to(root)
    below = name.relative_to("lerl")
    own = below.parts[0]
    is_test = path.stem.endswith("_test") or own == TESTING
    faults = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = pathlib.PurePosixPath(match.group(1)).relative_to("lerl")
        other = target.parts[0]
        if other == TESTING:
            if not is_test:
                faults.append(f"{name}:{number}: only tests may include lerl/{TESTING}")
        elif own == TESTING:
            continue
        elif other not in allowed[own]:
            faults.append(f"{name}:{number}: {own} may not include lerl/{other}; it may "
                          f"include {', '.join(sorted(allowed[own]))}")
        elif other == own and own in folders and not is_test:
            folder = folders[own]
            here, there = (folder.place(p.relative_to(own)) for p in (below, target))
            if here is not None and there is not None and there > here:
                faults.append(f"{name}:{number}: {target} stands above this file in the ORDER of "
                              f"{own}: {' '.join(folder.order)}")
    return faults


def check(root):
    """A list of "file:line: what is wrong"."""
    listing = root / "lerl" / "libraries.cmake"
    faults, folders, allowed = [], {}, {}
    for folder in read_folders(listing.read_text()):
        folders[folder.name] = folder
        allowed[folder.name] = {folder.name}
        for dep in folder.deps:
            if dep not in allowed:
                faults.append(f"lerl/libraries.cmake: {folder.name} depends on {dep}, which is not "
                              "above it")
                continue
            allowed[folder.name] |= allowed[dep]
        if (root / "lerl" / folder.name).is_dir():
            faults += check_order(root, folder)
    allowed["cli"] = {"cli"}.union(*allowed.values())  # the program itself
    allowed[TESTING] = set(allowed)
    for path in sorted((root / "lerl").rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        name = path.relative_to(root)
        if name.parts[1] not in allowed:
            faults.append(f"{name}: its folder is not in lerl/libraries.cmake")
            continue
        faults += check_file(root, path, folders, allowed)
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    faults = check(root)
    print("\n".join(faults) if faults else "layers: every include points upwards in libraries.cmake")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
