"""Other libraries learn in our environments, on MovieLens-100K, and beat the control `popularity` on
validation users; runs go to TensorBoard and MLflow. Minutes each: `make test-slow`."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import numpy as np
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

    def test_tianshou_learns(self):
        import torch
        schedulers = torch.optim.lr_scheduler
        if not hasattr(schedulers, "LRScheduler"):  # the name in torch 2, which Tianshou asks for
            schedulers.LRScheduler = schedulers._LRScheduler
        from tianshou.algorithm import PPO
        from tianshou.algorithm.modelfree.reinforce import ProbabilisticActorPolicy
        from tianshou.algorithm.optim import AdamOptimizerFactory
        from tianshou.data import Collector, VectorReplayBuffer
        from tianshou.trainer import OnPolicyTrainerParams
        from tianshou.utils.net.common import Net
        from tianshou.utils.net.continuous import ContinuousActorProbabilistic, ContinuousCritic
        torch.manual_seed(1)
        envs = lerl.tianshou.VectorEnv(CONFIG, 64, **SETS)
        envs.seed(1)
        seen, space = envs.observation_space[0], envs.action_space[0]
        actor = ContinuousActorProbabilistic(preprocess_net=Net(state_shape=seen.shape, hidden_sizes=(64, 64)),
                                             action_shape=space.shape)
        torch.nn.init.constant_(actor.sigma_param, -1.0)
        policy = ProbabilisticActorPolicy(
            actor=actor, action_space=space, deterministic_eval=True,
            dist_fn=lambda of: torch.distributions.Independent(torch.distributions.Normal(*of), 1))
        critic = ContinuousCritic(preprocess_net=Net(state_shape=seen.shape, hidden_sizes=(64, 64)))
        algorithm = PPO(policy=policy, critic=critic, optim=AdamOptimizerFactory(lr=1e-3), gamma=0.9, ent_coef=0.0,
                        max_grad_norm=0.5)
        algorithm.run_training(OnPolicyTrainerParams(
            training_collector=Collector(algorithm, envs, VectorReplayBuffer(4096, 64)), max_epochs=1,
            epoch_num_steps=60_000, collection_step_num_env_steps=2048, update_step_num_repetitions=4, batch_size=256,
            verbose=False, show_progress=False))
        vectors = torch.from_numpy(envs.world.item_vectors.T.copy())

        def tianshou_ppo(observation):
            with torch.no_grad():
                return (actor(observation["features"])[0][0] @ vectors).numpy()

        row = lerl.evaluate(tianshou_ppo, CONFIG, **SETS)
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


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.trained = lerl.train(CONFIG, out=cls.folder.name, quiet=True, **SETS, **{
            "agent.name": "a2c", "train.iterations": 3, "train.seeds": [1, 2], "train.evaluate_every": 1})
        cls.curve = cls.trained.curve()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def figures(self, seed):
        rows = self.curve[self.curve["seed"] == seed]
        return sorted(zip(rows["figure"], rows["iteration"], rows["value"].round(4)))

    def test_tensorboard_shows_the_curve_of_each_seed(self):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        lerl.export.tensorboard(self.trained, os.path.join(self.folder.name, "logs"))
        for seed in [1, 2]:
            events = EventAccumulator(os.path.join(self.folder.name, "logs", self.trained.folder.name, f"seed-{seed}"))
            events.Reload()
            found = sorted((tag, event.step, round(event.value, 4)) for tag in events.Tags()["scalars"]
                           for event in events.Scalars(tag))
            self.assertEqual([row[:2] for row in found], [row[:2] for row in self.figures(seed)])
            np.testing.assert_allclose([row[2] for row in found], [row[2] for row in self.figures(seed)], rtol=1e-4,
                                       atol=1e-4)

    def test_mlflow_has_settings_curve_and_run_of_each_seed(self):
        import mlflow
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        mlflow.set_tracking_uri("file://" + os.path.join(self.folder.name, "mlflow"))
        lerl.export.mlflow(self.trained, experiment="curves")
        client = mlflow.MlflowClient()
        experiment = client.get_experiment_by_name("curves")
        logged = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
        self.assertEqual(sorted(logged), [f"{self.trained.folder.name} seed {seed}" for seed in (1, 2)])
        for seed in [1, 2]:
            run = logged[f"{self.trained.folder.name} seed {seed}"]
            self.assertEqual(run.data.params["agent.name"], "a2c")
            found = sorted((name, point.step, round(point.value, 4)) for name in run.data.metrics
                           for point in client.get_metric_history(run.info.run_id, name))
            self.assertEqual(found, self.figures(seed))
            self.assertEqual([file.path for file in client.list_artifacts(run.info.run_id)], ["run.json"])


if __name__ == "__main__":
    support.main()
