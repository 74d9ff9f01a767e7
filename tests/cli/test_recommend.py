"""`lerl recommend`: the slates of a finished run, for people and for programs."""

import csv
import io
import json

from cli_testing import CliTest, main


class Recommend(CliTest):
    def setUp(self):
        super().setUp()
        self.config = self.larger_shop()
        self.train()
        self.arguments = ["recommend", "--config", self.config, "--runs", self.runs]

    def slates(self, *more):
        return json.loads(self.succeed(*self.arguments, *more, "--json"))["slates"]

    def test_shows_titles_and_the_plan_in_sentences(self):
        text = self.succeed(*self.arguments, "--user", "u3")
        for words in ["For u3 (newest 'like': i", "Slate 1, chosen within ", "planned by random", "  1. i"]:
            self.assertIn(words, text)

    def test_json_and_csv_hold_the_same_items(self):
        slates = self.slates("--user", "u3", "u5", "--top", "4")
        rows = list(csv.DictReader(io.StringIO(
            self.succeed(*self.arguments, "--user", "u3", "u5", "--top", "4", "--csv"))))
        self.assertEqual([r["item"] for r in rows], [i["item"] for s in slates for i in s["items"]])
        self.assertEqual([r["user"] for r in rows], ["u3"] * 4 + ["u5"] * 4)
        self.assertEqual([r["position"] for r in rows], ["1", "2", "3", "4"] * 2)
        self.assertEqual(rows[0]["plan"].split("|"), slates[0]["plan"])

    def test_takes_users_from_a_file_and_all(self):
        file = self.folder / "users.txt"
        file.write_text("u7\r\n\n  u2\nu7\n")
        self.assertEqual([s["user"] for s in self.slates("--users", file)], ["u7", "u2"])
        self.assertEqual(len(self.slates("--all")), 40)
        file.write_text("u7\nu77\n")
        self.expect_error(2, *self.arguments, "--users", file, says=["users.txt:2", "u77"])

    def test_steps_show_what_the_simulated_user_answered(self):
        users = {s["user"] for s in self.slates("--all")}
        self.assertIn("u1", users)
        for user in sorted(users):
            done = self.run_lerl(*self.arguments, "--user", user, "--steps", "2", "--json")
            if done.returncode == 0:
                break
            self.assertIn("test user or sealed", done.stderr)
        slates = json.loads(done.stdout)["slates"]
        self.assertEqual([s["step"] for s in slates], [1, 2])
        self.assertIn(slates[0]["items"][0]["simulated_like"], [True, False])
        shown = [i["item"] for s in slates for i in s["items"]]
        self.assertEqual(len(set(shown)), len(shown))

    def test_says_what_is_wrong(self):
        self.expect_error(2, *self.arguments, says="--all")
        self.expect_error(2, *self.arguments, "--user", "nobody", says="nobody")
        self.expect_error(2, *self.arguments, "--user", "u3", "--seed", "9", says="--seed 9")
        self.expect_error(7, "recommend", "--config", self.config, "--runs", self.folder / "none", "--user", "u3")


if __name__ == "__main__":
    main()
