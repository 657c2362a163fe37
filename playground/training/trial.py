"""``python -m playground.training.trial FOLDER``: a few steps of the recipe a folder asks about, timed; the answer is its result.json.

Exit codes: 0 measured, 1 failed (the cause is in the folder's events). ``measure`` does the work; what is asked and answered is described
in ``launch.trial``.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from playground.runs.events import FailedEvent, StageEvent
from playground.runs.folder import RunFolder, write_json
from playground.runs.writer import EventWriter
from playground.training.before_torch import prepare_process
from playground.training.entry import explain


def trial(folder: Path) -> int:
    """Measure what ``folder`` asks for. Never raises for what goes wrong: that becomes an event and a traceback on stderr.

    :returns: 0 when the result is there, 1 when it failed.
    """
    files = RunFolder(folder.resolve())
    writer = EventWriter(files.path)
    writer.append(StageEvent(stage="preparing"))
    prepare_process()
    try:
        from playground.training.measure import measure

        found = measure(files)
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        writer.append(FailedEvent(code=code, facts=facts))
        return 1
    write_json(files.result, asdict(found))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.training.trial", description="Time a few steps of a recipe.")
    parser.add_argument("folder", type=Path)
    return trial(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
