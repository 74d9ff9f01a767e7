"""Whether a simulator is fit to compare policies in: the verdict comes first, on the page, as JSON and as exit code."""

import json
import unittest

from cli_testing import CliTest, main

CHECKS = ["held-out fit", "spread", "sessions against the log", "counterfactual", "stability of the ranking",
          "sensitivity"]


class SimAudit(CliTest):
    def audit(self, config, *more):
        return ["sim", "audit", "--config", config, "--out", "audit", *more]

    def test_a_smoke_run_has_every_check_and_says_that_it_proves_nothing(self):
        config = self.larger_shop()
        text = self.succeed(*self.audit(config, "--smoke"))
        self.assertIn("to compare policies in", text.splitlines()[0])
        self.assertIn("SMOKE RUN", text.splitlines()[0])
        stored = json.loads((self.folder / "audit" / "audit.json").read_text())
        self.assertEqual(list(dict.fromkeys(row["check"] for row in stored["figures"])), CHECKS)
        self.assertTrue(stored["smoke"])
        page = (self.folder / "audit" / "audit.md").read_text()
        self.assertIn("to compare policies in", page.splitlines()[0])
        self.assertIn("lerl sim audit --config", page)
        # The same command gives the same figures, and JSON on request.
        again = json.loads(self.succeed(*self.audit(config, "--smoke", "--json")))
        self.assertEqual(again["figures"], stored["figures"])

    def test_an_empty_group_is_named_and_has_no_light(self):
        figures = json.loads(self.succeed(*self.audit(self.larger_shop(), "--smoke", "--json")))["figures"]
        empty = [row for row in figures if "empty group" in row["note"]]
        self.assertTrue(empty)
        for row in empty:
            self.assertEqual((row["value"], row["light"]), (None, "-"))

    def test_an_unfit_simulator_is_said_first_and_ends_with_exit_code_10(self):
        short = ["--users", "3", "--seeds", "2", "--refits", "1", "--splits", "1"]
        alike = ["--set", "split.train_users=0.3", "split.valid_users=0.4"]  # all policies earn the same in the shop
        done = self.run_lerl(*self.audit(self.shop(), *short, *alike))
        self.assertEqual(done.returncode, 10, done.stderr)
        self.assertTrue(done.stdout.startswith("UNFIT to compare policies in"), done.stdout[:200])
        self.assertIn("lerl: UNFIT", done.stderr)
        self.assertEqual(json.loads((self.folder / "audit" / "audit.json").read_text())["verdict"], "unfit")

    def test_one_validation_user_is_too_few(self):
        self.expect_error(4, *self.audit(self.shop(), "--smoke"), says="split.valid_users")

    def test_both_worlds_of_the_evolving_task_are_audited(self):
        for world in ("first", "calibrated"):
            stored = json.loads(self.succeed(*self.audit(
                self.larger_shop(), "--smoke", "--json", "--set", "env.task=evolving", f"env.evolving.world={world}",
                "env.exclude_history=false")))
            self.assertIn(f"world {world}", stored["simulator"])
            self.assertIn("evolving world", {row["check"] for row in stored["figures"]})

    def test_an_unknown_world_is_refused_with_the_known_ones(self):
        self.expect_error(3, *self.audit(self.larger_shop(), "--set", "env.evolving.world=second"), says="calibrated")


if __name__ == "__main__":
    main()
