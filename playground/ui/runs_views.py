"""What the Runs tab says about one run: its stage, its progress, its facts. Dataclasses in, HTML out; no server, no files."""

from __future__ import annotations

from html import escape

from playground.runs.events import DeviceEvent
from playground.runs.types import SeveralSeeds
from playground.ui import format
from playground.ui.html import note_html
from playground.ui.marks import term
from playground.ui.names import metric_name
from playground.ui.run_steps import mended_html
from playground.ui.run_words import STATIONS, RunView, recipe_line, sentence, station_of
from playground.ui.seeds_line import seeds_line
from playground.words import Language, say


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


def _said(view: RunView, language: Language) -> str:
    cause, kept = view.state.cause, view.trace.kept_step
    line = f'<p class="run-sentence" aria-live="polite">{escape(sentence(view, language))}</p>{_smaller(view, language)}'
    if view.state.status == "finished":
        return line + _variations(view, language) + _seeds(view, language) + _next(view, language)
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


def _seeds(view: RunView, language: Language) -> str:
    """What several seeds came to."""
    task, scores = view.run.recipe.task, view.trace.scores
    if len(scores) < 2:
        return ""
    first = view.run.recipe.seed
    found = SeveralSeeds(tuple(first + number - 1 for number in sorted(scores)), tuple(scores[number] for number in sorted(scores)))
    return f'<p class="quiet" id="run-seeds">{escape(seeds_line(found, task, language))}</p>'


def _next(view: RunView, language: Language) -> str:
    """What a model that read running text is good for now."""
    if view.run.recipe.task != "language-modeling":
        return ""
    return f'<p class="quiet" id="run-next">{escape(say("compare.next.line", language))}</p>'


def _stations(view: RunView, language: Language) -> str:
    station = station_of(view.state.stage)
    if view.state.status not in ("running", "stopping") or station not in STATIONS:
        return ""  # a newer version may know stations that this one does not
    here = STATIONS.index(station)
    items = []
    for place, station in enumerate(STATIONS):
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
    left = view.trace.left_seconds
    if left is not None and state.stage == "training" and state.status == "running":
        facts.append(("left", format.clock(left)))
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
