"""`lerl plan --wish`: the plan moves, the reasons stand beside it, and bad wishes are told what is wrong."""

import json

from cli_testing import CliTest, main


class PlanWish(CliTest):
    def plan(self, wish, *more):
        return self.succeed(*self.words(wish), *more)

    def words(self, wish):
        return ["plan", "--config", self.shop(), "--user", "bob", "--step", "0", "--wish", wish,
                "--planner", "wish_keywords", "--set", "planner.wish.base=own_history"]

    def test_moves_the_plan_and_says_why(self):
        found = json.loads(self.plan("something light and funny, no horror films", "--json"))
        self.assertEqual(found["wish_scores"], {"Comedy": 1.0, "Horror": -1.0})
        self.assertEqual(found["plan"][0], "Comedy")
        self.assertEqual(found["ranking"][-1], "Horror")
        self.assertNotEqual(found["ranking"], found["ranking_without_wish"])
        shown = self.plan("something light and funny, no horror films")
        for text in ('Wish: "something light and funny, no horror films"', "asked for  Comedy",
                     "refused    Horror", "Ranking without it"):
            self.assertIn(text, shown)

    def test_keeps_a_wish_in_another_language_and_says_so(self):
        shown = self.plan("etwas Lustiges, aber bitte kein Krieg")
        self.assertIn("another language", shown)
        self.assertIn("Nothing was found in it", shown)

    def test_says_what_is_wrong_with_a_wish(self):
        for wish, says in (("", "--wish: it is empty"), (" \t ", "--wish: it is empty"),
                           ("a" * 301, "301 characters, and 300 is the most"),
                           ("fun \udcff", "is not UTF-8")):
            with self.subTest(wish=wish):
                self.expect_error(2, *self.words(wish), says=[says])


if __name__ == "__main__":
    main()
