"""``python -m playground.training.search FOLDER``: try recipes around the one a folder asks about, until its time is over.

One process for all trials; what it finds is in the folder's ``trials.jsonl`` at every moment, ``result.json`` says that it came to its end.
A search that was ended from outside goes on where it was. It never has a test row: the app leaves them out of ``splits.parquet``.

Exit codes: 0 done, 1 failed (the cause is in the folder's events), 130 stopped.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playground.errors import RunError
from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.events import StageEvent
from playground.runs.folder import RunFolder, read_json
from playground.runs.writer import EventWriter
from playground.search.pace import expected_seconds, paces
from playground.search.record import Ended, Scored, TrialWriter, read_trials
from playground.search.space import Space
from playground.search.study import Proposal, Study
from playground.search.types import Ending, SearchRequest, SearchTrial, TrialStatus, settings_of
from playground.training.entry import explain
from playground.training.errand import carry_out

if TYPE_CHECKING:  # torch comes with it
    from playground.training.rehearsal import Performance, Rehearsal

#: Trials a search should have time for, for the advice after one whose time was too short for the first.
_WORTHWHILE: Final = 5


def search(folder: Path) -> int:
    """Carry out what ``folder`` asks for; see ``errand.carry_out``."""
    return carry_out(folder, _searched)


def _searched(files: RunFolder, writer: EventWriter) -> dict[str, Any]:
    from playground.training.rehearsal import Rehearsal
    from playground.training.say import Voice

    request = SearchRequest.from_values(read_json(files.path / REQUEST) or {})
    began = time.monotonic()
    done = read_trials(files.path, request.recipe)
    rehearsal = Rehearsal(files, request.recipe, Voice(writer))
    clock = _Clock(began - done.seconds, request.seconds)
    writer.append(StageEvent(stage="training"))
    ending = _Search(request, rehearsal, clock, TrialWriter(files.path, request.recipe), list(done.trials)).run()
    files.splits.unlink()  # nobody's texts lie about longer than they are needed
    return {"ending": ending, "seconds": clock.at}


@dataclass(frozen=True, slots=True)
class _Clock:
    """The seconds a search has worked, over all attempts."""

    began: float
    seconds: float

    @property
    def at(self) -> float:
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        return self.seconds - self.at

    @property
    def end(self) -> float:
        """By ``time.monotonic``."""
        return self.began + self.seconds


@dataclass(slots=True)
class _Search:
    request: SearchRequest
    rehearsal: Rehearsal
    clock: _Clock
    record: TrialWriter
    #: Those of an earlier attempt first.
    trials: list[SearchTrial]

    def run(self) -> Ending:
        """Try until the time is over or nothing is left to try.

        :raises RunError: if the recipe it begins with cannot be trained to its end: there would be nothing to compare with.
        """
        cut = [trial.recipe for trial in self.trials if trial.status == "running"]
        self.trials = [trial for trial in self.trials if trial.status != "running"]
        space = Space(self.request.recipe, self.request.over, self.request.rate)
        study = Study(space, self.trials, falls=self.rehearsal.falls, seed=self.request.recipe.seed)
        for recipe in cut if self.trials else [self.request.recipe]:
            self._try(study.first(recipe))
        return self._go_on(study)

    def _go_on(self, study: Study) -> Ending:
        ending: Ending = "exhausted"

        def fits(recipe: Recipe) -> bool:
            nonlocal ending
            seconds = expected_seconds(recipe, self.rehearsal.epoch_rows, paces(self.trials))
            if seconds is None or seconds <= self.clock.left:
                return True
            ending = "time"
            return False

        while self.clock.left > 0 and (proposal := study.next(fits)) is not None:
            ending = "exhausted"
            self._try(proposal)
        return ending if self.clock.left > 0 else "time"

    def _try(self, proposal: Proposal) -> None:
        number, recipe = len(self.trials), proposal.recipe
        self.record.begin(number, recipe, self.clock.at)
        course: list[tuple[float, float]] = []

        def evaluated(epoch: float, value: float) -> bool:
            course.append((epoch, value))
            self.record.write(Scored(number, epoch, value, self.clock.at))
            # What all others are compared with goes to its end.
            return proposal.scored(epoch, value) and number > 0

        done = self._performance(number, recipe, evaluated)
        status = _status(done, late=self.clock.left <= 0)
        if status == "finished" and done.value is not None:
            proposal.finish(done.value)
        else:
            proposal.give_up()
        trial = SearchTrial(number, recipe, status, tuple(course), done.value, done.seconds, done.step_seconds, done.evaluation_seconds)
        self.trials.append(trial)
        self.record.write(
            Ended(number, status, done.value, done.seconds, done.step_seconds, done.evaluation_seconds, self.clock.at)
        )  # fmt: skip
        sys.stderr.write(f"trial {number}: {status} {done.value} {settings_of(recipe, self.request.recipe)} {done.seconds:.1f} s\n")
        if number == 0 and status != "finished":
            raise self._no_beginning(trial)

    def _performance(self, number: int, recipe: Recipe, evaluated: Callable[[float, float], bool]) -> Performance:
        from playground.training.rehearsal import OUT_OF_MEMORY

        try:
            return self.rehearsal.train(recipe, evaluated, self.clock.end)
        except (MemoryError, RuntimeError) as error:
            # Too large a batch is no reason to end the search; what the search began with is.
            if number == 0 or explain(error)[0] != "out_of_memory":
                raise
        self.rehearsal.make_room()
        return OUT_OF_MEMORY

    def _no_beginning(self, trial: SearchTrial) -> RunError:
        if trial.status == "diverged":
            return RunError("loss_not_finite", step=len(trial.course), learning_rate=trial.recipe.learning_rate)
        expected = expected_seconds(trial.recipe, self.rehearsal.epoch_rows, paces([trial])) or self.request.seconds
        return RunError("search_too_short", minutes=math.ceil(expected * _WORTHWHILE / 60), given=f"{self.request.seconds / 60:g}")


def _status(done: Performance, *, late: bool) -> TrialStatus:
    if done.out_of_memory:
        return "memory"
    if done.diverged or (done.value is not None and not math.isfinite(done.value)):
        return "diverged"
    return "finished" if done.complete else "late" if late else "pruned"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.training.search", description="Try recipes around a given one.")
    parser.add_argument("folder", type=Path)
    return search(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
