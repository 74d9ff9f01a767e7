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


def configuration() -> dict[str, str]:
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
    return {"data.name": data.path, "response_model.model": "mf", "planner.name": "none"}


class _Table(dict[str, list[Any]]):
    """A table of lists, for Dataset.from_frame."""

    @property
    def columns(self) -> list[str]:
        return list(self)


def measure(world: lerl.World, num_envs: int, repeats: int, seconds: float = 0.5) -> dict[str, Any]:
    envs = lerl.make_vec(world, num_envs)
    envs.reset(seed=1)
    slates = envs.action_space.sample()
    engine_slates = slates.astype("int32")
    steps = 20
    while True:  # as many steps as take long enough to be timed
        begin = time.perf_counter()
        envs._engine.run(engine_slates, steps)
        if (took := time.perf_counter() - begin) > seconds:
            break
        steps = max(steps + 1, int(steps * min(10, 1.2 * seconds / took)))
    percents, rates = [], []
    for _ in range(repeats):
        begin = time.perf_counter()
        envs._engine.run(engine_slates, steps)
        engine = time.perf_counter() - begin
        begin = time.perf_counter()
        for _ in range(steps):
            envs.step(slates)
        python = time.perf_counter() - begin
        percents.append(100 * (1 - engine / python))
        rates.append(steps * num_envs / python)
    return {"percent": percents, "python": int(sorted(rates)[len(rates) // 2])}


def import_seconds() -> float:
    code = "import time; begin = time.perf_counter(); import lerl; print(time.perf_counter() - begin)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    world = lerl.load(configuration())
    overhead = {str(envs): measure(world, envs, repeats) for envs in (32, 1024)}
    print(json.dumps({"overhead": overhead, "import": [import_seconds() for _ in range(repeats)]}))


if __name__ == "__main__":
    main()
