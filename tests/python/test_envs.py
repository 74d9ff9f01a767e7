"""lerl.make and lerl.make_vec: Gymnasium's own checks, and what peers' environments get wrong."""

import unittest
import warnings

import gymnasium
import numpy as np
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import support
import lerl


def random_slates(envs, rng):
    """Slates of different items; what may not be shown is replaced."""
    return np.stack([rng.choice(envs.world.num_items, envs.world.slate_size, replace=False)
                     for _ in range(envs.num_envs)])


class EnvTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = support.small_world()

    def make_vec(self, num_envs=4, **options):
        return lerl.make_vec(self.world, num_envs, **options)

    def test_one_environment_passes_gymnasiums_checker(self):
        for actions in ("items", "item_vector"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                check_env(lerl.make(self.world, actions=actions), skip_render_check=True)

    def test_observations_and_actions_lie_in_the_spaces_in_every_mode(self):
        for mode in AutoresetMode:
            for actions in ("items", "item_vector"):
                envs = self.make_vec(autoreset_mode=mode, actions=actions)
                self.assertEqual(envs.metadata["autoreset_mode"], mode)
                observation, _ = envs.reset(seed=1)
                for _ in range(30):
                    for name, space in envs.observation_space.spaces.items():
                        self.assertTrue(space.contains(observation[name]), name)
                    action = envs.action_space.sample()
                    observation, rewards, terminated, truncated, infos = envs.step(action)
                    self.assertEqual(rewards.dtype, np.float64)
                    self.assertEqual(terminated.dtype, np.bool_)
                    self.assertFalse((terminated & truncated).any())
                    if mode == AutoresetMode.DISABLED and (terminated | truncated).any():
                        observation, _ = envs.reset(options={"reset_mask": terminated | truncated})

    def test_it_has_the_spaces_and_infos_of_gymnasiums_own_vector_environment(self):
        theirs = SyncVectorEnv([lambda: lerl.make(self.world)] * 3, autoreset_mode=AutoresetMode.SAME_STEP)
        ours = self.make_vec(3)
        self.assertEqual(theirs.single_observation_space, ours.single_observation_space)
        self.assertEqual(theirs.observation_space, ours.observation_space)
        self.assertEqual(theirs.action_space, ours.action_space)
        ended = set()
        for envs in (theirs, ours):
            envs.reset(seed=5)
            for _ in range(40):
                _, _, terminated, truncated, infos = envs.step(envs.action_space.sample())
                if (terminated | truncated).any():
                    ended.add(frozenset(infos))
                    np.testing.assert_array_equal(infos["_final_obs"], terminated | truncated)
                    first = np.flatnonzero(terminated | truncated)[0]
                    self.assertEqual(set(infos["final_obs"][first]), set(ours.single_observation_space))
        self.assertEqual(len(ended), 1, ended)

    def test_a_session_in_one_environment_is_the_same_in_the_first_of_many(self):
        seeds, rng = [11, 12, 13, 14], np.random.default_rng(0)
        many, one = self.make_vec(4), self.make_vec(1)
        first, _ = many.reset(seed=seeds)
        alone, _ = one.reset(seed=seeds[2:3])
        for _ in range(60):
            for name in first:
                np.testing.assert_array_equal(first[name][2], alone[name][0], name)
            slates = random_slates(many, rng)
            first, rewards, terminated, truncated, _ = many.step(slates)
            alone, alone_rewards, alone_terminated, alone_truncated, _ = one.step(slates[2:3])
            self.assertEqual((rewards[2], terminated[2], truncated[2]),
                             (alone_rewards[0], alone_terminated[0], alone_truncated[0]))

    def test_seeds_repeat_and_no_two_environments_are_alike(self):
        envs = self.make_vec(16)
        first = {name: view.copy() for name, view in envs.reset(seed=3)[0].items()}
        users = set()
        for seed in range(20):
            users.add(int(envs.reset(seed=100 * seed)[0]["user"][0]))
        self.assertGreater(len(users), 8)  # the first environment is as random as the others
        again, _ = envs.reset(seed=3)
        for name in first:
            np.testing.assert_array_equal(first[name], again[name])
        self.assertGreater(len(set(first["user"].tolist())), 8)
        other = envs.reset()[0]["user"].copy()  # without a seed the streams go on
        self.assertFalse(np.array_equal(first["user"], other))

    def test_the_same_at_any_number_of_threads(self):
        results = []
        for threads in (1, 2):
            envs, rng = self.make_vec(8, threads=threads), np.random.default_rng(1)
            envs.reset(seed=2)
            results.append([envs.step(random_slates(envs, rng))[1] for _ in range(20)])
        np.testing.assert_array_equal(*results)

    def test_memory_is_seen_without_a_copy_and_kept_where_that_is_asked(self):
        import torch
        envs = self.make_vec()
        observation, _ = envs.reset(seed=1)
        tensor = torch.from_dlpack(observation["features"])
        before = observation["features"].copy()
        moved = envs.step(np.zeros((4, envs.world.slate_size), dtype=np.int64))[0]
        self.assertTrue(np.shares_memory(observation["features"], moved["features"]))
        np.testing.assert_array_equal(tensor.numpy(), moved["features"])
        self.assertFalse(np.array_equal(before, moved["features"]))
        own = self.make_vec(copy=True)
        first, _ = own.reset(seed=1)
        kept = first["features"].copy()
        own.step(np.zeros((4, own.world.slate_size), dtype=np.int64))
        np.testing.assert_array_equal(first["features"], kept)

    def test_memory_outlives_the_environment(self):
        observation = self.make_vec().reset(seed=1)[0]
        total = observation["features"].sum()
        for _ in range(10):
            self.make_vec(64).reset(seed=2)
        self.assertEqual(observation["features"].sum(), total)

    def test_what_may_not_be_shown_is_replaced_and_counted(self):
        envs = self.make_vec()
        observation, _ = envs.reset(seed=1)
        forbidden = np.flatnonzero(observation["mask"][0] == 0)[0]
        slates = np.full((4, envs.world.slate_size), forbidden)
        observation, _, _, _, infos = envs.step(slates)
        self.assertEqual(infos["replaced"][0], envs.world.slate_size)
        self.assertEqual(len(set(observation["slate"][0].tolist())), envs.world.slate_size)

    def test_bad_actions_are_errors_that_say_what_is_wrong(self):
        envs = self.make_vec()
        with self.assertRaisesRegex(lerl.Error, "has not been reset"):
            envs.step(envs.action_space.sample())
        envs.reset(seed=1)
        k = envs.world.slate_size
        with self.assertRaisesRegex(lerl.Error, "numbered from 0"):
            envs.step(np.full((4, k), envs.world.num_items))
        with self.assertRaisesRegex(lerl.Error, r"shape \(4, 1\)"):
            envs.step(np.zeros((4, 1), dtype=np.int64))
        with self.assertRaisesRegex(lerl.Error, "2 seeds for 4"):
            envs.reset(seed=[1, 2])
        vectors = self.make_vec(actions="item_vector")
        vectors.reset(seed=1)
        with self.assertRaisesRegex(lerl.Error, "not finite"):
            vectors.step(np.full((4, vectors.world.item_width), np.nan))
        with self.assertRaisesRegex(lerl.Error, "neither train nor validation"):
            self.make_vec(users="test")

    def test_a_planner_of_python_decides_what_may_be_shown(self):
        asked = []

        class Reversed(lerl.Planner):
            def rank(self, requests):
                asked.append(len(requests["user"]))
                categories = requests["candidates"].shape[1]
                return [range(categories - 1, -1, -1)] * len(requests["user"])

        envs = lerl.make_vec(self.world, 3, planner=Reversed())
        observation, _ = envs.reset(seed=1)
        has = envs.world.item_categories
        for _ in range(10):
            for b in range(3):
                inside = (has[:, observation["plan"][b] == 1] == 1).any(axis=1)
                self.assertTrue(inside[observation["mask"][b] == 1].all())
                self.assertLess(observation["plan"][b].sum(), len(envs.world.categories))
            observation = envs.step(envs.action_space.sample())[0]
        self.assertEqual(asked[0], 3)

    def test_an_error_in_a_planner_of_python_reaches_the_caller(self):
        class Broken(lerl.Planner):
            def rank(self, requests):
                raise KeyError("no such thing")

        with self.assertRaises(KeyError):
            lerl.make_vec(self.world, 2, planner=Broken()).reset(seed=1)

    def test_arithmetic_of_the_process_stays_as_it_was(self):
        class Looks(lerl.Planner):
            def rank(self, requests):
                self.quarter = np.float32(np.finfo(np.float32).tiny) / np.float32(4)
                return [range(requests["candidates"].shape[1])] * len(requests["user"])

        planner = Looks()
        envs = self.make_vec(planner=planner)
        envs.reset(seed=1)
        envs.step(envs.action_space.sample())
        self.assertGreater(planner.quarter, 0)
        self.assertGreater(np.float32(np.finfo(np.float32).tiny) / np.float32(4), 0)

    def test_a_million_steps_leave_the_memory_flat(self):
        envs = self.make_vec(1000)
        envs.reset(seed=1)
        slates = envs.action_space.sample()
        sizes = []
        for step in range(1000):
            envs.step(slates)
            if step % 100 == 99:
                sizes.append(support.resident_bytes())
        self.assertLess(max(sizes[5:]) - max(sizes[:5]), 4 << 20, sizes)

    def test_tianshous_collectors_find_what_they_ask_for(self):
        envs = lerl.tianshou.VectorEnv(self.world, 4, actions="item_vector")
        self.assertEqual(len(envs), 4)
        observation, infos = envs.reset(seed=1)
        self.assertEqual((len(observation), infos[2]["env_id"]), (4, 2))
        lengths, ids, rng = np.zeros(4, int), np.arange(4), np.random.default_rng(0)
        while len(ids):  # a collector lets environments rest once they have ended
            action = rng.normal(size=(len(ids), envs.world.item_width)).astype(np.float32)
            observation, rewards, terminated, truncated, infos = envs.step(action, ids)
            self.assertEqual([info["env_id"] for info in infos], ids.tolist())
            self.assertEqual(len(observation), len(ids))
            lengths[ids] += 1
            ids = ids[~(terminated | truncated)]
        self.assertTrue((lengths > 0).all())
        observation, _ = envs.reset(env_id=[1, 3])
        self.assertEqual(len(observation), 2)

    def test_gymnasiums_wrappers_take_it(self):
        envs = gymnasium.wrappers.vector.RecordEpisodeStatistics(self.make_vec(copy=True))
        envs.reset(seed=1)
        lengths = []
        for _ in range(40):
            infos = envs.step(envs.action_space.sample())[-1]
            if "episode" in infos:
                lengths.extend(infos["episode"]["l"][infos["_episode"]].tolist())
        self.assertTrue(lengths and min(lengths) >= 1)


if __name__ == "__main__":
    support.main()
