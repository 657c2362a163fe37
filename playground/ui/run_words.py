"""One run as it stood at one moment, and what is said of it in words. Dataclasses in, text out; no server, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.recipe import LORA_METHODS, Recipe
from playground.runs.events import Stage
from playground.runs.types import ACTIVE, Run, RunState
from playground.ui import format
from playground.ui.names import metric_name, source_name, task_name
from playground.ui.scales import Scale
from playground.ui.tasks import view_of
from playground.ui.traces import Trace
from playground.words import Language, say

#: The stations shown as a path, in the order a run passes them; downloading is part of loading.
STATIONS: Final[tuple[Stage, ...]] = ("preparing", "loading", "references", "training", "evaluating", "saving")


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as it stood at one moment: all a view needs."""

    run: Run
    state: RunState
    trace: Trace
    #: Name of the metric of its curve: the one its task watches on the validation split.
    metric: str
    #: Best validation metric of the same recipe without varied copies; None if there is no such run.
    without_variations: float | None = None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state.status in ACTIVE

    @property
    def scale(self) -> Scale:
        """How the values of its metric are written and drawn."""
        return view_of(self.run.recipe.task).scale(self.metric)

    @property
    def share(self) -> float | None:
        """How far the present stage is, 0 to 1; None where nobody knows."""
        step, download = self.trace.step, self.trace.download
        if self.state.status == "finished":
            return 1.0
        if self.state.stage == "downloading" and download and download.total_bytes:
            return min(1.0, download.done_bytes / download.total_bytes)
        if self.state.stage in ("training", None, "evaluating", "saving") and step and step.total_steps:
            return self._seeds_share if self.run.recipe.seeds > 1 else min(1.0, step.step / step.total_steps)
        return None

    @property
    def _seeds_share(self) -> float:
        """The same of all seeds together."""
        now = self.trace.seed or self.trace.step
        assert now is not None
        before = self.trace.seed.number - 1 if self.trace.seed else 0
        return min(1.0, (before + now.step / max(1, now.total_steps)) / self.run.recipe.seeds)


def compared(view: RunView, others: Sequence[RunView]) -> RunView:
    """``view`` with what the newest finished run among ``others`` reached on the same data whose recipe differs in one thing: it made
    no varied copies."""
    recipe = view.run.recipe
    if recipe.augmentation == "none" or view.state.status != "finished":
        return view
    wanted = replace(recipe, augmentation="none")
    for other in others:
        alike = other.run.dataset == view.run.dataset and replace(other.run.recipe, augmentation_share=wanted.augmentation_share) == wanted
        if alike and other.state.status == "finished" and (best := other.trace.best):
            return replace(view, without_variations=best.metric)
    return view


def recipe_line(recipe: Recipe, language: Language) -> str:
    """The choices that matter most, in one line: "text classification · MiniLM · LoRA r 16 · nf4 · lr 0.001"."""
    method = say(f"method.{recipe.method}", language)
    start = "" if recipe.lora_init == "default" else f" {recipe.lora_init}"
    parts = [
        task_name(recipe.task, language),
        model_title(recipe.model),
        f"{method} r {recipe.lora_r}{start}" if recipe.method in LORA_METHODS else method,
    ]
    if recipe.quantization != "none":
        parts.append(recipe.quantization)
    parts.append(f"lr {format.number(recipe.learning_rate)}")
    return " · ".join(parts)


def model_title(model_id: str) -> str:
    """The catalogue's name of a model, or the id of one this version no longer lists."""
    try:
        return get_model(model_id).title
    except ModelError:
        return model_id


def sentence(view: RunView, language: Language) -> str:
    """How the run stands, in one plain sentence."""
    state, trace = view.state, view.trace
    if state.status in ("waiting", "stopping", "prepared"):
        return say(f"runs.stage.{state.status}", language, position=state.position)
    if state.status == "running":
        return _stage_sentence(view, language)
    if state.status == "stopped":
        if not trace.kept_step or trace.step is None:
            return say("runs.stage.stopped.empty", language)
        return say("runs.stage.stopped", language, step=trace.step.step, total=trace.step.total_steps, kept=trace.kept_step)
    time = format.duration(state.seconds, language)
    if state.status == "failed":
        return say("runs.stage.failed", language, time=time)
    best = trace.best
    if best is None:
        return say("runs.stage.finished.bare", language, time=time)
    metric, value = metric_name(view.metric, language), view.scale.shown(best.metric)
    return format.close_up(say("runs.stage.finished", language, time=time, metric=metric, value=value, step=best.step))


def status_line(view: RunView, language: Language) -> str:
    """The few words under the tab's title."""
    state, left = view.state, view.trace.left_seconds
    if state.status == "waiting":
        return say("runs.tab.waiting", language, position=state.position)
    if state.status == "running" and state.stage == "training" and left is not None and view.share is not None:
        return say("runs.tab.training", language, percent=round(100 * view.share), left=format.clock(left))
    if state.status == "running":
        station = station_of(state.stage)
        return say(f"runs.station.{station}" if station in STATIONS else "runs.stage.other", language) + " …"
    if state.status == "finished":
        return say("runs.tab.finished", language, time=format.duration(state.seconds, language))
    return say(f"runs.status.{state.status}", language)


def station_of(stage: Stage | None) -> Stage:
    """The station of a stage; before the first event a run is preparing."""
    return "preparing" if stage is None else "loading" if stage == "downloading" else stage


def _stage_sentence(view: RunView, language: Language) -> str:
    stage, download, seed = view.state.stage, view.trace.download, view.trace.seed
    if stage is None:
        return say("runs.stage.starting", language)
    if stage == "downloading" and download:
        source = source_name(download.source, language)
        done, total = format.size(download.done_bytes / 1e6), format.size(download.total_bytes / 1e6)
        return say("runs.stage.downloading.progress", language, source=source, done=done, total=total)
    if stage == "training" and seed and seed.number + (seed.metric is not None) <= seed.count:
        return say("runs.stage.seed", language, number=seed.number + (seed.metric is not None), count=seed.count)
    return say(f"runs.stage.{stage}" if stage in STATIONS or stage == "downloading" else "runs.stage.other", language)
