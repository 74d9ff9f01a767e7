"""Runs in TensorBoard and MLflow.

    lerl.export.tensorboard(run, "logs")
    lerl.export.mlflow(run, experiment="lerl")
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lerl.training import Run


def tensorboard(run: Run, folder: str | os.PathLike[str]) -> None:
    """Writes the learning curve of each seed of a Run as TensorBoard event files, FOLDER/GROUP/seed-N."""
    from torch.utils.tensorboard import SummaryWriter
    frame = run.curve()
    for seed, rows in frame.groupby("seed"):
        with SummaryWriter(pathlib.Path(folder) / run.folder.name / f"seed-{seed}") as writer:
            for row in rows.itertuples():
                writer.add_scalar(row.figure, row.value, row.iteration)


def mlflow(run: Run, experiment: str = "lerl") -> None:
    """Logs each seed of a Run to MLflow: its settings as parameters, its learning curve as metrics, and
    run.json as an artifact. MLflow's own settings say where (MLFLOW_TRACKING_URI)."""
    import mlflow as client
    client.set_experiment(experiment)
    for seed, rows in run.curve().groupby("seed"):
        about = run.folder / f"seed-{seed}" / "run.json"
        with client.start_run(run_name=f"{run.folder.name} seed {seed}"):
            client.log_params(dict(_flat(json.loads(about.read_text())["config"])))
            for row in rows.itertuples():
                client.log_metric(row.figure, row.value, step=row.iteration)
            client.log_artifact(str(about))


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
