"""The simulator as environments of Gymnasium: `VectorEnv` for many sessions at once, `Env` for one.

What both have in common:

observation   a dict of
    features     float32 [D]     what a product knows of user and session (VectorEnv.feature_names)
    mask         int8 [I]        1 = the item may be shown now
    plan         int8 [C]        1 = in the plan; all 1 without a planner
    dominant     int8 [C]        1 = dominant in the last slate
    user         int             index of the user
    slate        int32 [K]       items last shown; I where nothing was
    responses    int8 [K, F]     what was answered to them
    budget_left  float32 [1]     share in [0, 1] of what the user was willing to spend
action        `actions="items"`: K item ids (MultiDiscrete). An item that may not be shown, or stands
              twice, is replaced by the next one that may, and counted in info["replaced"].
              `actions="item_vector"`: a point [A] in the space of item vectors (Box); the K items that
              may be shown with the largest products are shown. It is the action of LERL's low level.
reward        of the drawn responses (env.* of the configuration); info["expected"] has that of their
              probabilities, without the noise of the draw
terminated    the user left; `truncated`: a limit cut the session. Never both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space

from lerl import _engine
from lerl.world import Config, World, int8_views, load

if TYPE_CHECKING:
    from lerl.planner import Planner

Observation = dict[str, Any]
Info = dict[str, Any]

_AUTORESET = {AutoresetMode.SAME_STEP: "same_step", AutoresetMode.NEXT_STEP: "next_step",
              AutoresetMode.DISABLED: "disabled"}
# How far a virtual item may lie from the origin in each entry. Its direction alone decides the slate.
_VECTOR_BOUND = 1.0


def _spaces(world: World, feature_count: int, actions: str) -> tuple[spaces.Dict, spaces.Space[Any]]:
    items, categories = world.num_items, len(world.categories)
    k, behaviours = world.slate_size, len(world.behaviours)
    observation = spaces.Dict({
        "features": spaces.Box(-np.inf, np.inf, (feature_count,), np.float32),
        "mask": spaces.MultiBinary(items),
        "plan": spaces.MultiBinary(categories),
        "dominant": spaces.MultiBinary(categories),
        "user": spaces.Discrete(world.num_users),
        "slate": spaces.Box(0, items, (k,), np.int32),
        "responses": spaces.MultiBinary((k, behaviours)),
        "budget_left": spaces.Box(0, 1, (1,), np.float32),
    })
    if actions == "items":
        return observation, spaces.MultiDiscrete(np.full(k, items))
    if actions == "item_vector":
        return observation, spaces.Box(-_VECTOR_BOUND, _VECTOR_BOUND, (world.item_width,), np.float32)
    raise _engine.Error(f"actions: {actions!r} is neither items nor item_vector")


class VectorEnv(GymnasiumVectorEnv):
    """Sessions side by side, as a Gymnasium 1.x VectorEnv. Made by `lerl.make_vec`.

    With `copy=False`, which is fastest, the observation is the simulator's own memory: it changes with
    the next step or reset, and numpy and torch (`torch.from_numpy`, DLPack) see it without a copy.
    With `copy=True` every observation is the caller's to keep. Rewards and ends are always copies.
    """

    def __init__(self, config: Config, num_envs: int, *, actions: str = "items", users: str = "train",
                 planner: Planner | None = None, autoreset_mode: AutoresetMode = AutoresetMode.SAME_STEP,
                 threads: int = 1, copy: bool = False, **sets: Any) -> None:
        self.world = load(config, **sets)
        self.num_envs = int(num_envs)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {"autoreset_mode": self.autoreset_mode, "render_modes": []}
        self.actions, self.copy = actions, copy
        self._engine = _engine.BatchEnv(self.world._engine, self.num_envs, users,
                                        _AUTORESET[self.autoreset_mode], threads, planner)
        self.feature_names = self._engine.feature_names
        self.single_observation_space, self.single_action_space = _spaces(
            self.world, self._engine.feature_count, actions)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._now = int8_views(self._engine.observations())
        self._final = int8_views(self._engine.final_observations())
        self._outcomes = self._engine.outcomes()
        for name in ("terminated", "truncated"):
            self._outcomes[name] = self._outcomes[name].view(np.bool_)
        self._everyone = np.ones(self.num_envs, np.bool_)
        self._seeded = False

    def reset(self, *, seed: int | Sequence[int | None] | None = None,
              options: Mapping[str, Any] | None = None) -> tuple[Observation, Info]:
        """Starts sessions. `seed` is one for all (environment i gets seed + i), a list with one for
        each, or None: then each goes on with its own stream. options={"reset_mask": bool [B]} restarts
        some environments alone."""
        options = dict(options or {})
        mask = options.pop("reset_mask", None)
        which = np.zeros(0, np.uint8) if mask is None else np.ascontiguousarray(mask, dtype=np.uint8)
        self._engine.reset(self._seeds(seed), which)
        self._seeded = True
        return self._take(), self._infos()

    def _seeds(self, seed: int | Sequence[int | None] | None) -> np.ndarray:
        if seed is None and self._seeded:
            return np.zeros(0, np.uint64)
        if seed is None:
            return np.random.SeedSequence().generate_state(self.num_envs, np.uint64)
        if isinstance(seed, (int, np.integer)):
            seed = [int(seed) + i for i in range(self.num_envs)]
        drawn = np.random.SeedSequence().generate_state(len(seed), np.uint64)
        return np.array([own if one is None else one for one, own in zip(seed, drawn, strict=True)],
                        dtype=np.uint64)

    def step(self, actions: np.ndarray) -> tuple[Observation, np.ndarray, np.ndarray, np.ndarray, Info]:
        if self.actions == "items":
            self._engine.step(np.ascontiguousarray(actions, dtype=np.int32))
        else:
            self._engine.step_virtual(np.ascontiguousarray(actions, dtype=np.float32))
        terminated, truncated = self._outcomes["terminated"].copy(), self._outcomes["truncated"].copy()
        infos = self._infos()
        if self.autoreset_mode == AutoresetMode.SAME_STEP:
            self._add_final(infos, terminated | truncated)
        return self._take(), self._outcomes["rewards"].astype(np.float64), terminated, truncated, infos

    def _take(self) -> Observation:
        return {name: view.copy() for name, view in self._now.items()} if self.copy else dict(self._now)

    def _infos(self) -> Info:
        outcomes, everyone = self._outcomes, self._everyone.copy()
        return {"expected": outcomes["expected"].copy(), "_expected": everyone,
                "replaced": outcomes["replaced"].copy(), "_replaced": everyone}

    def _add_final(self, infos: Info, ended: np.ndarray) -> None:
        """Adds what sessions ended with, in the layout of Gymnasium's own vector environments: an array of
        observations, each a dict or None, and a dict of arrays."""
        which = ended.nonzero()[0]
        if not len(which):
            return
        # One copy for all that ended; each has rows of it.
        rows = [view[which] for view in self._final.values()]
        last = np.empty(self.num_envs, dtype=object)
        last[which] = [dict(zip(self._final, of_one)) for of_one in zip(*rows)]
        about: Info = {}
        for name in ("expected", "replaced"):
            about |= {name: np.where(ended, infos[name], 0), "_" + name: ended}
        infos |= {"final_obs": last, "_final_obs": ended, "final_info": about, "_final_info": ended}

    def close_extras(self, **kwargs: Any) -> None:
        pass


class Env(gymnasium.Env):
    """One session at a time, as a Gymnasium environment. Made by `lerl.make`. Every observation is
    the caller's to keep."""

    metadata = {"render_modes": []}

    def __init__(self, config: Config, *, actions: str = "items", users: str = "train",
                 planner: Planner | None = None, **sets: Any) -> None:
        self._envs = VectorEnv(config, 1, actions=actions, users=users, planner=planner,
                               autoreset_mode=AutoresetMode.DISABLED, copy=False, **sets)
        self.world, self.feature_names = self._envs.world, self._envs.feature_names
        self.observation_space = self._envs.single_observation_space
        self.action_space = self._envs.single_action_space

    def reset(self, *, seed: int | None = None,
              options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        super().reset(seed=seed)
        # Gymnasium's own stream decides, so that a reset without a seed follows from the last one
        # with a seed.
        own = int(self.np_random.integers(2**63))
        observations, infos = self._envs.reset(seed=[own], options=options)
        return self._one(observations), self._one_info(infos)

    def step(self, action: np.ndarray) -> tuple[Observation, float, bool, bool, Info]:
        observations, rewards, terminated, truncated, infos = self._envs.step(np.asarray(action)[None])
        return (self._one(observations), float(rewards[0]), bool(terminated[0]), bool(truncated[0]),
                self._one_info(infos))

    def _one(self, observations: Observation) -> Observation:
        own = {name: view[0].copy() for name, view in observations.items()}
        return own | {"user": np.int64(own["user"])}

    @staticmethod
    def _one_info(infos: Info) -> Info:
        return {"expected": float(infos["expected"][0]), "replaced": int(infos["replaced"][0])}


def make_vec(config: Config, num_envs: int, *, actions: str = "items", users: str = "train",
             planner: Planner | None = None, autoreset_mode: AutoresetMode = AutoresetMode.SAME_STEP,
             threads: int = 1, copy: bool = False, **sets: Any) -> VectorEnv:
    """Makes `num_envs` sessions side by side as a Gymnasium VectorEnv.

    config          path of a TOML file (`configs/`), a dict of settings, or a World
    actions         items or item_vector (see lerl.envs)
    users           whose sessions: train or validation
    planner         a lerl.Planner of your own, in place of the one that planner.name names
    autoreset_mode  gymnasium.vector.AutoresetMode: SAME_STEP, NEXT_STEP or DISABLED
    threads         of the simulator; the results are the same at any number
    copy            whether observations are the caller's to keep
    sets            settings over the configuration: make_vec(..., **{"env.budget": 8})
    """
    return VectorEnv(config, num_envs, actions=actions, users=users, planner=planner,
                     autoreset_mode=autoreset_mode, threads=threads, copy=copy, **sets)


def make(config: Config, *, actions: str = "items", users: str = "train", planner: Planner | None = None,
         **sets: Any) -> Env:
    """Makes one session at a time as a Gymnasium environment; the arguments are those of make_vec."""
    return Env(config, actions=actions, users=users, planner=planner, **sets)
