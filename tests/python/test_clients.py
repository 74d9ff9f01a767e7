"""Other libraries learn in our environments, on MovieLens-100K, and beat the control `popularity` on
validation users. Minutes each: `make test-slow`."""

import os
import re
import subprocess
import sys
import unittest

import support
import lerl

CONFIG = str(support.ROOT / "configs" / "ml100k_lerl.toml")
SETS = {"planner.name": "none"}


def popularity():
    return lerl.evaluate("popularity", CONFIG, **SETS).metrics["R_cum"]


class ClientsTest(unittest.TestCase):
    def test_stable_baselines3_learns(self):
        from stable_baselines3 import PPO
        envs = lerl.sb3.VecEnv(CONFIG, 64, **SETS)
        model = PPO("MlpPolicy", envs, n_steps=32, batch_size=256, n_epochs=4, gamma=0.9, learning_rate=1e-3,
                    policy_kwargs={"log_std_init": -1.0}, seed=1, device="cpu")
        model.learn(60_000)
        row = lerl.evaluate(lerl.sb3.policy_of(model, envs.world), CONFIG, **SETS)
        print(row)
        self.assertGreater(row.metrics["R_cum"][1], popularity()[0])  # its whole interval

    def test_cleanrls_ppo_learns(self):
        done = subprocess.run(
            [sys.executable, "-B", str(support.ROOT / "examples" / "07_cleanrl_ppo.py"), CONFIG, "--steps", "120000"],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(support.PACKAGE), *sys.path])})
        self.assertEqual(done.returncode, 0, done.stderr)
        print(done.stdout)
        found = dict(re.findall(r"(\w+): R_cum ([\d.]+)", done.stdout))
        self.assertGreater(float(found["cleanrl_ppo"]), float(found["popularity"]))


if __name__ == "__main__":
    support.main()
