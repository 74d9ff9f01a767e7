#!/usr/bin/env python3
"""Fails when a folder of lerl/ includes one that stands below it in lerl/libraries.cmake.

The order of the lerl_library() calls is the order of the layers; a folder may include itself and
the folders that its DEPS name, directly or through theirs. usage: check_layers.py [ROOT]
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"lerl/([^/"]+)/[^"]+"')


def read_layers(text):
    """[(folder, [dependencies])] in the order of the file; keywords end the list of DEPS."""
    layers = []
    for call in re.findall(r"^lerl_library\(([^)]*)\)", text, re.MULTILINE):
        words = call.split()
        deps = []
        if "DEPS" in words:
            for word in words[words.index("DEPS") + 1:]:
                if word.isupper():
                    break
                deps.append(word)
        layers.append((words[0], deps))
    return layers


def check(root):
    """A list of "file:line: what is wrong"."""
    listing = root / "lerl" / "libraries.cmake"
    faults, allowed = [], {}
    for folder, deps in read_layers(listing.read_text()):
        allowed[folder] = {folder}
        for dep in deps:
            if dep not in allowed:
                faults.append(f"lerl/libraries.cmake: {folder} depends on {dep}, which is not above it")
                continue
            allowed[folder] |= allowed[dep]
    allowed["cli"] = {"cli"}.union(*allowed.values())  # the program itself
    for path in sorted((root / "lerl").glob("*/*")):
        folder = path.parent.name
        if path.suffix not in (".h", ".cc"):
            continue
        name = path.relative_to(root)
        if folder not in allowed:
            faults.append(f"{name}: its folder is not in lerl/libraries.cmake")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match.group(1) not in allowed[folder]:
                faults.append(f"{name}:{number}: {folder} may not include lerl/{match.group(1)}; it may "
                              f"include {', '.join(sorted(allowed[folder]))}")
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    faults = check(root)
    print("\n".join(faults) if faults else "layers: every include points upwards in libraries.cmake")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
