"""Importing this makes the tests' pinned Python packages importable (`tools/setup.sh python`)."""

import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(subprocess.run(
    ["bash", str(pathlib.Path(__file__).resolve().parents[1] / "tools" / "cache.sh"), "python"], text=True,
    capture_output=True, check=True).stdout.strip())
sys.path.insert(0, str(FOLDER))
