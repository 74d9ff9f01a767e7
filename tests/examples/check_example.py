"""Runs an example from the project's folder and compares what it prints with examples/NAME.expected.

usage: check_example.py NAME COMMAND...
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    name, command = sys.argv[1], sys.argv[2:]
    source, = (path for path in (ROOT / "examples").glob(f"{name}.*") if path.suffix in (".cc", ".sh"))
    lines = len(source.read_text().splitlines())
    assert lines <= 60, f"{source.name} has {lines} lines; an example has at most 60"
    with tempfile.TemporaryDirectory(prefix="lerl-example-") as cache:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "LERL_CACHE_DIR": cache},
                              capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expected = (ROOT / "examples" / f"{name}.expected").read_text()
    if done.stdout != expected:
        sys.exit("\n".join(difflib.unified_diff(expected.splitlines(), done.stdout.splitlines(),
                                                f"examples/{name}.expected", "printed",
                                                lineterm="")))


if __name__ == "__main__":
    main()
