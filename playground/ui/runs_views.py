"""What the Runs tab says about one run: its stage, its progress, its facts. Dataclasses in, HTML out; no server, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.events import DeviceEvent, Stage
from playground.runs.types import ACTIVE, Run, RunState
from playground.ui import format
from playground.ui.html import note_html
from playground.ui.marks import term
from playground.ui.names import metric_name, source_name, task_name
from playground.ui.run_steps import mended_html
from playground.ui.scales import Scale
from playground.ui.tasks import view_of
from playground.ui.traces import Trace
from playground.words import Language, say

#: The stations shown as a path, in the order a run passes them; downloading is part of loading.
_STATIONS: Final[tuple[Stage, ...]] = ("preparing", "loading", "references", "training", "evaluating", "saving")


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
            return min(1.0, step.step / step.total_steps)
        return None


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


def now_html(view: RunView, language: Language) -> str:
    """The head of the tab: which run, how it stands in words, how far it is, and its numbers."""
    run, status = view.run, view.state.status
    what = f'<h2>{escape(run.dataset_name)}</h2><p class="quiet">{escape(recipe_line(run.recipe, language))}</p>'
    return (
        f'<section class="run-now" data-run="{escape(run.id)}" data-status="{status}"><header>{chip_html(status, language)}{what}</header>'
        f'<div class="run-said">{_said(view, language)}</div>'
        f"{_stations(view, language)}{_bar(view)}{_facts(view, language)}{mended_html(run.steps, language)}</section>"
    )


def chip_html(status: str, language: Language) -> str:
    """A status as a small label with a sign of its own, so that colour never speaks alone."""
    return f'<span class="run-chip" data-status="{status}">{escape(say(f"runs.status.{status}", language))}</span>'


def recipe_line(recipe: Recipe, language: Language) -> str:
    """The choices that matter most, in one line: "text classification · MiniLM · LoRA r 16 · nf4 · lr 0.001"."""
    method = say(f"method.{recipe.method}", language)
    parts = [
        task_name(recipe.task, language),
        model_title(recipe.model),
        f"{method} r {recipe.lora_r}" if recipe.method in ("lora", "dora", "contrastive") else method,
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
    state, step = view.state, view.trace.step
    if state.status == "waiting":
        return say("runs.tab.waiting", language, position=state.position)
    if state.status == "running" and state.stage == "training" and step and view.share is not None:
        return say("runs.tab.training", language, percent=round(100 * view.share), left=format.clock(step.eta_seconds))
    if state.status == "running":
        station = _station(state.stage)
        return say(f"runs.station.{station}" if station in _STATIONS else "runs.stage.other", language) + " …"
    if state.status == "finished":
        return say("runs.tab.finished", language, time=format.duration(state.seconds, language))
    return say(f"runs.status.{state.status}", language)


def _station(stage: Stage | None) -> Stage:
    return "preparing" if stage is None else "loading" if stage == "downloading" else stage


def _stage_sentence(view: RunView, language: Language) -> str:
    stage, download = view.state.stage, view.trace.download
    if stage is None:
        return say("runs.stage.starting", language)
    if stage == "downloading" and download:
        source = source_name(download.source, language)
        done, total = format.size(download.done_bytes / 1e6), format.size(download.total_bytes / 1e6)
        return say("runs.stage.downloading.progress", language, source=source, done=done, total=total)
    return say(f"runs.stage.{stage}" if stage in _STATIONS or stage == "downloading" else "runs.stage.other", language)


def _said(view: RunView, language: Language) -> str:
    cause, kept = view.state.cause, view.trace.kept_step
    line = f'<p class="run-sentence" aria-live="polite">{escape(sentence(view, language))}</p>{_smaller(view, language)}'
    if view.state.status == "finished":
        return line + _variations(view, language)
    if view.state.status != "failed":
        return line
    note = note_html(cause, language) if cause else ""
    more = f'<p class="quiet">{escape(say("runs.stage.failed.kept", language, kept=kept))}</p>' if kept else ""
    return f"{line}{note}{more}"


def _smaller(view: RunView, language: Language) -> str:
    """That memory ran out, and with which smaller plan it goes on."""
    plan = view.trace.smaller
    if plan is None:
        return ""
    key = "runs.smaller.again" if plan.gradient_checkpointing else "runs.smaller"
    said = say(key, language, asked=plan.asked_batch_size, batch=plan.batch_size, accumulation=plan.gradient_accumulation)
    return f'<p class="quiet" id="run-smaller">{escape(said)}</p>'


def _variations(view: RunView, language: Language) -> str:
    """What the varied copies of a finished run did to its validation metric."""
    best = view.trace.best
    if view.run.recipe.augmentation == "none" or best is None:
        return ""
    said = say("runs.varied.alone", language)
    if view.without_variations is not None:
        metric, without = metric_name(view.metric, language), view.scale.shown(view.without_variations)
        said = say("runs.varied", language, metric=metric, value=view.scale.shown(best.metric), without=without)
    return f'<p class="quiet">{escape(said)}</p>'


def _stations(view: RunView, language: Language) -> str:
    station = _station(view.state.stage)
    if view.state.status not in ("running", "stopping") or station not in _STATIONS:
        return ""  # a newer version may know stations that this one does not
    here = _STATIONS.index(station)
    items = []
    for place, station in enumerate(_STATIONS):
        when = "done" if place < here else "here" if place == here else "ahead"
        current = ' aria-current="step"' if when == "here" else ""
        items.append(f'<li class="{when}"{current}>{escape(say(f"runs.station.{station}", language))}</li>')
    return f'<ol class="run-path">{"".join(items)}</ol>'


def _bar(view: RunView) -> str:
    share, status = view.share, view.state.status
    if status in ("waiting", "prepared") or (share is None and not view.active):
        return ""
    if share is None:
        return '<div class="run-bar open" role="progressbar"><i></i></div>'
    percent = f"{100 * share:.1f}"
    return (
        f'<div class="run-bar" data-status="{status}" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent}">'
        f'<i style="width:{percent}%"></i></div>'
    )


def _facts(view: RunView, language: Language) -> str:
    cells = [
        f"<div>{term(say(f'runs.fact.{name}', language), say(f'runs.fact.{name}.help', language), 'dt')}<dd>{escape(value)}</dd></div>"
        for name, value in _fact_values(view, language)
    ]
    return f'<dl class="run-facts">{"".join(cells)}</dl>' if cells else ""


def _fact_values(view: RunView, language: Language) -> list[tuple[str, str]]:
    state, step, device = view.state, view.trace.step, view.trace.device
    facts: list[tuple[str, str]] = []
    if step:
        facts.append(("step", f"{format.count(step.step)} / {format.count(step.total_steps)}"))
        facts.append(("epoch", f"{step.epoch:.1f} / {view.run.recipe.epochs}"))
        facts.append(("rate", format.rate(step.samples_per_second, language)))
    if step and state.stage == "training" and state.status == "running":
        facts.append(("left", format.clock(step.eta_seconds)))
    if state.seconds:
        facts.append(("elapsed" if view.active else "took", format.clock(state.seconds)))
    if device:
        facts.append(("device", _device(device, language)))
    if step:
        facts.append(("memory", format.size(step.memory_mb)))
    return facts


def _device(device: DeviceEvent, language: Language) -> str:
    kind = {"cpu": "CPU", "cuda": "GPU", "mps": "Apple GPU"}.get(device.device.partition(":")[0], device.device)
    number = {"bfloat16": "bf16", "float32": "fp32", "float16": "fp16"}.get(device.compute_dtype, device.compute_dtype)
    parts = [kind, number]
    if device.world_size > 1:
        parts.append(say("runs.processes", language, count=device.world_size))
    return " · ".join(parts)
