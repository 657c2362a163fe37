"""A job beside the runs (``launch.errands``) from its first word to its last, whatever happens in it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.runs.events import FailedEvent, StageEvent, StoppedEvent
from playground.runs.folder import RunFolder, write_json
from playground.runs.writer import EventWriter
from playground.training.before_torch import prepare_process
from playground.training.entry import Interrupted, explain

#: Does what a folder asks for; what it returns becomes ``result.json``.
Work = Callable[[RunFolder, EventWriter], dict[str, Any]]


def carry_out(folder: Path, work: Work) -> int:
    """Never raises for what goes wrong in ``work``: that becomes an event and a traceback on stderr.

    ``work`` is called with the process prepared, so it may import torch; this module does not.

    :returns: the exit code: 0 when the result is there, 1 when it failed, 130 when a person stopped it.
    """
    files = RunFolder(folder.resolve())
    writer = EventWriter(files.path)
    writer.append(StageEvent(stage="preparing"))
    prepare_process()
    try:
        result = work(files, writer)
    except Interrupted:
        writer.append(StoppedEvent(step=0))
        return 130
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        writer.append(FailedEvent(code=code, facts=facts))
        return 1
    write_json(files.result, result)
    return 0
