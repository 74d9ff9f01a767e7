"""`python -m lerl.bench REPEATS`: what `lerl bench python` measures, as JSON. In turns, the same slates
are shown to the same number of environments by Python's loop and by one of C++ in the module."""

import json
import subprocess
import sys
import time
from typing import Any

import lerl

# A generated log: enough users and items that the work is that of a real one.
USERS, ITEMS = 500, 1500


def configuration() -> dict[str, Any]:
    """Of the default simulator, whose network is trained for one epoch."""
    import random
    rng = random.Random(1)
    rows: dict[str, list[Any]] = {"user": [], "item": [], "timestamp": [], "like": [], "genres": []}
    for user in range(USERS):
        for n, item in enumerate(rng.sample(range(ITEMS), 60)):
            rows["user"].append(f"u{user}")
            rows["item"].append(f"i{item}")
            rows["timestamp"].append(1_600_000_000 + n)
            rows["like"].append(int((user + item) % 3 == 0 or rng.random() < 0.2))
            rows["genres"].append(f"g{item % 18}")
    data = lerl.Dataset.from_frame(_Table(rows), time="timestamp", behaviours={"like": "like"}, categories="genres")
    return {"data.name": data.path, "planner.name": "none", "response_model.transformer.epochs": 1}


class _Table(dict[str, list[Any]]):
    """A table of lists, for Dataset.from_frame."""

    @property
    def columns(self) -> list[str]:
        return list(self)


def measure(world: lerl.World, num_envs: int, repeats: int, seconds: float = 2) -> dict[str, Any]:
    envs = lerl.make_vec(world, num_envs)
    envs.reset(seed=1)
    slates = envs.action_space.sample()
    engine_slates = slates.astype("int32")
    steps = 1024 // num_envs  # by each of the two in turn, for milliseconds: a machine's moods meet both

    def turn(of_python: bool) -> float:
        begin = time.perf_counter()
        if of_python:
            for _ in range(steps):
                envs.step(slates)
        else:
            envs._engine.run(engine_slates, steps)
        return time.perf_counter() - begin

    percents, rates = [], []
    for _ in range(repeats):
        engine = python = 0.0
        turns = 0
        while engine + python < seconds:
            engine, python, turns = engine + turn(False), python + turn(True), turns + 1
        percents.append(100 * (1 - engine / python))
        rates.append(turns * steps * num_envs / python)
    return {"percent": percents, "python": int(sorted(rates)[len(rates) // 2])}


def import_seconds() -> float:
    code = "import time; begin = time.perf_counter(); import lerl; print(time.perf_counter() - begin)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    default = configuration()
    # Factors alone answer some ten times faster: the same work of Python is a larger share of it.
    worlds = {"overhead": default, "overhead_of_factors": default | {"response_model.model": "mf"}}
    said: dict[str, Any] = {"import": [import_seconds() for _ in range(repeats)]}
    for name, config in worlds.items():
        world = lerl.load(config)
        said[name] = {str(envs): measure(world, envs, repeats) for envs in (32, 1024)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
