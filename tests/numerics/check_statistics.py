"""Compares lerl/eval/statistics with an independent implementation in numpy and scipy.

usage: check_statistics.py PROGRAM    (PROGRAM: statistics_numbers)
"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import numpy as np
import pinned_packages
from scipy import stats


def influence_cells(estimate, shape):
    """Linearised cells: estimate plus the derivative by each cell's weight, by differences."""
    weights = np.ones(shape)
    centre, step = estimate(weights), 1e-5
    cells = np.empty(shape)
    for index in np.ndindex(*shape):
        up, down = weights.copy(), weights.copy()
        up[index] += step
        down[index] -= step
        slope = (estimate(up) - estimate(down)) / (2 * step)
        cells[index] = centre + slope * weights.size
    return centre, cells


def covered(sets, universe):
    return len(set().union(*map(set, sets))) / universe


def jackknife_cells(table):
    """Pseudo-values over the users of each seed, centred on the seed's estimate."""
    cells, estimates = [], []
    for sets in table["sets"]:
        users, whole = len(sets), covered(sets, table["universe"])
        without = [covered(sets[:u] + sets[u + 1:], table["universe"]) for u in range(users)]
        pseudo = np.array([users * whole - (users - 1) * w for w in without])
        cells.append(pseudo - pseudo.mean() + whole)
        estimates.append(whole)
    return np.mean(estimates), np.array(cells)


def estimator(table):
    numerator = np.array(table["numerator"])
    if table["denominator"][0]:
        denominator = np.array(table["denominator"])
        return lambda w: (w * numerator).sum() / (w * denominator).sum(), numerator.shape
    return lambda w: (w * numerator).sum() / w.sum(), numerator.shape


def cells_of(table):
    return jackknife_cells(table) if table["universe"] else influence_cells(*estimator(table))


def half_width(cells):
    seeds, users = cells.shape
    by_users = stats.sem(cells.mean(axis=0)) ** 2
    by_seeds = stats.sem(cells.mean(axis=1)) ** 2
    t = stats.t.ppf(0.975, seeds - 1)
    return np.sqrt(stats.norm.ppf(0.975) ** 2 * by_users + t**2 * by_seeds)


def bootstrap(table, resamples=20000):
    estimate, (seeds, users) = estimator(table)
    rng = np.random.default_rng(1)
    draws = []
    for _ in range(resamples):
        of_seeds = np.bincount(rng.integers(seeds, size=seeds), minlength=seeds)
        of_users = np.bincount(rng.integers(users, size=users), minlength=users)
        draws.append(estimate(np.outer(of_seeds, of_users).astype(float)))
    return np.percentile(draws, [2.5, 97.5])


def check_interval(interval, centre, half):
    np.testing.assert_allclose(interval["mean"], centre, rtol=1e-9)
    np.testing.assert_allclose(interval["low"], centre - half, rtol=1e-5)
    np.testing.assert_allclose(interval["high"], centre + half, rtol=1e-5)


def main():
    numbers = json.loads(subprocess.run([sys.argv[1]], check=True, capture_output=True).stdout)
    for degrees, central, value in numbers["quantiles"]:
        np.testing.assert_allclose(value, stats.t.ppf(0.5 + central / 2, degrees), rtol=1e-8)
    for table in numbers["tables"]:
        centre, cells = cells_of(table)
        if len(table["numerator"]) >= 10:
            low, high = bootstrap(table)
            tolerance = 0.06 * (high - low)
            assert abs(table["interval"]["low"] - low) < tolerance, (table["interval"], low)
            assert abs(table["interval"]["high"] - high) < tolerance, (table["interval"], high)
        else:
            check_interval(table["interval"], centre, half_width(cells))
    policy, reference, difference = numbers["pair"]
    (mean, cells), (other_mean, other_cells) = cells_of(policy), cells_of(reference)
    check_interval(difference, mean - other_mean, half_width(cells - other_cells))
    print(f"{len(numbers['quantiles'])} quantiles, {len(numbers['tables'])} tables and a paired "
          "difference agree with numpy and scipy")


if __name__ == "__main__":
    main()
