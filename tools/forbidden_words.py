"""The words that docs/concepts.md tells us not to use, and where our C++ uses them.

They stand in its table under "Words that we do not use":
    | instead of | write | in |
    |---|---|---|
    | episode, episodes | session | |
    | arm | category | lerl/planner, lerl/sim |
Each form of a word is named, since a plural may be another word's; the third column, which may be
absent, restricts a row to folders. A word counts in comments and in names, where `episode_length`
and `EpisodeLength` have the words episode and length, in any case. What stands in quotation marks,
what an include names, and names of std, torch and at are other people's words.
"""

import re

HEADING = "## Words that we do not use"
OTHERS = re.compile(r'^\s*#.*|"(?:[^"\\]|\\.)*"|\b(?:std|torch|at|c10|nlohmann|testing)::[\w:]+')
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


class Row:
    def __init__(self, cells):
        self.words = [normal(word) for word in cells[0].split(",")]
        self.better = cells[1]
        self.folders = [folder.strip().strip("`/") for folder in "".join(cells[2:3]).split(",")]
        self.pattern = re.compile(r"\b(%s)\b" % "|".join(map(re.escape, self.words)))

    def applies_to(self, name):
        """Whether a file is in one of the folders; the empty folder holds all."""
        return any(not folder or name.is_relative_to(folder) for folder in self.folders)


def normal(text):
    """`numPlans_made` -> num plans made"""
    return " ".join(HUMP.sub(" ", text.replace("`", " ")).lower().split())


def read_table(text):
    """The rows under the heading; none where there is no such heading."""
    rows, inside = [], False
    for line in text.splitlines():
        if line.startswith("#"):
            inside = line.strip() == HEADING
        elif inside and line.startswith("|") and not re.match(r"\|\s*(instead of\b|:?-)", line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) < 2 or not cells[0] or not cells[1]:
                raise ValueError(f"docs/concepts.md: '{line}' names no word or no better one")
            rows.append(Row(cells))
    return rows


def forbidden_words(name, lines, rows):
    """(line number, what is wrong) of a file, whose path is from the root of the tree."""
    rows = [row for row in rows if row.applies_to(name)]
    for number, line in enumerate(lines, 1) if rows else ():
        text = normal(OTHERS.sub(" ", line))
        for row in rows:
            for word in sorted(set(row.pattern.findall(text))):
                yield number, f"the word '{word}'; write {row.better} (docs/concepts.md)"
