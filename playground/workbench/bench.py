"""The workspace as a whole: what the data half has, and recipes, runs and what comes after them."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import platformdirs

from playground.data.mending.augment import preview
from playground.data.split import split_examples
from playground.data.types import Dataset
from playground.devices import Device, find_device
from playground.errors import PlaygroundError, RecipeError
from playground.launch import again
from playground.launch.boards import Boards
from playground.launch.command import launch_command
from playground.launch.local import LocalLauncher
from playground.launch.queue import Queue
from playground.launch.survey import Surveys, training_now
from playground.launch.worker import PredictionWorkers, worker_command
from playground.models import CATALOGUE, Model, better_from_a_hub, cached, get_model, recommend
from playground.models.fit import require_usable
from playground.presets import preset_recipe
from playground.recipe import Preset, Recipe
from playground.runs.events import Event
from playground.runs.store import RunStore
from playground.runs.types import Result, Run, RunState
from playground.workbench.after import AfterDoors
from playground.workbench.data import DataDoors
from playground.workbench.fit import model_problems
from playground.workbench.outlook import OutlookDoors
from playground.workbench.search import SearchDoors

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


class Workbench(DataDoors, OutlookDoors, SearchDoors, AfterDoors):
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
        SearchDoors.__init__(self, self.home, self.device, prepare=self._prepared, training=self._training)
        OutlookDoors.__init__(self, self.home, self.device, self.runs, self.datasets, self._training, lambda: self.trying)
        AfterDoors.__init__(self, self.runs, PredictionWorkers(self.home, worker_command(self.device)))
        self.boards = Boards(self.home)
        launcher = LocalLauncher(self.runs, self.device, attend=again.attend)
        self.queue = Queue(self.runs, launcher, on_start=self._before_training)

    # Before Start

    def recommend(self, dataset: Dataset) -> Model:
        """The base model that suits this data: its task, its language, this machine, and what is here already."""
        return recommend(dataset, self.device, _here())

    def better_from_a_hub(self, dataset: Dataset) -> Model | None:
        """A base model that would suit this data better than the recommended one, but has to come from a hub."""
        return better_from_a_hub(dataset, self.device, _here())

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

    def without_pretraining(self, run: Run, owner: str | None) -> Recipe | None:
        """The same recipe on the base model that this run's own base was pretrained from, to see what that pretraining is worth.

        For a base made from nothing it is the recommended one. None for a run whose base nobody pretrained here.

        :raises ModelError: if a base model is not known any more.
        :raises DatasetError: if the run's data was deleted.
        """
        base = get_model(run.recipe.model)
        if base.origin != "run":
            return None
        before = get_model(base.made_from) if base.made_from else self.recommend(self.datasets.get(run.dataset, owner))
        return replace(run.recipe, model=before.id)

    # Runs

    def start(self, fingerprint: str, recipe: Recipe, owner: str) -> Run:
        """Split, create a run and put it in the queue; it starts at once when the device is free. The task is that of the data.

        :raises RecipeError: naming every contradiction.
        :raises ModelError: if the base model is somebody else's.
        :raises DatasetError: if the dataset is not this owner's, or it cannot be split.
        """
        recipe, splits = self._prepared(fingerprint, recipe, owner)
        dataset = self.datasets.get(fingerprint, owner)
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
        self.boards.forget(run.id)
        self.runs.delete(run)

    # Keeping house

    def tick(self) -> None:
        """Start what waits and can start, end what should have ended; called every second by the server."""
        self.queue.advance()
        self.workers.end_idle()
        self.boards.end_idle()
        self.surveys.advance()
        self.advance_search()
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
        """End the prediction worker and the boards. Runs go on: they do not depend on this process."""
        self.workers.close()
        self.boards.close()

    def _prepared(self, fingerprint: str, recipe: Recipe, owner: str) -> tuple[Recipe, pd.DataFrame]:
        """The recipe for this data, checked, and the splits it is trained and compared on; raises as ``start``."""
        dataset = self.datasets.get(fingerprint, owner)
        recipe = replace(recipe, task=dataset.task)
        require_usable(recipe.model, owner)
        if problems := self.problems(recipe):
            raise RecipeError("recipe", problems, count=len(problems))
        splits = split_examples(
            self.datasets.examples(fingerprint), validation_share=recipe.validation_share, test_share=recipe.test_share, seed=recipe.seed,
            task=dataset.task,
        )  # fmt: skip
        return recipe, splits

    def _training(self) -> bool:
        return training_now(self.runs)

    def _before_training(self, run: Run) -> None:
        self.make_way(run.owner)
        self.pause_search()
        if self.device.kind != "cpu":
            self.workers.close()  # training gets the whole device


def _here() -> set[str]:
    """Ids of the models on offer that this machine has already."""
    return {model.id for model in CATALOGUE if cached(model.id)}
