"""What the tests of the Python package share. Each is run as

    python3 tests/python/test_X.py FOLDER PROGRAM [Class.test]

FOLDER holds the built _engine module, PROGRAM is the program `lerl`. The package is put together in a
folder of its own, as a wheel would lay it out. With `installed` for both, that of an installed wheel is
tested."""

import atexit
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def put_together(built, program):
    """The folder of the package, which is on the search path from then on, and its module."""
    if built == "installed":
        import lerl
        package = pathlib.Path(lerl.__file__).parent
        return package.parent, next(package.glob("_engine*.so"))
    module = max(pathlib.Path(built).glob("_engine*.so"), key=lambda path: path.stat().st_mtime)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lerl-package-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(ROOT / "python" / "lerl", folder / "lerl", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "lerl" / module.name).symlink_to(module.resolve())
    os.environ["LERL_PROGRAM"] = str(pathlib.Path(program).resolve())
    sys.path.insert(0, str(folder))
    return folder, module


PACKAGE, MODULE = put_together(sys.argv[1], sys.argv[2])


def small_config(folder):
    """A configuration on a small generated log, whose worlds are made in seconds without training a
    network."""
    import random
    rng = random.Random(1)
    rows = ["user,item,timestamp,rating,genres"]
    taste = {u: [rng.gauss(0, 1.5) for _ in range(6)] for u in range(80)}
    genres = {i: sorted({rng.randrange(6), rng.randrange(6)}) for i in range(120)}
    for user in range(80):
        for n, item in enumerate(rng.sample(range(120), 30)):
            score = sum(taste[user][g] for g in genres[item]) / len(genres[item])
            rating = 5 if rng.random() < 1 / (1 + 2.718281828 ** (0.3 - score)) else 2
            rows.append(f"u{user},i{item},{1_600_000_000 + n},{rating},{'|'.join(f'g{g}' for g in genres[item])}")
    (folder / "small.csv").write_text("\n".join(rows) + "\n")
    (folder / "small.toml").write_text(
        'file = "small.csv"\ncategories = "genres"\nsplit = "user_order"\n'
        '[[behaviour]]\nname = "like"\ncolumn = "rating"\nat_least = 4\n')
    path = folder / "run.toml"
    path.write_text(
        'data.name = "small.toml"\n'
        'response_model.model = "mf"\n'
        'env.slate_size = 3\nenv.budget = 6\n'
        'agent.name = "ppo"\nplanner.name = "none"\n'
        'train.seeds = [1, 2]\ntrain.iterations = 3\ntrain.sessions = 16\ntrain.slots = 16\n'
        'agent.warm_start.steps = 5\n')
    return path


_folder = None


def folder():
    """A folder for the files of this test program, with a cache of its own."""
    global _folder
    if _folder is None:
        _folder = pathlib.Path(tempfile.mkdtemp(prefix="lerl-test-"))
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
        os.environ["LERL_CACHE_DIR"] = str(_folder / "cache")
    return _folder


def small_world(**sets):
    import lerl
    return lerl.load(small_config(folder()), **sets)


def resident_bytes():
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
