"""What a run would take, on the command line: the outlook of the Train tab without starting anything."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, TextIO

from playground.data.types import Dataset
from playground.recipe import Recipe
from playground.report import Json
from playground.words import Language, say
from playground.workbench import LOCAL_OWNER, Workbench
from playground.workbench.outlook import Outlook

_POLL_SECONDS: Final = 0.25
#: How background work stands while it is not done.
_UNDER_WAY: Final = frozenset({"waiting", "running"})


def measure(bench: Workbench, recipe: Recipe, dataset: Dataset, out: TextIO, language: Language) -> None:
    """Find out what is not known yet: simple references, and a few steps of a base model that is on this machine.

    Ctrl-C ends it, and what was known or found out until then stands.

    :raises RunError: if the disk is full.
    """
    bench.look_ahead(recipe, dataset, LOCAL_OWNER)
    keys = bench.outlook(recipe, dataset).keys
    out.write(say("estimate.trial.running", language) + "\n")
    out.flush()
    try:
        while _UNDER_WAY & set(bench.found_out(keys)):
            bench.advance_outlook()
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        pass  # the person has waited enough
    finally:
        bench.make_way(LOCAL_OWNER)


def outlook_json(recipe: Recipe, outlook: Outlook) -> Json:
    """Seconds and megabytes (10^6 bytes) with their bands, part by part; whether that fits, and what helps; how far simple methods get."""
    found = outlook.estimate
    time_parts = {"start": found.time.start, "references": found.time.references, "steps": found.time.steps}
    return {
        "task": recipe.task,
        "model": recipe.model,
        "method": recipe.method,
        "ground": found.ground,
        "seconds": {
            **_rounded({"likely": found.seconds, "least": found.least_seconds, "most": found.most_seconds}),
            "parts": _rounded({**time_parts, "evaluations": found.time.evaluations}),
        },
        "memory_mb": {
            **_rounded({"likely": found.memory_mb, "most": found.most_memory_mb, "free": outlook.room.memory_mb}),
            "error": round(found.memory_error, 3),
            "parts": _rounded(dict(found.memory.parts())),
        },
        "disk_mb": _rounded({"needed": outlook.disk_mb, "free": outlook.room.disk_mb}),
        "fit": outlook.fit,
        "remedies": [
            {"code": remedy.code, "set": dict(remedy.changes), "memory_mb": round(remedy.memory_mb, 1), "fits": remedy.fits}
            for remedy in outlook.remedies
        ],
        "references": {name: round(value, 6) for name, value in outlook.references.scores.items()},
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in values.items()}
