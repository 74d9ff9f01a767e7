"""lerl: interactive recommendation that keeps people satisfied over a whole session.

Simulator, planners, data and evaluation run in this process, in C++ and without libtorch, so that
any torch can be imported beside it. What learns is the program `lerl` of the same wheel, which
`train` runs as a child process; `python -m lerl` is its command line.

    import lerl
    envs = lerl.make_vec("configs/ml100k_lerl.toml", num_envs=64)     # a Gymnasium VectorEnv
    run = lerl.train("configs/ml100k_lerl.toml", out="runs/first")    # progress on standard error
    print(run.evaluate().frame())                                     # metrics with their intervals

Shapes in docstrings use these axes: B environments, K items of a slate, I items, C categories,
F behaviours, A entries of an item vector, D features.
"""

import importlib
from typing import TYPE_CHECKING, Any

from lerl._engine import Error, __version__, commit

if TYPE_CHECKING:  # what type checkers see of the names below; `as` hands a name on
    from lerl import export as export, plots as plots, sb3 as sb3, tianshou as tianshou
    from lerl.dataset import Dataset as Dataset
    from lerl.envs import Env as Env, VectorEnv as VectorEnv, make as make, make_vec as make_vec
    from lerl.evaluation import Evaluation as Evaluation, evaluate as evaluate
    from lerl.planner import Planner as Planner
    from lerl.training import Run as Run, compare as compare, program as program, train as train
    from lerl.world import World as World, agents as agents, load as load, metrics as metrics, planners as planners

# Where each public name lives. It is imported when it is first used, so that `import lerl` loads
# neither Gymnasium nor pandas.
_HOME = {
    "World": "world", "load": "world", "agents": "world", "planners": "world", "metrics": "world",
    "Dataset": "dataset",
    "Env": "envs", "VectorEnv": "envs", "make": "envs", "make_vec": "envs",
    "Planner": "planner",
    "Evaluation": "evaluation", "evaluate": "evaluation",
    "Run": "training", "train": "training", "compare": "training", "program": "training",
}
_MODULES = ("sb3", "tianshou", "plots", "export")

__all__ = ["Error", "__version__", "commit", *_HOME]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"lerl.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'lerl' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"lerl.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
