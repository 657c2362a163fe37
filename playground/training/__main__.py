"""``python -m playground.training RUN_FOLDER [--time-budget SECONDS]``: what ``accelerate launch`` starts.

Exit codes: 0 finished, 1 failed, 3 paused (the time budget ended), 130 stopped by a person. Under a launcher of ours the last two are 0,
too: accelerate takes any other code for a fault and ends the console log with a traceback of its own; the run's events say how it ended.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playground.runs.process import MARK
from playground.training.entry import train


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.training", description="Train the run that lies in a folder.")
    parser.add_argument("run_folder", type=Path)
    parser.add_argument("--time-budget", type=float, default=None, metavar="SECONDS", help="pause with a checkpoint after this long")
    arguments = parser.parse_args()
    outcome = train(arguments.run_folder, arguments.time_budget)
    return 0 if MARK in os.environ and outcome.ending in ("stopped", "paused") else outcome.exit_code


if __name__ == "__main__":
    sys.exit(main())
