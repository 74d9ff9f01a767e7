"""Compares GAE, the PPO loss, AUC, log loss and calibration with numpy and scikit-learn.

usage: check_learning.py PROGRAM    (PROGRAM: learning_numbers)
"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import numpy as np
import pinned_packages
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss, roc_auc_score


def check_gae(case):
    """The definition as a double sum: A_t = sum_l (gamma lambda)^l delta_(t+l)."""
    rewards, values = np.array(case["rewards"]), np.array(case["values"])
    following = values[1:].copy()
    if case["terminated"]:
        following[-1] = 0
    deltas = rewards + case["gamma"] * following - values[:-1]
    decay = case["gamma"] * case["lambda"]
    expected = [sum(decay ** k * delta for k, delta in enumerate(deltas[t:]))
                for t in range(len(deltas))]
    np.testing.assert_allclose(case["advantages"], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(case["returns"], np.array(expected) + values[:-1], rtol=1e-5,
                               atol=1e-6)


def ppo_loss(case, log_density, value):
    """Loss and its parts over the valid entries alone, which are cut out first."""
    inputs = {name: np.array(column) for name, column in case["inputs"].items()}
    keep = inputs["valid"] > 0
    inputs.update(log_density=log_density, value=value)
    part = {name: column[keep] for name, column in inputs.items()}
    advantage = (part["advantage"] - part["advantage"].mean()) / part["advantage"].std()
    ratio = np.exp(part["log_density"] - part["old_log_density"])
    clipped = np.clip(ratio, 1 - case["clip"], 1 + case["clip"])
    policy = -np.minimum(ratio * advantage, clipped * advantage).mean()
    squared = ((part["value"] - part["target"]) ** 2).mean()
    entropy = part["entropy"].mean()
    return {"total": policy + case["value_weight"] * squared - case["entropy_weight"] * entropy,
            "policy": policy, "value": squared, "entropy": entropy,
            "clipped": (np.abs(ratio - 1) > case["clip"]).mean(),
            "kl": (ratio - 1 - np.log(ratio)).mean()}


def check_loss(case):
    start = {name: np.array(case["inputs"][name]) for name in ["log_density", "value"]}
    for name, value in ppo_loss(case, **start).items():
        np.testing.assert_allclose(case[name], value, rtol=1e-4, atol=1e-6, err_msg=name)
    for name in start:
        step, slopes = 1e-5, []
        for n in range(len(start[name])):
            ends = []
            for sign in (1, -1):
                moved = {key: column.copy() for key, column in start.items()}
                moved[name][n] += sign * step
                ends.append(ppo_loss(case, **moved)["total"])
            slopes.append((ends[0] - ends[1]) / (2 * step))
        np.testing.assert_allclose(case[f"{name}_gradient"], slopes, rtol=1e-3, atol=1e-6)


def check_metrics(case):
    p, y = np.array(case["probabilities"]), np.array(case["targets"])
    np.testing.assert_allclose(case["auc"], roc_auc_score(y, p), rtol=1e-12)
    np.testing.assert_allclose(case["log_loss"], log_loss(y, np.clip(p, 1e-7, 1 - 1e-7)), rtol=1e-9)
    # A probability on the edge of two bins belongs to the upper one; scikit-learn puts it below.
    observed, predicted = calibration_curve(y, np.clip(p + 1e-6, 0, 1), n_bins=10)
    bins = [bin for bin in case["bins"] if bin[0] > 0]
    assert sum(bin[0] for bin in bins) == len(y)
    np.testing.assert_allclose([bin[1] for bin in bins], predicted, atol=1e-5)
    np.testing.assert_allclose([bin[2] for bin in bins], observed, rtol=1e-9)
    rows = np.histogram(np.clip(p + 1e-6, 0, 1), bins=10, range=(0, 1))[0]
    gaps = np.abs(predicted - observed)
    np.testing.assert_allclose(case["calibration_error"], (rows[rows > 0] * gaps).sum() / len(y),
                               atol=1e-5)


def main():
    numbers = json.loads(subprocess.run([sys.argv[1]], check=True, capture_output=True).stdout)
    for name, check in [("gae", check_gae), ("loss", check_loss), ("metrics", check_metrics)]:
        assert numbers[name]
        for case in numbers[name]:
            check(case)
        print(f"{name}: {len(numbers[name])} cases agree with numpy and scikit-learn")


if __name__ == "__main__":
    main()
