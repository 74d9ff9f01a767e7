#!/usr/bin/env python3
"""Fails where a comment, a configuration or a page names a file or an anchor that does not exist.

Comments of C++, Python, shell, CMake and TOML, and all of a Markdown page are read for
  - paths from the root (TOP names the folders) or from lerl/, with or without "#anchor"; "*" and
    "{h,cc}" must match something, and so must NAME and single capitals, which stand for any name
  - Markdown files without a folder, which must stand at the root or beside the file that names them
  - links of Markdown, whose anchors are headings by GitHub's rule
  - files that a configuration builds on (`base` and `with`, relative to it)
What the build generates and headers of libraries are known names.
usage: check_references.py [ROOT]
"""

import functools
import io
import pathlib
import re
import sys
import tokenize

TOP = ("lerl", "docs", "configs", "tools", "tests", "prompts", "goldens", "examples", "cmake")
GENERATED = {"prompt_files.h", "report_files.h", "commit.h"}
LIBRARIES = {"torch", "ATen", "c10", "gtest", "gmock", "nlohmann", "CLI", "curl", "sys", "arpa",
             "netinet", "linux", "generated"}
SUFFIXES = "h|cc|md|toml|py|sh|cmake|txt|expected|svg|png"

URL = re.compile(r"\w+://\S+")
NAMED = re.compile(r"(?<![\w./$}>~@*-])"
                   rf"(?P<path>[\w*][\w*.{{}},-]*(?:/[\w*.{{}},-]+)*\.(?:{SUFFIXES}|{{[\w,]+}})"
                   rf"|(?:{'|'.join(TOP)})(?:/[\w*{{}},-]+)+/?)"
                   r"(?![\w/]|\.\w)(?:#(?P<anchor>[\w-]+))?")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PLACEHOLDER = re.compile(r"\{\w*\}|(?<![A-Za-z])(?:NAME|[A-Z])(?![A-Za-z])")
BASE = re.compile(r'^\s*(?:base|with)\s*=\s*"([^"]+)"')
CPP_COMMENT = re.compile(r'''"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'|//(.*)''')
HASH_COMMENT = re.compile(r"(?:^|\s)#(.*)")
FENCE = re.compile(r"^\s*```")


def cpp_comments(text):
    for number, line in enumerate(text.splitlines(), 1):
        for match in CPP_COMMENT.finditer(line):
            if match.group(1) is not None:
                yield number, match.group(1)


def hash_comments(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = HASH_COMMENT.search(line)
        if match:
            yield number, match.group(1)


def python_comments(text):
    """Comments, and strings that are statements of their own."""
    starts_statement = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or token.type == tokenize.STRING and starts_statement:
            yield from enumerate(token.string.splitlines(), token.start[0])
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            starts_statement = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def all_lines(text):
    return enumerate(text.splitlines(), 1)


READERS = {".h": cpp_comments, ".cc": cpp_comments, ".py": python_comments, ".sh": hash_comments,
           ".cmake": hash_comments, ".toml": hash_comments, ".md": all_lines}


def reader_of(path):
    if path.suffix or not path.is_file():
        return READERS.get(path.suffix)
    with path.open("rb") as file:
        return python_comments if b"python" in file.readline() else None


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip())
    return re.sub(r"[^\w\- ]", "", text).lower().replace(" ", "-")


@functools.lru_cache(maxsize=None)
def anchors(page):
    found, seen, fenced = set(), {}, False
    for line in page.read_text(encoding="utf-8").splitlines():
        fenced ^= bool(FENCE.match(line))
        match = re.match(r"#{1,6} +(.+?)[ #]*$", line)
        if match and not fenced:
            name = slug(match.group(1))
            seen[name] = seen.get(name, -1) + 1
            found.add(f"{name}-{seen[name]}" if seen[name] else name)
    return found


def alternatives(path):
    """ "x.{h,cc}" as "x.h" and "x.cc", placeholders as "*"."""
    match = re.search(r"\{([^{}]*,[^{}]*)\}", path)
    if match:
        for part in match.group(1).split(","):
            yield from alternatives(path[:match.start()] + part + path[match.end():])
    else:
        yield path


def find(folders, path):
    """The file that `path` names below one of `folders`, or the unit, where it has no suffix; None
    if there is none."""
    for folder in folders:
        if (folder / path).exists():
            return folder / path
    pattern = PLACEHOLDER.sub("*", path)
    if "." not in path:
        pattern += ".*"
    if "*" not in pattern:
        return None
    return next((file for folder in folders for file in folder.glob(pattern)), None)


def is_ours(root, path):
    """Whether a name can be judged: a path into one of our folders, a source, or a page."""
    first, *rest = path.split("/")
    if not rest:
        return path.endswith(".md") and "*" not in path
    if path.split("/")[-1] in GENERATED or first in LIBRARIES:
        return False
    return first in TOP or (root / "lerl" / first).is_dir() or path.endswith((".h", ".cc"))


def check_anchor(root, page, anchor):
    if not anchor or page.suffix != ".md" or anchor in anchors(page):
        return []
    return [f"{page.relative_to(root)} has no heading #{anchor}"]


def check_names(root, path, text):
    for match in NAMED.finditer(URL.sub("", LINK.sub("", text))):
        name = match.group("path").rstrip(".,")
        if not is_ours(root, name):
            continue
        places = (root, path.parent, *([root / "lerl"] if "/" in name else []))
        for part in alternatives(name):
            found = find(places, part)
            if not found:
                yield f"there is no {part}"
            else:
                yield from check_anchor(root, found, match.group("anchor"))


def check_links(root, path, text):
    for target in LINK.findall(re.sub(r"`[^`]*`", "", text)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        page = (path.parent / name).resolve() if name else path
        if not page.exists():
            yield f"the link to {target} leads nowhere"
        else:
            yield from check_anchor(root, page, anchor)


def check_file(root, path, read):
    text = path.read_text(encoding="utf-8")
    faults = []
    for number, line in read(text):
        faults += [(number, what) for what in check_names(root, path, line)]
        if path.suffix == ".md":
            faults += [(number, what) for what in check_links(root, path, line)]
    if path.suffix == ".toml":
        faults += [(number, f"there is no {match.group(1)}")
                   for number, line in all_lines(text) for match in [BASE.match(line)]
                   if match and not (path.parent / match.group(1)).exists()]
    return [f"{path.relative_to(root)}:{number}: {what}" for number, what in sorted(faults)]


def check(root):
    """A list of "file:line: what is wrong"."""
    root = root.resolve()
    files = list(root.glob("*.md"))
    for folder in TOP:
        files += [path for path in (root / folder).rglob("*") if path.is_file()]
    faults = []
    for path in sorted(files):
        read = reader_of(path)
        if read:
            faults += check_file(root, path, read)
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    faults = check(root)
    print("\n".join(faults) if faults else "references: every file and anchor named exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
