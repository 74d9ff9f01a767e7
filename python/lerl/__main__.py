"""`python -m lerl ARGUMENTS` is `lerl ARGUMENTS`, the program of this wheel."""

import os
import sys

from lerl.training import program


def main() -> None:
    path = program()
    os.execv(path, [path, *sys.argv[1:]])


if __name__ == "__main__":
    main()
