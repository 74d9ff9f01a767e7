"""PPO in the manner of CleanRL (one file, no framework) on lerl's environments, with any PyTorch.

    python examples/07_cleanrl_ppo.py configs/ml100k_lerl.toml --steps 200000

An action is a virtual item: a point in the space of item vectors, whose nearest items are shown. Ends
with the validation users' R_cum beside that of the control `popularity`. Reference: Huang et al. 2022,
CleanRL, JMLR 23(274); Schulman et al. 2017, arXiv 1707.06347.
"""

import argparse
import time

import numpy as np
import torch
from torch import nn

import lerl


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", help="TOML configuration of lerl")
    parser.add_argument("--steps", type=int, default=200_000, help="user-steps, of all environments together")
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--rollout", type=int, default=32, help="steps between updates")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minibatch", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.9)
    parser.add_argument("--lam", type=float, default=0.95)
    parser.add_argument("--clip", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Policy(nn.Module):
    """A Gaussian over virtual items, and the value of a state."""

    def __init__(self, features, width):
        super().__init__()
        self.actor = nn.Sequential(nn.Linear(features, 96), nn.Tanh(), nn.Linear(96, 96), nn.Tanh(),
                                   nn.Linear(96, width))
        self.critic = nn.Sequential(nn.Linear(features, 96), nn.Tanh(), nn.Linear(96, 96), nn.Tanh(),
                                    nn.Linear(96, 1))
        self.log_sigma = nn.Parameter(torch.full((width,), -1.0))

    def forward(self, states):
        return torch.distributions.Normal(self.actor(states), self.log_sigma.exp()), self.critic(states).squeeze(-1)


def advantages(rewards, values, ends, last_value, gamma, lam):
    """Generalised advantage estimation over a rollout [T, B]. After an end nothing follows: sessions that
    a limit cut are treated like those that users left, since few are."""
    result, running = torch.zeros_like(rewards), torch.zeros_like(last_value)
    for t in reversed(range(len(rewards))):
        following = last_value if t + 1 == len(rewards) else values[t + 1]
        error = rewards[t] + gamma * following * (1 - ends[t]) - values[t]
        running = error + gamma * lam * (1 - ends[t]) * running
        result[t] = running
    return result


def update(policy, optimiser, batch, options, rng):
    """Some passes of PPO over a rollout, in minibatches of steps."""
    states, actions, log_probs, gains, returns = batch
    for _ in range(options.epochs):
        for rows in np.array_split(rng.permutation(len(states)), max(1, len(states) // options.minibatch)):
            rows = torch.as_tensor(rows)
            draw, value = policy(states[rows])
            ratio = (draw.log_prob(actions[rows]).sum(-1) - log_probs[rows]).exp()
            gain = gains[rows]
            gain = (gain - gain.mean()) / (gain.std() + 1e-8)
            surrogate = torch.min(ratio * gain, ratio.clamp(1 - options.clip, 1 + options.clip) * gain)
            loss = -surrogate.mean() + 0.5 * (value - returns[rows]).square().mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optimiser.step()


def train(options):
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    envs = lerl.make_vec(options.config, options.envs, actions="item_vector", **{"planner.name": "none"})
    policy = Policy(envs.single_observation_space["features"].shape[0], envs.world.item_width)
    optimiser = torch.optim.Adam(policy.parameters(), lr=options.learning_rate)
    observation, _ = envs.reset(seed=options.seed)
    shape = (options.rollout, options.envs)
    begin, steps, returns_of_sessions = time.time(), 0, []
    running = np.zeros(options.envs)
    while steps < options.steps:
        rows = {name: [] for name in ("states", "actions", "log_probs", "values", "rewards", "ends")}
        for _ in range(options.rollout):
            # The observation is the simulator's own memory, so what is kept is copied.
            state = torch.from_numpy(observation["features"].copy())
            with torch.no_grad():
                draw, value = policy(state)
                action = draw.sample()
            observation, reward, terminated, truncated, _ = envs.step(action.numpy())
            ended = terminated | truncated
            running += reward
            returns_of_sessions.extend(running[ended])
            running[ended] = 0
            for name, column in zip(rows, (state, action, draw.log_prob(action).sum(-1), value,
                                           torch.as_tensor(reward, dtype=torch.float32),
                                           torch.as_tensor(ended, dtype=torch.float32)), strict=True):
                rows[name].append(column)
        rows = {name: torch.stack(column) for name, column in rows.items()}
        with torch.no_grad():
            last = policy(torch.from_numpy(observation["features"]))[1]
        gains = advantages(rows["rewards"], rows["values"], rows["ends"], last, options.gamma, options.lam)
        batch = [part.reshape(-1, *part.shape[2:]) for part in
                 (rows["states"], rows["actions"], rows["log_probs"], gains, gains + rows["values"])]
        update(policy, optimiser, batch, options, rng)
        steps += shape[0] * shape[1]
        if steps // 20_000 != (steps - shape[0] * shape[1]) // 20_000:
            print(f"{steps} steps, {steps / (time.time() - begin):.0f} a second, "
                  f"return of recent sessions {np.mean(returns_of_sessions[-200:]):.2f}", flush=True)
    return policy, envs.world


def main():
    options = arguments()
    policy, world = train(options)
    vectors = torch.from_numpy(np.array(world.item_vectors))

    def cleanrl_ppo(observation):
        with torch.no_grad():
            return (policy(torch.from_numpy(observation["features"]))[0].mean @ vectors.T).numpy()

    for judged in (cleanrl_ppo, "popularity", "random"):
        row = lerl.evaluate(judged, options.config, **{"planner.name": "none"})
        mean, low, high = row.metrics["R_cum"]
        print(f"{row.policy}: R_cum {mean:.2f} [{low:.2f}, {high:.2f}] on validation users")


if __name__ == "__main__":
    main()
