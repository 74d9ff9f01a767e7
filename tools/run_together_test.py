#!/usr/bin/env python3
"""run_together.py finds what a formatter did to comments, and leaves tables alone."""

import unittest

from run_together import run_together

TABLE = """
// `score`: what a reader sees first.
//
//   popularity(i) = (n_i - min n) / (max n - min n)      n_i: users with i
//   quality(i)    = (likes_i + 1) / (rows_i + 2)         mean of a Beta posterior
//   global cut    one point in time for everyone; a row that is as long as a row of the tree may be
//   by user       each user's own share, which is a second row that goes on in a line of its own,
//                 indented as far as its text is (0, 1,
//                 2), and closes there what it opened
"""


class RunTogether(unittest.TestCase):
    def lines(self, text):
        return [number for number, _ in run_together(text.splitlines())]

    def test_accepts_an_aligned_table(self):
        self.assertEqual([], self.lines(TABLE))

    def test_finds_an_equation_inside_a_bracket_of_the_one_before(self):
        self.assertEqual([2], self.lines(
            "//   argmax over the mask of  lambda rel(u, i) - (1 - lambda) max_{j in\n"
            "//   S} cos(E_i, E_j) rel(u, i) = sigmoid(logit_ui) of the factorisation\n"))

    def test_finds_words_left_over_before_the_next_row(self):
        self.assertEqual([2], self.lines(
            "//   WarmStart  Learner's own warm start; fit; `iterations` times: imagine a batch of sessions,\n"
            "//   learn Update     learns from the sessions played, by\n"))

    def test_finds_a_word_left_over_in_a_line_of_its_own(self):
        self.assertEqual([3], self.lines(
            "//   plan        the first plan_size of the ranking\n"
            "//   due         every n = `cadence` steps; with `replan` on_saturation or on_surprise sooner, when\n"
            "//   a\n"
            "//               planned category's exposure reaches `saturated`\n"))

    def test_accepts_a_row_behind_a_full_one(self):
        self.assertEqual([], self.lines(
            "//   Q(s, i) = v(s) + E_i . f(s) + b_i                          slate = top K inside the mask\n"
            "//   y_k     = r_k + gamma g mean_{j in A*} Q'(s', j),  A* = top K of Q(s', .) inside it\n"))

    def test_accepts_code_and_prose_that_is_indented(self):
        self.assertEqual([], self.lines(
            "//   struct Config {\n//     double clip = 0.2;\n//   };\n//   Config config;\n"
            "// text\n"
            "//   an indented paragraph without an equation, of a length which lets no word (of this\n"
            "//   kind) into its first line\n"))

    def test_accepts_half_open_intervals_sentences_and_names_of_files(self):
        self.assertEqual([], self.lines(
            "//   training     [RowsBegin, train_end)\n"
            "//   validation   [train_end, valid_end)\n"))
        self.assertEqual([], self.lines(
            "//   temper_t = temper_t-1 + clip(r_t - 2, -2, 0)  leaves when temper_t < env.temper_leave_below\n"
            "//   With rewards in [0, 1] every policy gets sessions of nearly the same length. Two lines of\n"
            "//   prose follow each other flush.\n"))
        self.assertEqual([], self.lines(
            "//   log_random_*_SUFFIX.csv           randomly exposed rows, read with include_random alone\n"
            "//   user_features_SUFFIX.csv\n"))

    def test_finds_prose_that_ends_early(self):
        self.assertEqual([2], self.lines("// factorisations. For the matrix\n"
                                         "// task also the matrix; users without a row are left out\n"))
        self.assertEqual([], self.lines("// A line.\n// another, after the end of a sentence\n"
                                        "// Names begin\n// With a capital.\n"))


if __name__ == "__main__":
    unittest.main()
