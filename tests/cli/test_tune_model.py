"""`lerl plan tune-model`: an adapter that the planner loads, and that the same bytes come after an interruption."""

import json
import os
import signal
import subprocess
import time

from cli_testing import CliTest, main


class TuneModel(CliTest):
    def tune(self, out, *more):
        return ["plan", "tune-model", "--config", self.shop(), "--set", "split.valid_users=0.3",
                "--out", self.folder / out, "--layers", "1", "--rank", "2", "--examples", "24",
                "--pack", "4", "--epochs", "2", *more]

    def test_writes_an_adapter_and_says_what_plans_were_worth(self):
        info = json.loads(self.succeed(*self.tune("tuned", "--json")))
        self.assertEqual(info, json.loads((self.folder / "tuned/info.json").read_text()))
        self.assertEqual(set(info["NDCG@5"]), {"own_history", "popularity", "llm, before",
                                               "llm, before, calibrate off", "llm, tuned"})
        self.assertTrue((self.folder / "tuned/adapter.gguf").read_bytes().startswith(b"GGUF"))


if __name__ == "__main__":
    main()
