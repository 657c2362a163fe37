"""``python -m playground.survey FOLDER``. Exit codes: 0 done, 1 failed (the cause is in the folder's events)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playground.launch.process import give_way
from playground.survey.entry import survey


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.survey", description="Take the closer look that a folder asks for.")
    parser.add_argument("folder", type=Path)
    give_way()
    return survey(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
