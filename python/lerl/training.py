"""Training and comparisons, by the program `lerl` of this wheel as a child process."""

from __future__ import annotations

import atexit
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lerl._engine import Error
from lerl.world import settings

if TYPE_CHECKING:
    import pandas

    from lerl.evaluation import Evaluation


def program() -> str:
    """Path of the program `lerl`: that of this wheel, else the one that the variable LERL_PROGRAM
    names, else the one on the search path."""
    named = os.environ.get("LERL_PROGRAM")
    own = pathlib.Path(__file__).parent / "bin" / "lerl"
    path = named or (str(own) if own.exists() else shutil.which("lerl"))
    if path is None or not os.access(path, os.X_OK):
        raise Error(f"the program lerl is not to be found at {path or own}; install the wheel anew, "
                    "or name a build by the variable LERL_PROGRAM")
    return path


def run_program(*arguments: str | os.PathLike[str], quiet: bool = False) -> str:
    """Runs `lerl ARGUMENTS` and returns its standard output. Progress goes to standard error unless
    `quiet`. An interrupt (Ctrl-C) is passed on: the program keeps what it has, and the next call
    goes on from there. Raises lerl.Error with the program's own words where it fails."""
    command = [program(), *(["--quiet"] if quiet else []), *map(str, arguments)]
    # Into a file, since a pipe that nobody empties would stop the program.
    with (tempfile.TemporaryFile() as output,
          subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE) as child):
        assert child.stderr is not None
        words = bytearray()
        try:
            while chunk := os.read(child.stderr.fileno(), 4096):
                words += chunk
                if not quiet:
                    os.write(sys.stderr.fileno(), chunk)
            child.wait()
            output.seek(0)
            said = output.read().decode()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            child.wait()
            raise
    if child.returncode != 0:
        lines = [line.strip() for line in words.decode(errors="replace").replace("\r", "\n").split("\n")]
        told = [line for line in lines if line.startswith(("error", "lerl"))] or [line for line in lines if line]
        raise Error(told[-1] if told else f"lerl ended with code {child.returncode}")
    return said


@dataclasses.dataclass(frozen=True)
class Run:
    """A trained run: one configuration, one folder for each of its seeds.

    folder    GROUP, with seed-1, seed-2, ... in it
    config    path of its configuration
    set       the settings that were laid over it
    """

    folder: pathlib.Path
    config: str
    set: tuple[str, ...]

    def seeds(self) -> list[int]:
        """The seeds that have a finished run."""
        found = []
        for path in self.folder.glob("seed-*"):
            number = path.name.removeprefix("seed-")
            if number.isdigit() and json.loads((path / "run.json").read_text())["status"] == "finished":
                found.append(int(number))
        return sorted(found)

    def curve(self) -> pandas.DataFrame:
        """The learning curve as a tidy pandas frame: one row for each seed, iteration and figure
        (columns seed, iteration, figure, value)."""
        import pandas
        rows: list[tuple[int, int, str, float]] = []
        for seed in self.seeds():
            for line in (self.folder / f"seed-{seed}" / "metrics.jsonl").read_text().splitlines():
                rows.extend(_figures(seed, json.loads(line)))
        return pandas.DataFrame(rows, columns=["seed", "iteration", "figure", "value"])

    def evaluate(self, users: str = "validation", out: str | os.PathLike[str] | None = None) -> Evaluation:
        """Plays held-out users by the engine of this process; see lerl.evaluate."""
        from lerl.evaluation import evaluate
        return evaluate(self, users=users, out=out)


def _figures(seed: int, line: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[int, int, str, float]]:
    iteration = line.get("iteration", 0)
    for name, value in line.items():
        if isinstance(value, dict):
            yield from _figures(seed, {"iteration": iteration, **value}, f"{prefix}{name}.")
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and name != "iteration":
            yield seed, iteration, prefix + name, value


def train(config: str | os.PathLike[str] | Mapping[str, Any], out: str | os.PathLike[str] = "runs", *,
          quiet: bool = False, **sets: Any) -> Run:
    """Trains the runs of a configuration, one for each of train.seeds, and returns them as a Run.

    config   path of a TOML file (`configs/`), or a dict of settings by their dotted names
    out      folder of runs; what is finished there is not trained again, and a run that was
             interrupted goes on
    sets     settings that are laid over it: train(..., **{"train.iterations": 10})
    """
    path, over = settings(config, sets)
    arguments = ["train", "--config", path, "--out", out]
    for item in over:
        arguments += ["--set", item]
    run_program(*arguments, quiet=quiet)
    return find_run(path, over, out)


def find_run(path: str, over: Sequence[str], out: str | os.PathLike[str]) -> Run:
    """The finished run of a configuration below a folder, as a Run."""
    from lerl._engine import find_group
    return Run(pathlib.Path(find_group(str(out), path, list(over))), path, tuple(over))


def compare(config: str | os.PathLike[str], out: str | os.PathLike[str], *, quiet: bool = False,
            smoke: bool = False) -> list[Evaluation]:
    """Runs a comparison (`configs/compare_*.toml`) and returns its rows as a list of Evaluation. The
    report lies in OUT/report.html."""
    from lerl.evaluation import Evaluation
    run_program("compare", "--config", config, "--out", out, *(["--smoke"] if smoke else []), quiet=quiet)
    rows = json.loads((pathlib.Path(out) / "results.json").read_text())
    return [Evaluation(row) for row in rows]


def _write_settings(lines: Sequence[str]) -> str:
    """Settings as a file of their own, which lives as long as the process."""
    folder = tempfile.mkdtemp(prefix="lerl-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = pathlib.Path(folder) / "settings.toml"
    path.write_text("\n".join(lines) + "\n")
    return str(path)
