"""stable-baselines3: its VecEnv on top of ours.

    from stable_baselines3 import PPO
    envs = lerl.sb3.VecEnv("configs/ml100k_lerl.toml", 64, actions="item_vector")
    PPO("MultiInputPolicy", envs).learn(200_000)

The observation leaves `user` out, whose one-hot code would be most of a network's input; who the
user is, `features` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.vec_env import VecEnv as BaselinesVecEnv

from lerl.envs import make_vec
from lerl.world import Config, World


class VecEnv(BaselinesVecEnv):
    """Sessions side by side as stable-baselines3 takes them. Arguments as of lerl.make_vec.

    keys   parts of the observation that are handed on; one alone is handed on as an array, for
           "MlpPolicy"
    """

    def __init__(self, config: Config, num_envs: int, *, actions: str = "item_vector",
                 keys: Sequence[str] = ("features",), **options: Any) -> None:
        self._envs = make_vec(config, num_envs, actions=actions, autoreset_mode=AutoresetMode.SAME_STEP, **options)
        self.world, self._keys = self._envs.world, tuple(keys)
        self._actions = np.zeros(0)  # of the step that is under way
        whole = self._envs.single_observation_space
        assert isinstance(whole, spaces.Dict)
        space = whole[keys[0]] if len(keys) == 1 else spaces.Dict({key: whole[key] for key in keys})
        self._own_seeds: list[int] | None = None
        self.render_mode = None
        super().__init__(num_envs, space, self._envs.single_action_space)

    def _take(self, observation: Mapping[str, Any]) -> Any:
        if len(self._keys) == 1:
            return observation[self._keys[0]].copy()
        return {key: observation[key].copy() for key in self._keys}

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        self._own_seeds = None if seed is None else [seed + i for i in range(self.num_envs)]
        return [None] * self.num_envs if self._own_seeds is None else list(self._own_seeds)

    def reset(self) -> Any:
        observation, _ = self._envs.reset(seed=self._own_seeds)
        self._own_seeds = None
        return self._take(observation)

    def step_async(self, actions: np.ndarray) -> None:
        self._actions = actions

    def step_wait(self) -> tuple[Any, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        observation, rewards, terminated, truncated, infos = self._envs.step(self._actions)
        ended = terminated | truncated
        dicts: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for b in np.flatnonzero(ended):
            last = infos["final_obs"][b]
            dicts[b] = {"terminal_observation": last[self._keys[0]] if len(self._keys) == 1 else
                        {key: last[key] for key in self._keys},
                        "TimeLimit.truncated": bool(truncated[b])}
        return self._take(observation), rewards.astype(np.float32), ended, dicts

    def close(self) -> None:
        self._envs.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [getattr(self._envs, attr_name, None)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise NotImplementedError("sessions of one simulator have no attributes of their own; make another VecEnv")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        raise NotImplementedError("sessions of one simulator have no methods of their own")

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        return [False] * len(list(self._get_indices(indices)))

    def get_images(self) -> Sequence[np.ndarray | None]:
        return [None] * self.num_envs


def policy_of(model: Any, world: World,
              keys: Sequence[str] = ("features",)) -> Callable[[Mapping[str, np.ndarray]], np.ndarray]:
    """A function that lerl.evaluate takes, of a trained model whose actions are item vectors: the scores
    of items are the products of its action with their vectors."""
    vectors = np.ascontiguousarray(world.item_vectors.T)

    def scores(observation: Mapping[str, np.ndarray]) -> np.ndarray:
        seen = observation[keys[0]] if len(keys) == 1 else {key: observation[key] for key in keys}
        action, _ = model.predict(seen, deterministic=True)
        return np.asarray(action, dtype=np.float32) @ vectors

    scores.__name__ = type(model).__name__.lower()
    return scores
