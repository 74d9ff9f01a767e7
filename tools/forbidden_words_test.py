#!/usr/bin/env python3
"""forbidden_words.py reads the table of docs/concepts.md and finds its words in C++."""

import pathlib
import unittest

from forbidden_words import forbidden_words, read_table

CONCEPTS = """# Concepts

| word | what it is | where |
|---|---|---|
| arm | not of the table that counts | here |

## Words that we do not use

Some text.

| instead of | write | in |
|---|---|---|
| episode, `episodes` | session | |
| time step | step |
| arm | category | `lerl/planner/`, lerl/sim/rules |

## Another

| horizon | limit |
"""


class ForbiddenWords(unittest.TestCase):
    def found(self, line, name="lerl/base/rng.cc", concepts=CONCEPTS):
        return [what.split("'")[1] for _, what in
                forbidden_words(pathlib.PurePosixPath(name), [line], read_table(concepts))]

    def test_reads_the_table_under_its_heading_alone(self):
        self.assertEqual(["episode", "time step", "arm"],
                         [row.words[0] for row in read_table(CONCEPTS)])
        self.assertEqual([], read_table("# Concepts\n| episode | session |\n"))

    def test_names_the_line_and_the_better_word(self):
        name = pathlib.PurePosixPath("lerl/base/rng.cc")
        self.assertEqual([(2, "the word 'episode'; write session (docs/concepts.md)")], list(
            forbidden_words(name, ["", "// one episode"], read_table(CONCEPTS))))

    def test_finds_words_in_comments_and_in_names_of_each_style(self):
        for line in ("// An Episode ends", "int episode_length;", "class LongEpisode {",
                     "kEpisodeEnd", "int num_episodes_;", "int64_t time_step = 0;", "TimeStep t;",
                     "// the time step"):
            self.assertEqual(1, len(self.found(line)), line)

    def test_takes_whole_words(self):
        for line in ("// episodic", "int episodelength;", "// charm", "// time and step"):
            self.assertEqual([], self.found(line, "lerl/planner/plan.h"), line)

    def test_leaves_alone_what_others_have_named(self):
        for line in ('#include "lerl/sim/episode.h"', 'Open("episode.csv");', "std::episode x;",
                     '// what the paper calls "episode"'):
            self.assertEqual([], self.found(line), line)

    def test_restricts_a_row_to_its_folders(self):
        line = "int arm;"
        self.assertEqual(["arm"], self.found(line, "lerl/planner/llm/prompt.h"))
        self.assertEqual(["arm"], self.found(line, "lerl/sim/rules/leave.h"))
        self.assertEqual([], self.found(line, "lerl/sim/env.h"))
        self.assertEqual([], self.found(line, "lerl/planners/x.h"))

    def test_refuses_a_row_without_a_better_word(self):
        with self.assertRaisesRegex(ValueError, "arm"):
            read_table("## Words that we do not use\n| arm | |\n")


if __name__ == "__main__":
    unittest.main()
