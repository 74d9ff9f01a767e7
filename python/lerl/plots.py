"""Plots of runs and evaluations (matplotlib), each one line:

    lerl.plots.curve(run)                        # learning curves, one line for each seed
    lerl.plots.evaluations([first, second])      # a metric with its intervals, one row for each policy
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lerl.evaluation import Evaluation
    from lerl.training import Run


def _axes(axes: Axes | None) -> Axes:
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt
    return plt.subplots(figsize=(6, 3.5), layout="constrained")[1]


def curve(run: Run, figure: str = "valid_R_cum", axes: Axes | None = None) -> Axes:
    """Draws a figure of a Run's learning curve over its iterations, each seed thin and their mean bold.
    Returns the axes. `run.curve()["figure"].unique()` has the figures that there are."""
    axes, frame = _axes(axes), run.curve()
    frame = frame[frame["figure"] == figure]
    if frame.empty:
        raise ValueError(f"the run has no figure {figure!r}")
    wide = frame.pivot(index="iteration", columns="seed", values="value")
    for seed in wide.columns:
        axes.plot(wide.index, wide[seed], color="0.7", linewidth=1)
    axes.plot(wide.index, wide.mean(axis=1), color="C0", linewidth=2, label=f"mean of {wide.shape[1]} seeds")
    axes.set(xlabel="iteration", ylabel=figure)
    axes.legend(frameon=False)
    return axes


def evaluations(rows: Sequence[Evaluation], metric: str = "R_cum", axes: Axes | None = None) -> Axes:
    """Draws a metric of several Evaluations, each with its 95% interval. Returns the axes. Intervals that
    overlap say nothing about a difference: `lerl compare` tests it."""
    axes = _axes(axes)
    for place, row in enumerate(rows):
        mean, low, high = row.metrics[metric]
        axes.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color="C0", capsize=3)
    axes.set_yticks(range(len(rows)), [row.policy for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel(f"{metric}, 95% interval")
    return axes
