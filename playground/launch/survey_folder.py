"""What lies in a survey's folder beside the files every child's folder has, and who writes it.

<workspace>/surveys/<key>/{survey.json, rows.parquet}      app, when it is asked for
                          launch.json, console.log          app, when it begins
                          progress.json                     the child, as it goes
                          events.jsonl                      the child, if it fails
                          points.parquet, result.json       the child, last
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import pandas as pd
import psutil

from playground.data.survey import SurveyStage, SurveyState
from playground.data.types import TaskName
from playground.errors import DatasetError
from playground.launch.process import signal_group
from playground.runs.folder import EVENTS, EXIT, LAUNCH, LOG, RunFolder, read_json, write_json
from playground.runs.process import ProcessId
from playground.runs.records import Launch, mark
from playground.runs.state import is_alive

REQUEST: Final = "survey.json"
ROWS: Final = "rows.parquet"
PROGRESS: Final = "progress.json"
#: Rows looked at, evenly over the file; beyond that the picture does not change and the wait does.
MOST_ROWS: Final = 20_000
#: Tokens of a text that are read; its length is counted to the end.
MOST_TOKENS: Final = 256
#: Texts up to which the map is drawn by t-SNE; beyond that by PCA, which shows less but takes no time.
MOST_MAPPED: Final = 5_000
#: Seconds a killed child is waited for.
_PATIENCE: Final = 5.0


def survey_key(rows: pd.DataFrame, model_id: str, task: TaskName) -> str:
    """Names a survey: other rows, row numbers, labels or another model give another key. 16 hexadecimal digits.

    :param rows: as ``data.rows.example_rows`` gives them, after the steps.
    """
    digest = hashlib.sha256("\0".join([model_id, task, *map(str, rows.columns)]).encode())
    digest.update(pd.util.hash_pandas_object(rows, index=True).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def write_request(folder: Path, rows: pd.DataFrame, model_id: str, task: TaskName, vectors: Path) -> None:
    """A new folder with what is asked, made aside and renamed, so that nobody ever starts half of it.

    :param vectors: where vectors of texts are kept.
    :raises DatasetError: "survey_no_text"; "survey_disk".
    """
    with_text = rows[rows["text"].astype(str).str.strip() != ""]
    if with_text.empty:
        raise DatasetError("survey_no_text")
    places = np.unique(np.linspace(0, len(with_text) - 1, min(len(with_text), MOST_ROWS)).astype(int))
    request: dict[str, Any] = {
        "model": model_id, "task": task, "total_rows": len(with_text), "asked": time.time(),
        "tokens": MOST_TOKENS, "mapped": MOST_MAPPED, "vectors": str(vectors),
    }  # fmt: skip
    draft = folder.with_name(f".new-{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir()
        with_text.iloc[places].to_parquet(draft / ROWS, index=True)
        write_json(draft / REQUEST, request)
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise DatasetError("survey_disk") from error


def asked(folder: Path) -> float:
    """When it was asked for, in seconds since the epoch."""
    return float((read_json(folder / REQUEST) or {}).get("asked", 0.0))


def read_progress(folder: Path) -> SurveyState:
    """How far a running one is."""
    values = read_json(folder / PROGRESS) or {}
    stages: tuple[SurveyStage, ...] = get_args(SurveyStage)
    stage: SurveyStage = next((stage for stage in stages if stage == values.get("stage")), "starting")
    return SurveyState("running", stage, int(values.get("done", 0)), int(values.get("total", 0)))


def end_child(folder: Path) -> None:
    """Kill it and see it gone. Everything it writes appears by rename, so there is nothing to wait for."""
    files = RunFolder(folder)
    launch = Launch.read(files)
    if launch is None or launch.process is None:
        return
    signal_group(launch.process, mark(files, launch.attempt), signal.SIGKILL)
    deadline = time.monotonic() + _PATIENCE
    while (is_alive(files, launch) or _uncollected(launch.process)) and time.monotonic() < deadline:
        time.sleep(0.01)


def forget_attempts(folder: Path) -> None:
    """As if it had never begun: it waits."""
    for name in (EVENTS, LOG, PROGRESS, EXIT, LAUNCH):  # the launch last: without it the survey waits
        (folder / name).unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """End it and remove all of it."""
    if not folder.is_dir():
        return
    end_child(folder)
    # Gone for everyone at once; the removal itself may take a while.
    trash = folder.with_name(f".trash-{folder.name}")
    shutil.rmtree(trash, ignore_errors=True)
    folder.rename(trash)
    shutil.rmtree(trash, ignore_errors=True)


def _uncollected(process: ProcessId) -> bool:
    """Whether its app has yet to write down how it ended, which must not happen into the files of the next attempt."""
    with suppress(psutil.Error):
        return process.matches(psutil.Process(process.pid))
    return False
