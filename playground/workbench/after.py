"""What can be asked of a finished run: whether it helped, what it answers, what it is good for next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from playground.compare import Comparison, Verdict, between, compare
from playground.errors import RunError
from playground.launch.worker import PredictionWorkers
from playground.models import Model, get_model
from playground.models.adopt import register_run_model
from playground.runs.folder import RunFolder
from playground.runs.store import RunStore
from playground.runs.types import Prediction, Result, Run
from playground.runs.writing import StreamPart, WritingOptions
from playground.tasks import get_task


class AfterDoors:
    """What comes after a run; part of ``Workbench``."""

    def __init__(self, runs: RunStore, workers: PredictionWorkers) -> None:
        self.runs, self.workers = runs, workers

    def comparison(self, run_id: str, owner: str | None, base: str | None = None) -> Comparison:
        """Base against fine-tuned on the held-out rows. :raises RunError: if the run is not finished or has no such reference."""
        run = self.runs.get(run_id, owner)
        result = self._finished(run)
        if base is not None and base not in result.references:
            raise RunError("no_reference", name=base, known=", ".join(result.references))
        return compare(result, pd.read_parquet(RunFolder(run.folder).predictions), base)

    def between(self, run_id: str, other_id: str, owner: str | None) -> Verdict:
        """Whether a run answers better than another one on the held-out rows of both.

        :raises RunError: if one of them is not finished, or "run_other_rows" if they were not asked the same.
        """
        run, other = self.runs.get(run_id, owner), self.runs.get(other_id, owner)
        tasks = {self._finished(each).task for each in (run, other)}
        before, after = (pd.read_parquet(RunFolder(each.folder).predictions) for each in (other, run))
        verdict = between(get_task(run.recipe.task), before, after) if len(tasks) == 1 else None
        if verdict is None:
            raise RunError("run_other_rows", name=run.id, other=other.id)
        return verdict

    def predict(
        self, run_id: str, owner: str | None, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None
    ) -> list[Prediction]:  # fmt: skip
        """Base and fine-tuned answers from the prediction worker; ``pairs`` are the second texts for a task on pairs.

        :raises RunError: if the run is not finished.
        """
        run = self.runs.get(run_id, owner)
        self._finished(run)
        return self.workers.ask(run.folder, texts, base, pairs)

    def stream(self, run_id: str, owner: str | None, prompt: str, options: WritingOptions) -> Iterator[StreamPart]:
        """Both answers to one prompt while they are being written; closing the iterator ends the writing.

        :raises RunError: if the run is not finished.
        :raises PredictionError: "no_streaming" for a run whose answers are not written; else as ``predict``.
        """
        run = self.runs.get(run_id, owner)
        self._finished(run)
        return self.workers.stream(run.folder, prompt, options)

    def warm(self, run_id: str, owner: str | None) -> None:
        """Load a finished run into the prediction worker in the background, so that the first answer comes at once."""
        run = self.runs.get(run_id, owner)
        self._finished(run)
        self.workers.warm(run.folder)

    def adopt(self, run_id: str, owner: str) -> Model:
        """Make what a run learned from running text a base model of its owner, for later runs.

        :raises RunError: if the run is not finished, or "run_without_model" if it left no model of its own.
        :raises ModelError: if the model cannot be kept.
        """
        run = self.runs.get(run_id, owner)
        self._finished(run)
        folder = RunFolder(run.folder).pretrained
        if not folder.is_dir():
            raise RunError("run_without_model", name=run.id)
        base = get_model(run.recipe.model)
        title = f"{base.title} · {run.dataset_name}"
        return register_run_model(folder, run.id, title, None if base.origin == "scratch" else base, owner)

    def _finished(self, run: Run) -> Result:
        result = self.runs.result(run)
        if result is None:
            raise RunError("not_finished", name=run.id)
        return result
