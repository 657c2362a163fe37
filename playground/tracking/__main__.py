"""``python -m playground.tracking RUN_FOLDER``: write a run down for its tool until standard input is closed."""

import argparse
import os
import sys
from pathlib import Path

from playground.runs.folder import RunFolder
from playground.tracking.follow import follow, over_when_closed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m playground.tracking", description="Write a run down for TensorBoard or trackio.")
    parser.add_argument("folder", type=Path)
    folder = RunFolder(parser.parse_args().folder.resolve())
    if hasattr(os, "nice"):
        os.nice(10)  # the training goes first
    follow(folder, over_when_closed(sys.stdin.buffer))


if __name__ == "__main__":
    main()
