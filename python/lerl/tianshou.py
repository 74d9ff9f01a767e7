"""Tianshou: its vector environment, with observations and infos as arrays of dicts, on top of ours.

    envs = lerl.tianshou.VectorEnv("configs/ml100k_lerl.toml", 64, actions="item_vector")
    tianshou.data.Collector(policy, envs).collect(n_episode=64)

Tianshou resets sessions itself, by id; so autoreset is off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode

from lerl.envs import make_vec
from lerl.world import Config


class VectorEnv:
    """What Tianshou's collectors ask of a vector environment (BaseVectorEnv), without being one: its
    base class runs a Python environment for each session. Arguments as of lerl.make_vec.

    keys   parts of the observation that are handed on; one alone as an array
    """

    is_async = False

    def __init__(self, config: Config, num_envs: int, *, actions: str = "item_vector",
                 keys: Sequence[str] = ("features",), **options: Any) -> None:
        self._envs = make_vec(config, num_envs, actions=actions, autoreset_mode=AutoresetMode.DISABLED, **options)
        self.world, self._keys, self.env_num, self.num_envs = self._envs.world, tuple(keys), num_envs, num_envs
        whole = self._envs.single_observation_space
        assert isinstance(whole, spaces.Dict)
        one = whole[keys[0]] if len(keys) == 1 else {key: whole[key] for key in keys}
        self.observation_space = [one] * num_envs
        self.action_space = [self._envs.single_action_space] * num_envs
        self._seeds: Sequence[int | None] | None = None
        self._ended = np.zeros(num_envs, np.bool_)

    def __len__(self) -> int:
        return self.env_num

    def _ids(self, id: Any) -> np.ndarray:
        if id is None:
            return np.arange(self.env_num)
        return np.atleast_1d(np.asarray(id, dtype=np.int64))

    def _take(self, observation: Mapping[str, Any], ids: np.ndarray) -> np.ndarray:
        if len(self._keys) == 1:
            return observation[self._keys[0]][ids].copy()
        return np.array([{key: observation[key][b].copy() for key in self._keys} for b in ids], dtype=object)

    def seed(self, seed: int | Sequence[int | None] | None = None) -> Sequence[list[int | None] | None]:
        first = [seed + i for i in range(self.env_num)] if isinstance(seed, (int, np.integer)) else seed
        self._seeds = first
        return [[one] for one in first] if first is not None else [None] * self.env_num

    def reset(self, env_id: Any = None, **kwargs: Any) -> tuple[np.ndarray, np.ndarray]:
        ids, mask = self._ids(env_id), np.zeros(self.env_num, np.bool_)
        mask[ids] = True
        seed = kwargs.get("seed", self._seeds)
        self._seeds = None
        first = not self._envs._seeded
        observation, _ = self._envs.reset(seed=seed, options=None if first else {"reset_mask": mask})
        self._ended[ids] = False
        return self._take(observation, ids), np.array([{"env_id": int(b)} for b in ids], dtype=object)

    def step(self, action: np.ndarray,
             id: Any = None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        ids = self._ids(id)
        # A collector that has enough sessions lets some environments rest. They play on unseen: those
        # that have ended begin another session, which the next reset drops.
        resting = self._ended.copy()
        resting[ids] = False
        if resting.any():
            self._envs.reset(options={"reset_mask": resting})
        actions = np.zeros((self.env_num, *np.shape(action)[1:]), np.asarray(action).dtype)
        actions[ids] = action
        observation, rewards, terminated, truncated, infos = self._envs.step(actions)
        self._ended = terminated | truncated
        dicts = np.array([{"env_id": int(b), "expected": float(infos["expected"][b])} for b in ids], dtype=object)
        return self._take(observation, ids), rewards[ids], terminated[ids], truncated[ids], dicts

    def render(self, **kwargs: Any) -> list[Any]:
        return []

    def close(self) -> None:
        self._envs.close()
