"""Planners of your own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


class Planner:
    """What decides which categories a user is shown next. Subclass it and give `rank`; hand an
    instance to `make_vec`, `make` or `evaluate`.

    `rank` is asked for many sessions at once. The plan of each is the first planner.plan_size
    categories of its ranking that may be planned now; sizes, cadence and widening are applied alike
    for all planners (planner.* of the configuration).
    """

    def rank(self, requests: Mapping[str, np.ndarray]) -> np.ndarray | Sequence[Any]:
        """Returns rankings [n, R]: ids of categories, best first; -1 or a shorter row where nothing
        follows. What is no candidate is left out.

        requests is a dict of arrays, one row for each of n sessions:

        user        int32 [n]
        step        int32 [n]      slates that the session has shown
        candidates  uint8 [n, C]   1 = may be planned: has items left, is not skipped
        dominant    uint8 [n, C]   1 = dominant in the last slate
        exposure    float32 [n, C] how much of each category was shown lately
        shown       int32 [n, C]   items of each category that the session has shown
        liked       int32 [n, C]   and of these, the liked ones
        """
        raise NotImplementedError(f"{type(self).__name__} has no rank()")

    def _rank(self, requests: Mapping[str, np.ndarray]) -> np.ndarray:
        n, categories = requests["candidates"].shape
        rankings = np.full((n, categories), -1, dtype=np.int32)
        given = self.rank(requests)
        if len(given) != n:
            raise ValueError(f"{type(self).__name__}.rank returned {len(given)} rankings for {n} sessions")
        for row, ranking in zip(rankings, given, strict=True):
            ids = np.asarray(ranking, dtype=np.int64).ravel()
            ids = ids[ids >= 0]
            if ids.size and ids.max() >= categories:
                raise ValueError(f"{type(self).__name__}.rank returned category {ids.max()}; there are "
                                 f"{categories}, numbered from 0")
            _, first = np.unique(ids, return_index=True)
            ids = ids[np.sort(first)]
            row[:ids.size] = ids
        return rankings
