"""``python -m playground.training.trial FOLDER``: a few steps of the recipe a folder asks about, timed; the answer is its result.json.

Exit codes: 0 measured, 1 failed (the cause is in the folder's events). ``measure`` does the work; what is asked and answered is described
in ``launch.trial``.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playground.runs.folder import RunFolder
from playground.runs.writer import EventWriter
from playground.training.errand import carry_out


def trial(folder: Path) -> int:
    """Measure what ``folder`` asks for; see ``errand.carry_out``."""
    return carry_out(folder, _measured)


def _measured(files: RunFolder, writer: EventWriter) -> dict[str, Any]:
    from playground.training.measure import measure

    return asdict(measure(files))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.training.trial", description="Time a few steps of a recipe.")
    parser.add_argument("folder", type=Path)
    return trial(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
