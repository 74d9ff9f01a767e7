"""A search for settings: killed in the middle, stopped, asked for what it can't do."""

import json
import signal
import unittest

from cli_testing import CliTest, main


class Tune(CliTest):
    trials = 6

    def arguments(self, folder, *more, agent="ppo", trials=None):
        return ["tune", "--agent", agent, "--config", self.larger_shop(), "--folder", folder,
                "--trials", trials or self.trials, "--set", "split.valid_users=0.3",
                "--set", "train.checkpoint_every=1", *more]

    def tune(self, folder, *more):
        return json.loads(self.succeed(*self.arguments(folder, "--json", *more)))

    def finished(self, folder):
        return sorted(path.name for path in (self.folder / folder).glob("trial-*.json"))

    def stop(self, folder, number, when):
        process = self.start(*self.arguments(folder, "--set", "train.iterations=30"))
        self.wait_until(lambda: when() or process.poll() is not None, "a trial")
        self.assertIsNone(process.poll(), "the search ended before it was stopped")
        process.send_signal(number)
        out, error = process.communicate(timeout=120)
        self.assertEqual(out, "")
        return process.returncode, error

    def test_after_kill_9_at_several_moments_comes_to_the_same_trials(self):
        longer = ["--set", "train.iterations=30"]
        whole = self.tune("whole", *longer)
        folder = self.folder / "killed"
        moments = [lambda: (folder / "trial-0000" / "seed-1" / "metrics.jsonl").exists(),
                   lambda: len(self.finished("killed")) >= 2,
                   lambda: (folder / "trial-0004" / "seed-2" / "metrics.jsonl").exists()]
        for moment in moments:
            code, _ = self.stop("killed", signal.SIGKILL, moment)
            self.assertEqual(code, -signal.SIGKILL)
        kept = {name: (folder / name).stat().st_mtime_ns for name in self.finished("killed")}
        self.assertGreaterEqual(len(kept), 2)
        self.assertEqual(self.tune("killed", *longer), whole)
        for name, written in kept.items():
            self.assertEqual((folder / name).stat().st_mtime_ns, written, name)
        self.assertEqual(len(self.finished("killed")), self.trials)

    def test_after_ctrl_c_exits_with_130_and_says_how_to_go_on(self):
        code, error = self.stop("stopped", signal.SIGINT, lambda: self.finished("stopped"))
        self.assertEqual(code, 130, error)
        self.assertIn("the same command goes on", error.splitlines()[-1])

    def test_writes_the_best_settings_for_train(self):
        (self.folder / "more.toml").write_text("[agent.ppo]\nepochs = 3\n")
        result = self.tune("tuned", "--out", "best.toml", "--allow-dirty", "--with", "more.toml")
        best = result["best"]
        self.assertEqual(len(result["trials"]), self.trials)
        self.assertEqual(best["mean"], max(trial["mean"] for trial in result["trials"]))
        text = (self.folder / "best.toml").read_text()
        self.assertIn(f"lerl tune --agent ppo --config {self.larger_shop()} --with more.toml", text)
        self.assertIn("--set 'train.checkpoint_every=1' --trials 6\n", text)
        shown = self.succeed("train", "--config", self.larger_shop(), "--with", "best.toml", "--show")
        for setting in best["settings"]:
            name, value = setting.split("=")
            self.assertRegex(shown, rf"agent\.{name} = {value}\b")

    def test_a_program_of_a_changed_tree_writes_no_settings_but_as_a_draft(self):
        commit = self.succeed("--version").split("(")[1]
        clean = "dirty" not in commit and "unknown" not in commit
        arguments = self.arguments("tuned", "--out", "best.toml", trials="1")
        if not clean:
            self.expect_error(2, *arguments, says="changed tree")
            self.assertFalse((self.folder / "tuned").exists())
        self.succeed(*arguments, "--allow-dirty")
        self.assertEqual("# Draft" in (self.folder / "best.toml").read_text(), not clean)

    def test_shows_progress_with_the_time_left(self):
        done = self.run_lerl(*self.arguments("shown"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("tune ppo", done.stderr)
        self.assertIn("left", done.stderr)
        self.assertIn("best R", done.stderr)


class BadInput(CliTest):
    arguments, trials = Tune.arguments, Tune.trials

    def refuse(self, code, *says, agent="ppo", trials=6, more=()):
        self.expect_error(code, *self.arguments("refused", *more, agent=agent, trials=trials),
                          says=says)
        self.assertFalse((self.folder / "refused").exists())

    def test_an_unknown_agent_names_the_nearest(self):
        self.refuse(3, "did you mean 'ppo'?", agent="ppoo")

    def test_an_agent_without_settings_to_tune_says_which_have(self):
        self.refuse(3, "'random' has no settings to tune", "ppo", agent="random")

    def test_a_response_model_in_which_policies_hardly_differ_is_refused(self):
        self.expect_error(10, "tune", "--agent", "ppo", "--config", self.shop(), "--folder", "refused",
                          "--trials", "1", "--set", "split.valid_users=0.3", says="can't be told apart")

    def test_no_trial_is_refused(self):
        done = self.run_lerl(*self.arguments("refused", trials="0"))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--trials", done.stderr)

    def test_no_validation_user_is_refused(self):
        self.expect_error(3, *self.arguments("refused", "--set", "split.valid_users=0"),
                          says="no validation users")


if __name__ == "__main__":
    main()
