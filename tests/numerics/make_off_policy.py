"""Makes off_policy.json: small logs with what Open Bandit Pipeline and SCOPE-RL estimate from them, which
the tests of lerl/eval/off_policy compare with ours. usage: make_off_policy.py > off_policy.json

Made once, in an environment of its own, since no test needs the libraries:
    python3 -m venv FOLDER
    FOLDER/bin/pip install obp==0.4.1 scope-rl==0.2.1 --no-deps
    FOLDER/bin/pip install numpy==1.26.4 pandas==2.1.4 scikit-learn==1.4.2 scipy tqdm pyyaml matplotlib seaborn gym==0.26.2
and with PyTorch (1.13 of Debian) on the path, which obp imports and these estimators don't use. Of SCOPE-RL
the estimators, intervals and selection alone run. What it learns with (d3rlpy, pytorch-revgrad) is not installed:
its modules are replaced by empty ones, whose classes nothing here calls.

Two of SCOPE-RL's formulas are not compared. Its Hoeffding interval multiplies by n where the inequality divides by
it, and its state-marginal estimators roll the weights of states by one step too many, so that the weights go in as
those of states and actions, with no further steps.
"""

import importlib.abc
import importlib.machinery
import json
import sys
import types
import warnings

import numpy as np

warnings.filterwarnings("ignore")


class EmptyModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class EmptyModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("d3rlpy", "pytorch_revgrad", "gymnasium"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = EmptyModule(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module):
        pass


def decisions(rng):
    """Single decisions: estimates by obp, with the models that it fits."""
    from obp import ope
    from sklearn.linear_model import LogisticRegression, Ridge
    rows, actions, l2 = 40, 3, 0.7
    context = np.round(rng.normal(size=(rows, 2)), 3)
    action_context = np.eye(actions)

    def softmax(scores):
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        p = np.round(p, 3)
        p[:, -1] = 1 - p[:, :-1].sum(axis=1)
        return p

    mu = softmax(context @ rng.normal(size=(2, actions)) * 0.5)
    pi = softmax(context @ rng.normal(size=(2, actions)) * 0.7 + np.array([0, 0.3, 0.6]))
    action = np.array([rng.choice(actions, p=p / p.sum()) for p in mu])
    pscore = mu[np.arange(rows), action]
    reward = (rng.random(rows) < 0.3 + 0.15 * action).astype(float)
    dist = pi[:, :, None]
    fit = {"context": context, "action": action, "reward": reward, "pscore": pscore, "action_dist": dist}

    def model(base, method):
        regression = ope.RegressionModel(n_actions=actions, len_list=1, base_model=base, fitting_method=method,
                                         action_context=action_context)
        return regression.fit_predict(**fit, n_folds=1)

    ridge = model(Ridge(alpha=l2), "normal")
    mrdr = model(Ridge(alpha=l2), "mrdr")
    # SAG and SGD stop early; lbfgs goes on to the end with a small tolerance.
    logistic = model(LogisticRegression(C=1 / l2, tol=1e-12, max_iter=10000), "normal")
    log = {"reward": reward, "action": action, "pscore": pscore, "action_dist": dist,
           "position": np.zeros(rows, dtype=int)}
    by = {"estimated_rewards_by_reg_model": ridge}
    tau = 1.2
    return {
        "context": context.tolist(), "action": action.tolist(), "reward": reward.tolist(), "mu": pscore.tolist(),
        "pi": pi.tolist(), "l2": l2, "tau": tau,
        "ridge": ridge[:, :, 0].tolist(), "mrdr_model": mrdr[:, :, 0].tolist(), "logistic": logistic[:, :, 0].tolist(),
        "ips": ope.InverseProbabilityWeighting().estimate_policy_value(**log),
        "snips": ope.SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**log),
        "dm": ope.DirectMethod().estimate_policy_value(**log, **by),
        "dr": ope.DoublyRobust().estimate_policy_value(**log, **by),
        "sndr": ope.SelfNormalizedDoublyRobust().estimate_policy_value(**log, **by),
        "switch_dr": ope.SwitchDoublyRobust(tau=tau).estimate_policy_value(**log, **by),
        "mrdr": ope.DoublyRobust().estimate_policy_value(**log, estimated_rewards_by_reg_model=mrdr),
    }


def slates(rng):
    from obp import ope
    count, positions = 30, 3
    mu = np.round(rng.uniform(0.2, 0.9, size=(count, positions)), 3)
    pi = np.round(rng.uniform(0.1, 0.9, size=(count, positions)), 3)
    marginal_mu = np.round(rng.uniform(0.2, 0.9, size=(count, positions)), 3)
    marginal_pi = np.round(rng.uniform(0.1, 0.9, size=(count, positions)), 3)
    reward = (rng.random((count, positions)) < 0.4).astype(float)
    log = {"slate_id": np.repeat(np.arange(count), positions), "reward": reward.ravel(),
           "position": np.tile(np.arange(positions), count)}

    def whole(p):
        return np.repeat(p.prod(axis=1), positions)

    return {
        "reward": reward.tolist(), "mu": mu.tolist(), "pi": pi.tolist(), "marginal_mu": marginal_mu.tolist(),
        "marginal_pi": marginal_pi.tolist(),
        "standard": ope.SlateStandardIPS(len_list=positions).estimate_policy_value(
            **log, pscore=whole(mu), evaluation_policy_pscore=whole(pi)),
        "independent": ope.SlateIndependentIPS(len_list=positions).estimate_policy_value(
            **log, pscore_item_position=marginal_mu.ravel(),
            evaluation_policy_pscore_item_position=marginal_pi.ravel()),
        "reward_interaction": ope.SlateRewardInteractionIPS(len_list=positions).estimate_policy_value(
            **log, pscore_cascade=mu.cumprod(axis=1).ravel(),
            evaluation_policy_pscore_cascade=pi.cumprod(axis=1).ravel()),
    }


def sessions(rng):
    """Whole sessions, all of four steps: estimates by SCOPE-RL of given values of states and actions."""
    from scope_rl.ope import discrete
    count, steps, actions, gamma = 25, 4, 2, 0.9
    rows = count * steps
    first = np.round(rng.uniform(0.3, 0.7, size=rows), 3)
    pi = np.stack([first, 1 - first], axis=1)
    mu_first = np.round(rng.uniform(0.3, 0.7, size=rows), 3)
    mu = np.stack([mu_first, 1 - mu_first], axis=1)
    action = (rng.random(rows) > mu_first).astype(int)
    pscore = mu[np.arange(rows), action]
    reward = rng.integers(0, 3, size=rows).astype(float)
    q = np.round(rng.normal(size=(rows, actions)), 3)
    marginal = np.round(rng.uniform(0.5, 1.5, size=rows), 3)
    log = {"step_per_trajectory": steps, "action": action, "reward": reward, "pscore": pscore,
           "evaluation_policy_action_dist": pi, "gamma": gamma}
    by = {**log, "state_action_value_prediction": q}

    def value(estimator, **inputs):
        return float(np.mean(estimator._estimate_trajectory_value(**inputs)))

    # CVaR by SCOPE-RL is the mean of the upper edges of bins up to the border. They lie half a unit above the
    # returns, and begin below the smallest, since empty bins in front get the weight of the first session.
    cdf = discrete.CumulativeDistributionSNTIS()
    returns = reward.reshape((-1, steps)).sum(axis=1)
    scale = np.arange(returns.min() - 0.5, returns.max() + 1, 1.0)
    undiscounted = {**log, "gamma": 1.0, "reward_scale": scale}
    density = cdf.estimate_cumulative_distribution_function(**undiscounted)
    borders = [float(density[k]) for k in (1, 2, 3)]
    cvar = cdf.estimate_conditional_value_at_risk(**undiscounted, alphas=np.array(borders) - 1e-9)
    return {
        "steps": steps, "gamma": gamma, "action": action.tolist(), "reward": reward.tolist(), "mu": pscore.tolist(),
        "pi": pi.tolist(), "q": q.tolist(), "marginal": marginal.tolist(),
        "session_wise": value(discrete.TrajectoryWiseImportanceSampling(), **log),
        "per_decision": value(discrete.PerDecisionImportanceSampling(), **log),
        "per_decision_sn": value(discrete.SelfNormalizedPDIS(), **log),
        "dr": value(discrete.DoublyRobust(), **by),
        "sndr": value(discrete.SelfNormalizedDR(), **by),
        "first_value": value(discrete.DirectMethod(), **by),
        "marginalised": value(discrete.StateActionMarginalIS(), **log, n_step_pdis=0,
                              state_action_marginal_importance_weight=marginal),
        # Without discount, which this class of theirs leaves out.
        "marginalised_dr": value(discrete.DoubleReinforcementLearning(),
                                 **{name: given for name, given in by.items() if name not in ("pscore", "gamma")},
                                 state_action_marginal_importance_weight=marginal),
        "borders": borders, "cvar": (cvar - 0.5).tolist(),
    }


def selection(rng):
    from scope_rl.ope.ops import OffPolicySelection
    truth = np.sort(np.round(rng.uniform(1, 3, size=6), 3))[::-1] - 0.01 * np.arange(6)
    estimate = np.round(truth + rng.normal(size=6) * 1.5, 3)
    names = [f"p{i}" for i in range(6)]
    given = types.SimpleNamespace(
        step_per_trajectory=1, behavior_policy_reward={"mu": np.ones((2, 1))},
        ope=types.SimpleNamespace(
            estimate_policy_value=lambda *_, **__: {name: {"e": value} for name, value in zip(names, estimate)}),
        obtain_true_selection_result=lambda _: {"ranking": names, "policy_value": truth})
    inputs = {name: {"behavior_policy": "mu", "dataset_id": 0, "gamma": 1.0} for name in names}
    safe = float(np.round(np.median(truth), 2))
    judged = [OffPolicySelection._select_by_policy_value(
        given, inputs, compared_estimators=["e"], return_true_values=True, return_metrics=True,
        top_k_in_eval_metrics=k, safety_threshold=safe)["e"] for k in range(1, 7)]
    return {
        "truth": truth.tolist(), "estimate": estimate.tolist(), "safe": safe,
        "regret": [float(one["regret"][0]) for one in judged],
        "rank_correlation": float(judged[0]["rank_correlation"][0]),
        "squared_error": float(judged[0]["mean_squared_error"]),
        "type1": float(judged[0]["type_i_error_rate"]), "type2": float(judged[0]["type_ii_error_rate"]),
    }


def bounds(rng):
    from scope_rl.utils import estimate_confidence_interval_by_empirical_bernstein
    values = np.round(rng.uniform(0, 4, size=50), 3)
    # Theirs is of both sides at alpha with ln(2 / alpha); ours takes alpha / 2 for each side.
    interval = estimate_confidence_interval_by_empirical_bernstein(values, alpha=0.025)
    return {"values": values.tolist(), "high": float(values.max()), "mean": float(interval["mean"]),
            "bernstein_low": float(interval["97.5% CI (lower)"]), "bernstein_high": float(interval["97.5% CI (upper)"])}


def main():
    sys.meta_path.append(EmptyModules())
    rng = np.random.default_rng(21)
    print(json.dumps({"made_by": "tests/numerics/make_off_policy.py", "libraries": "obp 0.4.1, scope-rl 0.2.1",
                      "decisions": decisions(rng), "slates": slates(rng), "sessions": sessions(rng),
                      "selection": selection(rng), "bounds": bounds(rng)}, indent=1).replace("\n   ", ""))


if __name__ == "__main__":
    main()
