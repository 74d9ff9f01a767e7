"""`lerl plan tune-prompt` and `lerl plan table`: the small model, and a server that answers by letters."""

import json
import unittest

from cli_testing import CliTest, main, model_file
from test_endpoint import start_endpoint


class PlanTable(CliTest):
    def setUp(self):
        super().setUp()
        self.server = start_endpoint(self)

    def arguments(self, *more):
        sets = ["planner.name=llm_table",
                f'planner.llm.endpoint.urls=["http://127.0.0.1:{self.server.server_port}/v1"]',
                "planner.llm.endpoint.backoff=0.01", "planner.llm.table=table.safetensors", *more]
        words = [word for setting in sets for word in ("--set", setting)]
        return ["--config", self.larger_shop(), *words]

    def test_asks_for_every_pair_once_and_a_run_looks_its_plans_up(self):
        made = json.loads(self.succeed("plan", "table", *self.arguments(), "--json"))
        categories = 5
        self.assertEqual((made["states"], made["asked"]), (categories * (categories + 1), made["states"]))
        self.assertEqual(made["file"], "table.safetensors")
        asked = self.server.asked
        self.assertGreaterEqual(asked, made["states"])
        again = self.succeed("plan", "table", *self.arguments())
        self.assertIn(f"{made['states']} states, 0 of them asked for just now", again)
        self.succeed("train", *self.arguments("train.seeds=[1]"), "--out", self.runs)
        path, = self.runs.rglob("metrics.jsonl")
        plans = json.loads(path.read_text().splitlines()[-1])["plans"]
        self.assertGreater(plans["cached"], 0)
        self.assertEqual((plans["fresh"], plans["nearest"], plans["fallback"]), (0, 0, 0))
        self.assertEqual(self.server.asked, asked)

    def test_a_server_that_refuses_ends_the_command_and_the_same_one_goes_on(self):
        self.server.status, self.server.answers_before = 401, 16
        self.expect_error(5, "plan", "table", *self.arguments(), says=["HTTP 401", "check the key"])
        self.assertFalse((self.folder / "table.safetensors").exists())
        self.server.status = 200
        made = json.loads(self.succeed("plan", "table", *self.arguments(), "--json"))
        self.assertEqual(made["asked"], made["states"])


@unittest.skipIf(model_file() is None, "the language model is not there; `make setup` fetches it")
class TunePrompt(CliTest):
    def test_judges_every_prompt_on_validation_users_and_keeps_the_figures(self):
        fastest = model_file().with_suffix(".lerl-q4_0.gguf")  # where some run has made it
        model = fastest if fastest.exists() else model_file()
        sets = [f"planner.llm.model={model}", "planner.llm.context=1024", "split.mode=user_order",
                "split.train_share=0.4", "split.train_users=0.4"]
        words = [word for setting in sets for word in ("--set", setting)]
        (self.folder / "own").mkdir()
        (self.folder / "own" / "shop.txt").write_text(
            "Goods: {categories}.\nSomebody bought {favourites}.\nBest next:")
        arguments = ["plan", "tune-prompt", "--config", self.larger_shop(), "--users", "2", *words]
        self.expect_error(2, *arguments, "--templates", "nowhere", says="there is no folder nowhere")
        text = self.succeed(*arguments, "--templates", "own", "--out", "prompts.json")
        kept = json.loads((self.folder / "prompts.json").read_text())
        self.assertEqual(kept["users"], 2)
        rows = kept["prompts"]
        self.assertEqual(len(rows), 3 * 2 * 3 + 2)  # templates, forms, calibrations; letters
        self.assertEqual({row["template"] for row in rows},
                         {"categories", "films", "own/shop.txt", ""})
        means = [row["NDCG@5"]["mean"] for row in rows]
        self.assertEqual(means, sorted(means, reverse=True))
        self.assertIn("On 2 validation users. The best, for [planner] of a configuration:", text)
        best = [line for line in text.splitlines() if line.startswith("llm.")]
        self.assertIn(f'llm.mode = "{rows[0]["mode"]}"', best)
        self.assertIn(f'llm.calibrate = "{rows[0]["calibrate"]}"', best)


if __name__ == "__main__":
    main()
