"""Finding good settings from a terminal: a search and a range test are begun, followed, and told as JSON."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any, Final, TextIO

from playground.data.types import Dataset
from playground.errors import RunError
from playground.launch.rates import RatesState
from playground.recipe import Recipe
from playground.search import SEARCHED, SearchState, SearchTrial
from playground.search.space import can_vary
from playground.search.types import ACTIVE
from playground.tasks import get_task
from playground.workbench import LOCAL_OWNER, Workbench

_POLL_SECONDS: Final = 0.25
_MINUTES: Final = 5.0


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """What a search is told beside what ``train`` is told."""
    parser.add_argument("--minutes", type=float, default=_MINUTES, metavar="N", help=f"longest duration (default: {_MINUTES:g})")
    parser.add_argument(
        "--over", metavar="NAMES", help=f"what may change, with commas between: {','.join(SEARCHED)} (default: all that can)"
    )
    parser.add_argument("--save", type=Path, metavar="RECIPE.json", help="write the best recipe there, for train --recipe")


def search(bench: Workbench, recipe: Recipe, dataset: Dataset, options: argparse.Namespace, out: TextIO) -> SearchState:
    """Begin a search and follow it to its end; Ctrl-C ends it and keeps what was found.

    :raises PlaygroundError: if it cannot begin, or why it failed.
    """
    over = [name.strip() for name in options.over.split(",") if name.strip()] if options.over is not None else can_vary(recipe)
    bench.start_search(dataset.fingerprint, recipe, LOCAL_OWNER, over=over, minutes=options.minutes)
    told: set[tuple[int, str]] = set()
    while True:
        try:
            bench.tick()  # without a page, this process is who begins what waits
            state = bench.search(dataset.fingerprint, LOCAL_OWNER)
            _tell(state, told, out)
            if state.status not in ACTIVE:
                break
            time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            bench.stop_search(dataset.fingerprint, LOCAL_OWNER)
            out.write("stopping\n")
    if state.status == "failed" and state.error is not None:
        raise state.error
    if options.save is not None:
        if state.best is None:
            raise RunError("search_nothing_found")
        _save(options.save, state.best.recipe)
    return state


def range_test(bench: Workbench, recipe: Recipe, dataset: Dataset, out: TextIO) -> RatesState:
    """Make a range test and wait for it. :raises PlaygroundError: if it cannot begin, or why it failed."""
    bench.test_rates(dataset.fingerprint, recipe, LOCAL_OWNER)
    out.write("training steps at rising learning rates\n")
    while (state := bench.rates(dataset.fingerprint, recipe)).status in ACTIVE:
        bench.tick()
        time.sleep(_POLL_SECONDS)
    if state.error is not None:
        raise state.error
    return state


def search_json(state: SearchState) -> dict[str, Any]:
    """The best recipe and every trial."""
    assert state.request is not None
    best, start = state.best, state.start
    return {
        "status": state.status,
        "ending": state.ending,
        "best": _settings(best, state) if best else None,
        "trial": best.number if best else None,
        "metric": get_task(state.request.recipe.task).watched_metric,
        "value": best.value if best else None,
        "start_value": start.value if start else None,
        "validation_rows": state.request.validation_rows,
        "trials": [
            {
                "number": trial.number, "settings": _settings(trial, state), "value": trial.value, "state": trial.status,
                "seconds": round(trial.seconds, 2), "course": [list(point) for point in trial.course],
            }
            for trial in state.trials
        ],
        "seconds": round(state.seconds, 2),
    }  # fmt: skip


def rates_json(state: RatesState) -> dict[str, Any]:
    """The suggestion and every step."""
    test = state.test
    lowest = test.lowest if test else None
    return {
        "suggestion": state.suggestion,
        "lowest": {"learning_rate": lowest[0], "loss": lowest[1]} if lowest else None,
        "diverged": bool(test and test.diverged),
        "points": [list(point) for point in test.points] if test else [],
    }


def _save(path: Path, recipe: Recipe) -> None:
    """:raises RunError: "recipe_not_written"."""
    try:
        path.write_text(recipe.to_json() + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError("recipe_not_written", name=str(path), reason=error.strerror or type(error).__name__) from error


def _settings(trial: SearchTrial, state: SearchState) -> dict[str, Any]:
    """What varied, and the adapter's scale, which goes with its rank."""
    assert state.request is not None
    settings: dict[str, Any] = dict(trial.settings(state.request.over))
    return settings | ({"lora_alpha": trial.recipe.lora_alpha} if "lora_r" in settings else {})


def _tell(state: SearchState, told: set[tuple[int, str]], out: TextIO) -> None:
    """A line when a trial begins and one when it ends."""
    for trial in state.trials:
        for status in ("running", trial.status):
            if (trial.number, status) not in told:
                told.add((trial.number, status))
                out.write(f"{_line(trial, status, state)}\n")
    out.flush()


def _line(trial: SearchTrial, status: str, state: SearchState) -> str:
    if status == "running":
        return f"trial {trial.number}  {'  '.join(f'{name} {value:g}' for name, value in _settings(trial, state).items())}"
    value = f"{trial.value:.4f}" if trial.value is not None else "-"
    best = "  best so far" if state.best is not None and state.best.number == trial.number else ""
    return f"  {status}  validation {value}  {trial.seconds:.1f} s{best}"
