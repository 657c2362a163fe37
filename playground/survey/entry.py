"""One survey from its first word to its last, whatever happens; imports nothing heavy before its first word."""

from __future__ import annotations

import traceback
from pathlib import Path

from playground.runs.events import FailedEvent
from playground.runs.writer import EventWriter
from playground.survey.progress import Progress
from playground.training.before_torch import prepare_process
from playground.training.entry import explain


def survey(folder: Path) -> int:
    """Take the closer look asked for in ``folder``. Never raises for what goes wrong: that becomes an event and a traceback on stderr.

    :returns: 0 when the result is there, 1 when it failed.
    """
    folder = folder.resolve()
    progress = Progress(folder)
    progress.stage("starting")
    prepare_process()
    try:
        from playground.survey.work import carry_out

        carry_out(folder, progress)
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        EventWriter(folder).append(FailedEvent(code=code, facts=facts))
        return 1
    return 0
