"""Worlds: the data set, the users' response model and the factorisations of a configuration."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from lerl import _engine
from lerl._engine import Error

if TYPE_CHECKING:
    import numpy as np
    import pandas
    import polars
    import pyarrow

# What callers give as a configuration: the path of a TOML file, settings by their dotted names, or a World.
Config: TypeAlias = Union[str, "os.PathLike[str]", Mapping[str, Any], "World"]


def agents() -> list[str]:
    """Names of the agents that a configuration can choose (agent.name)."""
    return list(_engine.agents())


def planners() -> list[str]:
    """Names of the planners that a configuration can choose (planner.name)."""
    return list(_engine.planners())


def metrics() -> list[str]:
    """Names of the metrics of an evaluation."""
    return list(_engine.metrics())


def setting(name: str, value: Any) -> str:
    """A setting as `--set` takes it: "env.budget=5"."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = json.dumps(value)
    elif isinstance(value, (list, tuple)):
        text = json.dumps(list(value))
    else:
        text = repr(value)
    return f"{name}={text}"


def settings(config: str | os.PathLike[str] | Mapping[str, Any],
             sets: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """(path of a TOML file, settings over it) of what callers give as a configuration."""
    if isinstance(config, Mapping):
        from lerl.training import _write_settings
        own = [setting(name, value) for name, value in config.items()]
        return _write_settings([]), tuple(own + [setting(name, value) for name, value in sets.items()])
    path = os.fspath(config)
    if not pathlib.Path(path).exists():
        raise Error(f"{path}: there is no such configuration")
    return path, tuple(setting(name, value) for name, value in sets.items())


def int8_views(views: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Views of the engine's memory in the types of the observation spaces, without a copy."""
    return {name: view.view("int8") if view.dtype == "uint8" else view for name, view in views.items()}


class World:
    """What all environments and evaluations of a configuration share. Made by `lerl.load`.

    name, num_users, num_items, slate_size   of the data set and its task
    categories, behaviours                   their names
    user_ids, item_ids, item_titles          as in the source, by index
    item_vectors                             float32 [I, A], the policy side's factorisation
    item_categories                          uint8 [I, C]
    train_users, validation_users            int32 indices of users
    config                                   all settings, as nested dicts
    """

    def __init__(self, engine: _engine.World, path: str, over: tuple[str, ...]) -> None:
        self._engine = engine
        self.path, self.set = path, over

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._engine, name)

    @property
    def config(self) -> dict[str, Any]:
        return json.loads(self._engine.config)

    def to_pandas(self) -> pandas.DataFrame:
        """All interactions as a pandas frame: user, item, time, part, a column for each behaviour."""
        from lerl.dataset import rows_as_pandas
        return rows_as_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """All interactions as a Polars frame."""
        from lerl.dataset import rows_as_polars
        return rows_as_polars(self)

    def to_arrow(self) -> pyarrow.Table:
        """All interactions as an Arrow table."""
        from lerl.dataset import rows_as_arrow
        return rows_as_arrow(self)

    def __repr__(self) -> str:
        return (f"<lerl.World {self.name}: {self.num_users} users, {self.num_items} items, "
                f"{len(self.categories)} categories>")


def load(config: Config, *, users: str = "validation", **sets: Any) -> World:
    """Loads the world of a configuration, and makes what is missing: the first time it trains the
    response model, by the program, with progress on standard error.

    config   path of a TOML file, or a dict of settings by their dotted names; a World is returned as
             it is
    users    who may be judged beside those that train: validation, test or sealed
    """
    if isinstance(config, World):
        return config
    path, over = settings(config, sets)
    try:
        return World(_engine.load_world(path, list(over), users), path, over)
    except Error as error:
        if error.kind != "no run":
            raise
    from lerl.training import run_program
    arguments = ["data", "prepare", "--config", path]
    for item in over:
        arguments += ["--set", item]
    run_program(*arguments)
    return World(_engine.load_world(path, list(over), users), path, over)
