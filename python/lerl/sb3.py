"""stable-baselines3: its VecEnv on top of ours.

    from stable_baselines3 import PPO
    envs = lerl.sb3.VecEnv("configs/ml100k_lerl.toml", 64, actions="item_vector")
    PPO("MultiInputPolicy", envs).learn(200_000)

The observation leaves `user` out, whose one-hot code would be most of a network's input; who the
user is, `features` says.
"""

import numpy as np
from gymnasium import spaces
from stable_baselines3.common.vec_env import VecEnv as BaselinesVecEnv

from lerl.envs import AutoresetMode, make_vec


class VecEnv(BaselinesVecEnv):
    """Sessions side by side as stable-baselines3 takes them. Arguments as of lerl.make_vec.

    keys   parts of the observation that are handed on; one alone is handed on as an array, for
           "MlpPolicy"
    """

    def __init__(self, config, num_envs, *, actions="item_vector", keys=("features",), **options):
        self._envs = make_vec(config, num_envs, actions=actions, autoreset_mode=AutoresetMode.SAME_STEP, **options)
        self.world, self._keys, self._actions = self._envs.world, tuple(keys), None
        whole = self._envs.single_observation_space
        space = whole[keys[0]] if len(keys) == 1 else spaces.Dict({key: whole[key] for key in keys})
        self._seeds = None
        self.render_mode = None
        super().__init__(num_envs, space, self._envs.single_action_space)

    def _take(self, observation):
        if len(self._keys) == 1:
            return observation[self._keys[0]].copy()
        return {key: observation[key].copy() for key in self._keys}

    def seed(self, seed=None):
        self._seeds = None if seed is None else [seed + i for i in range(self.num_envs)]
        return self._seeds or [None] * self.num_envs

    def reset(self):
        observation, _ = self._envs.reset(seed=self._seeds)
        self._seeds = None
        return self._take(observation)

    def step_async(self, actions):
        self._actions = actions

    def step_wait(self):
        observation, rewards, terminated, truncated, infos = self._envs.step(self._actions)
        ended = terminated | truncated
        dicts = [{} for _ in range(self.num_envs)]
        for b in np.flatnonzero(ended):
            last = infos["final_obs"][b]
            dicts[b] = {"terminal_observation": last[self._keys[0]] if len(self._keys) == 1 else
                        {key: last[key] for key in self._keys},
                        "TimeLimit.truncated": bool(truncated[b])}
        return self._take(observation), rewards.astype(np.float32), ended, dicts

    def close(self):
        self._envs.close()

    def get_attr(self, attr_name, indices=None):
        return [getattr(self._envs, attr_name, None)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name, value, indices=None):
        raise NotImplementedError("sessions of one simulator have no attributes of their own; make another VecEnv")

    def env_method(self, method_name, *args, indices=None, **kwargs):
        raise NotImplementedError("sessions of one simulator have no methods of their own")

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * len(list(self._get_indices(indices)))

    def get_images(self):
        return [None] * self.num_envs


def policy_of(model, world, keys=("features",)):
    """A function that lerl.evaluate takes, of a trained model whose actions are item vectors: the scores
    of items are the products of its action with their vectors."""
    vectors = np.ascontiguousarray(world.item_vectors.T)

    def scores(observation):
        seen = observation[keys[0]] if len(keys) == 1 else {key: observation[key] for key in keys}
        action, _ = model.predict(seen, deterministic=True)
        return np.asarray(action, dtype=np.float32) @ vectors

    scores.__name__ = type(model).__name__.lower()
    return scores
