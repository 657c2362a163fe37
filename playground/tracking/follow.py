"""Follows a run's events and writes them down until told that there will be no more."""

from __future__ import annotations

import json
import threading
import time
from typing import BinaryIO, Final

import pandas as pd

from playground.compare import Comparison, compare
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json
from playground.runs.reading import read_events
from playground.runs.types import Result
from playground.tasks import get_task, lower_is_better
from playground.tracking.log import Log, Settings, log_for
from playground.tracking.points import Story, conclusion
from playground.words import say

#: Seconds between two looks.
_POLL: Final = 0.5


def follow(folder: RunFolder, over: threading.Event) -> None:
    """Write down what the run in ``folder`` says until ``over`` is set and everything is read.

    The log is written anew with the first step an attempt makes, so an attempt that never gets so far leaves the earlier one as it is.

    :raises OSError: if the disk is full; what else the tool's library raises ends the process as well.
    """
    recipe = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    story, log, offset, ended = Story(get_task(recipe.task).watched_metric), None, 0, False
    while not ended:
        ended = over.wait(_POLL)
        page = read_events(folder.events, offset)
        offset = page.offset
        new = [point for event in page.events for point in story.add(event)]
        if log is not None and new:
            log.add(new)
        elif log is None and (story.stepped or (ended and (story.goes_on or folder.result.exists()))):
            log = log_for(recipe.tracking, folder.tracking, folder.path.name)
            log.begin(settings_of(folder, recipe), story.points)
    if log is not None and folder.result.exists():
        _conclude(log, folder)


def settings_of(folder: RunFolder, recipe: Recipe) -> Settings:
    """What the run was made with: its data by name, and every setting."""
    return {"dataset": str((read_json(folder.run) or {}).get("dataset_name", "")), **json.loads(recipe.to_json())}


def _conclude(log: Log, folder: RunFolder) -> None:
    result = Result.from_json(folder.result.read_text(encoding="utf-8"))
    comparison = compare(result, pd.read_parquet(folder.predictions))
    log.end(list(conclusion(result, comparison, time.time())), verdict_sentence(comparison))


def verdict_sentence(comparison: Comparison) -> str:
    """The verdict as the Compare tab begins, in English as the tools are."""
    verdict = comparison.verdict
    falls = ".falls" if lower_is_better(verdict.metric) and verdict.outcome != "cannot_tell" else ""
    numbers = {name: f"{getattr(verdict, name):.3f}" for name in ("base", "tuned", "low", "high")}
    return say(
        f"compare.verdict.{verdict.outcome}{falls}", "en", metric=say(f"metric.{verdict.metric}", "en"), count=verdict.rows, **numbers
    )  # fmt: skip


def over_when_closed(stream: BinaryIO) -> threading.Event:
    """Set once nobody holds the other end of a pipe: whoever started this process said so, or is gone."""
    over = threading.Event()

    def wait() -> None:
        stream.read()
        over.set()

    threading.Thread(target=wait, name="tracking-over", daemon=True).start()
    return over
