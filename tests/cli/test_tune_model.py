"""`lerl plan tune-model`: an adapter that the planner loads, the same bytes after a kill, and what it refuses."""

import json
import signal
import unittest

from cli_testing import CliTest, main, model_file


@unittest.skipIf(model_file() is None, "the language model is not there; `make setup` fetches it")
class TuneModel(CliTest):
    def setUp(self):
        super().setUp()
        fastest = model_file().with_suffix(".lerl-q4_0.gguf")  # where some run has made it
        model = fastest if fastest.exists() else model_file()
        sets = [f"planner.llm.model={model}", "planner.llm.context=1024", "split.mode=user_order",
                "split.train_share=0.4", "split.train_users=0.4"]
        self.sets = [word for setting in sets for word in ("--set", setting)]

    def tune(self, out, *more, layers=1):
        return ["plan", "tune-model", "--config", self.larger_shop(), *self.sets, "--out", self.folder / out,
                "--layers", layers, "--rank", "2", "--examples", "32", "--pack", "4", "--epochs", "2", "--orders", "3",
                "--users", "2", "--wishes", "8", *more]

    def test_a_kill_changes_nothing_and_the_planner_loads_the_adapter(self):
        info = json.loads(self.succeed(*self.tune("whole", "--json")))
        self.assertEqual(info, json.loads((self.folder / "whole/info.json").read_text()))
        self.assertEqual(set(info["NDCG@5"]), {"own_history", "popularity", "llm, before",
                                               "llm, before, calibrate off", "llm, tuned",
                                               "llm, tuned less own_history"})
        self.assertEqual(info["steps"], 20)
        # 1. Killed after some steps.
        process = self.start(*self.tune("killed", "--checkpoint-seconds", "0"))
        self.wait_until((self.folder / "killed/state.safetensors").exists, "the first state")
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        self.assertFalse((self.folder / "killed/adapter.gguf").exists())
        # 2. The same command goes on.
        done = self.run_lerl(*self.tune("killed"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("goes on from step", done.stderr)
        self.assertIn("llm, tuned", done.stdout)
        self.assertIn("MB of memory", done.stderr)
        adapter = (self.folder / "whole/adapter.gguf").read_bytes()
        self.assertEqual((self.folder / "killed/adapter.gguf").read_bytes(), adapter)
        # 3. The audit has its row.
        table = self.succeed("audit", "planner", "--config", self.larger_shop(), *self.sets, "--users", "2",
                             "--seeds", "2", "--iterations", "0", "--planners", "llm", "--out", self.folder / "audit",
                             "--tuned", self.folder / "whole/adapter.gguf")
        self.assertIn("llm (tuned)", table)
        # 4. Other settings don't go on from it.
        self.expect_error(6, *self.tune("killed", "--alpha", "8"), says="other settings")

    def test_what_can_not_be_tuned_is_refused_before_anything_is_written(self):
        self.expect_error(3, *self.tune("no", "--set", "planner.llm.mode=generate"), says="names or letters")
        self.expect_error(3, *self.tune("no", layers=31), says="the model has 30")
        urls = 'planner.llm.endpoint.urls=["http://127.0.0.1:1/v1"]'
        self.expect_error(3, *self.tune("no", "--set", urls), says="lerl plan export")
        self.assertFalse((self.folder / "no/adapter.gguf").exists())


if __name__ == "__main__":
    main()
