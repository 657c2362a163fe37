"""The workspace as a whole: what the data half has, and recipes, runs and what comes after them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import platformdirs

from playground.compare import Comparison, Verdict, between, compare
from playground.data.mending.augment import preview
from playground.data.split import split_examples
from playground.data.types import Dataset
from playground.devices import Device, find_device
from playground.errors import PlaygroundError, RecipeError, RunError
from playground.launch import again
from playground.launch.command import launch_command
from playground.launch.local import LocalLauncher
from playground.launch.queue import Queue
from playground.launch.survey import Surveys, training_now
from playground.launch.worker import PredictionWorkers, worker_command
from playground.models import CATALOGUE, Model, cached, get_model, recommend
from playground.models.adopt import register_run_model
from playground.models.fit import require_usable
from playground.presets import preset_recipe
from playground.recipe import Preset, Recipe
from playground.runs.events import Event
from playground.runs.folder import RunFolder
from playground.runs.store import RunStore
from playground.runs.types import Prediction, Result, Run, RunState
from playground.runs.writing import StreamPart, WritingOptions
from playground.tasks import get_task
from playground.workbench.data import DataDoors
from playground.workbench.fit import model_problems
from playground.workbench.outlook import OutlookDoors

#: The one owner on a person's own machine.
LOCAL_OWNER: Final = "local"
_APP_NAME: Final = "fine-tuning-playground"
_LOG: Final = logging.getLogger(__name__)


def default_home() -> Path:
    """``PLAYGROUND_HOME``, else a Space's persistent disk, else this user's data folder."""
    if named := os.environ.get("PLAYGROUND_HOME"):
        return Path(named)
    if "SPACE_ID" in os.environ and os.access("/data", os.W_OK):
        return Path("/data") / _APP_NAME
    return Path(platformdirs.user_data_dir(_APP_NAME, appauthor=False))


class Workbench(DataDoors, OutlookDoors):
    """One workspace folder, the device of this machine, and what can be done with them."""

    def __init__(self, home: Path | None = None, *, device: Device | None = None) -> None:
        """
        :param home: the workspace; made if missing. ``default_home()`` when None.
        :param device: what to train on; found when None.
        """
        self.home = (home or default_home()).expanduser().resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.device = device or find_device()
        self.runs = RunStore(self.home / "runs")
        DataDoors.__init__(self, self.home, Surveys(self.home, self.device, training=self._training))
        OutlookDoors.__init__(self, self.home, self.device, self.runs, self.datasets, self._training)
        self.workers = PredictionWorkers(self.home, worker_command(self.device))
        launcher = LocalLauncher(self.runs, self.device, attend=again.attend)
        self.queue = Queue(self.runs, launcher, on_start=self._before_training)

    # Before Start

    def recommend(self, dataset: Dataset) -> Model:
        """The base model that suits this data: its task, its language, this machine, and what is here already."""
        return recommend(dataset, self.device, {model.id for model in CATALOGUE if cached(model.id)})

    def preset(self, name: Preset, dataset: Dataset, model_id: str | None = None) -> Recipe:
        """The recipe of a preset. :raises ModelError: if the catalogue has no such model."""
        return preset_recipe(name, dataset, get_model(model_id) if model_id else self.recommend(dataset), self.device)

    def problems(self, recipe: Recipe) -> tuple[RecipeError, ...]:
        """Every contradiction, each naming its setting in ``facts["field"]``. :raises ModelError: for an unknown model."""
        model = get_model(recipe.model)
        return (*model_problems(recipe, model), *recipe.check(self.device, max_positions=model.max_positions))

    def variations(self, fingerprint: str, recipe: Recipe, owner: str) -> list[tuple[str, str]]:
        """Some texts and the copies a run with this recipe would make of them if it draws them; none without augmentation.

        :raises DatasetError: if this owner has no such dataset.
        """
        self.datasets.get(fingerprint, owner)
        if recipe.augmentation == "none":
            return []
        return preview(self.datasets.examples(fingerprint)["text"].tolist(), recipe.augmentation, recipe.seed)

    def command(self, recipe: Recipe, folder: Path | None = None) -> str:
        """The exact line Start runs, for the run's folder or for a placeholder before there is one."""
        return launch_command(folder or self.home / "runs" / "RUN", recipe, self.device).shell_line()

    # Runs

    def start(self, fingerprint: str, recipe: Recipe, owner: str) -> Run:
        """Split, create a run and put it in the queue; it starts at once when the device is free. The task is that of the data.

        :raises RecipeError: naming every contradiction.
        :raises ModelError: if the base model is somebody else's.
        :raises DatasetError: if the dataset is not this owner's, or it cannot be split.
        """
        dataset = self.datasets.get(fingerprint, owner)
        recipe = replace(recipe, task=dataset.task)
        require_usable(recipe.model, owner)
        if problems := self.problems(recipe):
            raise RecipeError("recipe", problems, count=len(problems))
        splits = split_examples(
            self.datasets.examples(fingerprint),
            validation_share=recipe.validation_share,
            test_share=recipe.test_share,
            seed=recipe.seed,
            task=dataset.task,
        )
        run = self.runs.create(recipe, splits, owner=owner, dataset=dataset)
        self.queue.put(run)
        self.queue.advance()
        return run

    def run(self, run_id: str, owner: str | None) -> Run:
        """:raises RunError: if this owner has no such run."""
        return self.runs.get(run_id, owner)

    def my_runs(self, owner: str | None) -> list[Run]:
        """Newest first."""
        return self.runs.list(owner)

    def state(self, run: Run) -> RunState:
        """How the run stands now."""
        return self.runs.state(run)

    def events(self, run: Run, offset: int = 0) -> tuple[list[Event], int]:
        """Events from a byte offset on, and the offset to ask from next."""
        return self.runs.events(run, offset)

    def log(self, run: Run, offset: int = 0) -> tuple[str, int]:
        """Console text from a byte offset on, and the offset to ask from next."""
        return self.runs.log(run, offset)

    def result(self, run: Run) -> Result | None:
        """What training measured, once it is complete."""
        return self.runs.result(run)

    def stop(self, run_id: str, owner: str | None) -> None:
        """Ask a run to stop and keep a checkpoint. :raises RunError: if it is not active."""
        self.queue.stop(self.runs.get(run_id, owner))

    def resume(self, run_id: str, owner: str | None) -> None:
        """Go on from the last checkpoint. :raises RunError: if it is active or finished."""
        run = self.runs.get(run_id, owner)
        self.runs.let_end(run)
        self.queue.resume(run)
        self.queue.advance()

    def delete(self, run_id: str, owner: str | None) -> None:
        """Remove a run for good. :raises RunError: while it is active."""
        run = self.runs.get(run_id, owner)
        self.runs.let_end(run)
        self.workers.forget(run.folder)
        self.runs.delete(run)

    # After the run

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

    # Keeping house

    def tick(self) -> None:
        """Start what waits and can start, end what should have ended; called every second by the server."""
        self.queue.advance()
        self.workers.end_idle()
        self.surveys.advance()
        self.advance_outlook()
        self._tidy(lambda owner, fingerprint: any(run.dataset == fingerprint for run in self.runs.list(owner)))

    def keep_house(self, stop: threading.Event) -> threading.Thread:
        """A daemon thread that ticks every second until ``stop`` is set."""

        def ticking() -> None:
            while not stop.wait(1.0):
                try:
                    self.tick()
                except (PlaygroundError, OSError):
                    _LOG.exception("the queue could not be looked after; trying again in a second")

        thread = threading.Thread(target=ticking, name="playground-tick", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """End the prediction worker. Runs go on: they do not depend on this process."""
        self.workers.close()

    def _finished(self, run: Run) -> Result:
        result = self.runs.result(run)
        if result is None:
            raise RunError("not_finished", name=run.id)
        return result

    def _training(self) -> bool:
        return training_now(self.runs)

    def _before_training(self, run: Run) -> None:
        self.make_way(run.owner)
        if self.device.kind != "cpu":
            self.workers.close()  # training gets the whole device
