"""Makes rliable.json: scores of runs x tasks with what the library rliable says of them, which
lerl/eval/run_scores_test.cc compares with ours. usage: make_rliable.py > rliable.json

Made once, in an environment of its own, since no test needs the library:
    python3 -m venv FOLDER && FOLDER/bin/pip install rliable==1.2.0 'pandas<3'
"""

import json

import numpy as np
from rliable import library, metrics

RESAMPLES = 4000


def scores(rng, runs, tasks, mean, digits):
    """Effects of tasks and of runs; few digits make ties."""
    values = mean + rng.normal(size=(1, tasks)) + 0.4 * rng.normal(size=(runs, 1)) \
        + rng.normal(size=(runs, tasks))
    return np.round(values, digits)


def interval(score_dict, function):
    points, intervals = library.get_interval_estimates(score_dict, function, reps=RESAMPLES)
    low, high = np.ravel(intervals["it"])
    return {"mean": float(np.ravel(points["it"])[0]), "low": float(low), "high": float(high)}


def case(rng, shape_x, shape_y, digits):
    x, y = scores(rng, *shape_x, 10.3, digits), scores(rng, *shape_y, 10.0, digits)
    if digits == 0:
        y[:, 0] = x[:y.shape[0], 0]
    return {
        "x": x.tolist(), "y": y.tolist(),
        "iqm": interval({"it": x}, lambda s: np.array([metrics.aggregate_iqm(s)])),
        "improvement": interval(
            {"it": [x, y]}, lambda a, b: np.array([metrics.probability_of_improvement(a, b)])),
    }


def main():
    np.random.seed(1)  # the library draws from the global stream
    rng = np.random.default_rng(2)
    cases = [case(rng, (3, 8), (3, 8), 3), case(rng, (5, 7), (4, 7), 3),
             case(rng, (4, 12), (4, 12), 0), case(rng, (10, 5), (10, 5), 2)]
    print(json.dumps({"made_by": "tests/numerics/make_rliable.py", "library": "rliable 1.2.0",
                      "resamples": RESAMPLES, "cases": cases}, indent=1))


if __name__ == "__main__":
    main()
