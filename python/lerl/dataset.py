"""Interaction logs to and from pandas, Polars and Arrow."""

from __future__ import annotations

import atexit
import csv
import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lerl._engine import Error

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from lerl.world import World


def _column(frame: Any, name: str, what: str) -> list[Any]:
    """The values of a column of a pandas or Polars frame or an Arrow table, as a list."""
    names = list(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    if name not in names:
        raise Error(f"{what}: there is no column {name!r}; there are {', '.join(map(str, names))}")
    column = frame[name]
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return getattr(column, method)()
    return list(column)


def _cell(value: Any) -> str:
    if value is None or value != value:  # missing, or NaN
        return ""
    if isinstance(value, (list, tuple, set)):
        return "|".join(map(str, value))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


class Dataset:
    """A log of who responded to what, in a form that a configuration can name.

    path   of the TOML file that describes it: {"data.name": dataset.path} in a configuration
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = str(path)
        if not pathlib.Path(path).exists():
            raise Error(f"{path}: there is no such description of a data set")

    @classmethod
    def from_frame(cls, frame: Any, *, user: str = "user", item: str = "item", time: str = "timestamp",
                   behaviours: Mapping[str, str | tuple[str, float]], categories: str | None = None,
                   title: str | None = None, value: str | None = None, folder: str | os.PathLike[str] | None = None,
                   name: str = "frame", split: str = "user_order") -> Dataset:
        """Makes a data set of a pandas or Polars frame or an Arrow table, one row for each interaction.

        user, item, time   columns; times are seconds, dates or ISO text
        behaviours         {name: column} of what the user did, 1 or 0; or {name: (column, least)}: it was
                           done from that value on, as with ratings. The first is the main response
        categories         column of the item's categories: lists, or text with | between them
        title, value       columns of the item's title and of a rating or watch ratio, where there are any
        folder             where its files lie; a temporary folder if None, which goes with the process
        split              user_order or global_cut (docs/datasets.md)
        """
        named = {"user": user, "item": item, "timestamp": time}
        for key, optional in (("categories", categories), ("title", title), ("value", value)):
            if optional is not None:
                named[key] = optional
        lines = [f"file = {json.dumps(name + '.csv')}", f"split = {json.dumps(split)}"]
        lines += [f"{key} = {json.dumps(key)}" for key in ("categories", "title", "value") if key in named]
        if not behaviours:
            raise Error("behaviours: name at least one column that says what the user did")
        for number, (behaviour, column) in enumerate(behaviours.items()):
            source, least = column if isinstance(column, tuple) else (column, 1)
            named[f"behaviour_{number}"] = source
            lines += ["[[behaviour]]", f"name = {json.dumps(behaviour)}",
                      f'column = "behaviour_{number}"', f"at_least = {float(least)}"]
        columns = [_column(frame, column, f"Dataset.from_frame: {key}") for key, column in named.items()]
        times = columns[list(named).index("timestamp")]
        if any(isinstance(value, str) or hasattr(value, "isoformat") for value in times[:1]):
            lines.insert(2, 'time_unit = "iso"')
        if folder is None:
            folder = tempfile.mkdtemp(prefix="lerl-data-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(named)
            writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
        path = folder / f"{name}.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cls(path)

    from_pandas = from_polars = from_arrow = from_frame


def rows_as_arrow(world: World) -> pyarrow.Table:
    """All interactions of a World as an Arrow table: user, item (ids of the source), time, part (train,
    validation, test) and a column of 0 and 1 for each behaviour."""
    import pyarrow as pa
    rows = world.rows()
    parts = pa.array(["train", "validation", "test"])
    columns = {"user": pa.array(world.user_ids).take(pa.array(rows["user"])),
               "item": pa.array(world.item_ids).take(pa.array(rows["item"])),
               "time": pa.array(rows["time_ms"]).cast(pa.timestamp("ms", tz="UTC")),
               "part": parts.take(pa.array(rows["part"]))}
    return pa.table({**columns, **{name: pa.array(rows[name]) for name in world.behaviours}})


def rows_as_pandas(world: World) -> pandas.DataFrame:
    """The same as a pandas frame."""
    import numpy as np
    import pandas
    rows = world.rows()
    columns = {"user": np.array(world.user_ids, dtype=object)[rows["user"]],
               "item": np.array(world.item_ids, dtype=object)[rows["item"]],
               "time": pandas.to_datetime(rows["time_ms"], unit="ms", utc=True),
               "part": np.array(["train", "validation", "test"], dtype=object)[rows["part"]]}
    return pandas.DataFrame({**columns, **{name: rows[name] for name in world.behaviours}})


def rows_as_polars(world: World) -> polars.DataFrame:
    """The same as a Polars frame."""
    import polars
    rows = world.rows()
    columns = {"user": polars.Series(world.user_ids).gather(rows["user"]),
               "item": polars.Series(world.item_ids).gather(rows["item"]),
               "time": polars.Series(rows["time_ms"]).cast(polars.Datetime("ms", "UTC")),
               "part": polars.Series(["train", "validation", "test"]).gather(rows["part"])}
    return polars.DataFrame({**columns, **{name: polars.Series(rows[name]) for name in world.behaviours}})
