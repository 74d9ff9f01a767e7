"""Evaluation of any policy on held-out users, by the protocol of the C++ side: every user plays one
whole session per seed, and intervals are over users and seeds crossed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lerl import _engine
from lerl.world import Config, World, int8_views, load

if TYPE_CHECKING:
    import pandas

    from lerl.planner import Planner
    from lerl.training import Run

# A policy: scores float32 [n, I] or item ids [n, K] of an observation of n sessions.
Policy = Callable[[Mapping[str, np.ndarray]], np.ndarray]


class Evaluation:
    """A policy's row of a results table.

    row       everything that is known, as nested dicts (docs/results.md)
    policy    its name
    metrics   {name: (mean, low, high)}, with the ends of the 95% interval
    """

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.policy = row["policy"]
        self.metrics = {name: (value["mean"], value["low"], value["high"])
                        for name, value in row["metrics"].items()}

    def __getitem__(self, metric: str) -> float:
        return self.metrics[metric][0]

    def frame(self) -> pandas.DataFrame:
        """A tidy pandas frame: one row for each metric (columns policy, users, metric, mean, low,
        high)."""
        import pandas
        rows = [(self.policy, self.row["held_out"], name, *values) for name, values in self.metrics.items()]
        return pandas.DataFrame(rows, columns=["policy", "users", "metric", "mean", "low", "high"])

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {self.metrics[name][0]:.3f}" for name in ("T_int", "R_cum", "R_sin")
                          if name in self.metrics)
        return f"<lerl.Evaluation of {self.policy}: {shown}>"


def evaluate(policy: str | Run | Policy, config: Config | None = None, *, planner: Planner | None = None,
             users: str = "validation", seeds: Sequence[int] | None = None, name: str | None = None,
             out: str | os.PathLike[str] | None = None, **sets: Any) -> Evaluation:
    """Plays held-out users with a policy and returns an Evaluation.

    policy   the name of an agent that needs no training ("popularity"), a Run, or a function of an
             observation (the dict of lerl.envs, in rows for n sessions) that returns float32 scores
             [n, I] of all items, or int item ids [n, K]. The best K that may be shown are shown.
    config   path of a TOML file, a dict of settings, or a World; a Run has its own
    planner  a lerl.Planner in place of the one that planner.name names
    users    validation, test or sealed. Whoever chooses by test users judges by them no longer: each
             look at test and sealed users is written to OUT/looks.jsonl, so `out` must be given
    seeds    one session per user under each; train.seeds of the configuration if None
    name     of the row
    """
    from lerl.training import Run
    if users != "validation" and out is None:
        raise _engine.Error(f"evaluate: a look at {users} users is written down; say where by out=FOLDER")
    over = dict(sets)
    if seeds is not None:
        over["train.seeds"] = [int(seed) for seed in seeds]
    if isinstance(policy, str):
        over["agent.name"] = policy
    out = os.fspath(out or ".")
    if isinstance(policy, Run):
        world = load(policy.config, users=users, **{**_sets_of(policy), "train.seeds": policy.seeds(), **over})
        row = _engine.evaluate_run(world._engine, name or policy.folder.name, os.fspath(policy.folder), out)
        return Evaluation(json.loads(row))
    if config is None:
        raise _engine.Error("evaluate: give a configuration beside a policy that is no Run")
    if isinstance(config, World):
        over = {**_sets_of(config), **over}
        config = config.path
    world = load(config, users=users, **over)
    if isinstance(policy, str):
        row = _engine.evaluate_untrained(world._engine, name or policy, out)
    else:
        scores = _scores_of(policy, world)
        row = _engine.evaluate_policy(world._engine, name or str(getattr(policy, "__name__", "policy")), scores,
                                      planner, out)
    return Evaluation(json.loads(row))


def _sets_of(made: World | Run) -> dict[str, Any]:
    """The settings over the configuration of a World or a Run, by their names."""
    return {text.split("=", 1)[0]: json.loads(text.split("=", 1)[1]) for text in made.set}


def _scores_of(policy: Policy, world: World) -> Policy:
    """A function that returns scores of all items, whatever the policy returns."""
    items, k = world.num_items, world.slate_size

    def scores(observation: Mapping[str, np.ndarray]) -> np.ndarray:
        seen = int8_views(observation)
        given = np.asarray(policy(seen))
        n = len(seen["user"])
        if given.shape == (n, items):
            return np.ascontiguousarray(given, dtype=np.float32)
        if given.shape != (n, k):
            raise _engine.Error(f"evaluate: the policy returned the shape {given.shape}; scores are "
                                f"({n}, {items}), slates ({n}, {k})")
        # Items of the slate come first, in its order; behind them the others, by id.
        all_scores = np.tile(-np.arange(1, items + 1, dtype=np.float32), (n, 1))
        np.put_along_axis(all_scores, given.astype(np.int64)[:, ::-1],
                          np.arange(1, k + 1, dtype=np.float32)[None].repeat(n, 0), axis=1)
        return all_scores

    return scores

