"""Before Start, on the Train tab: what the run will take, whether it fits, what helps, and how far simple methods get without it.

Pure views of an ``Outlook`` first; then the components that show it, and how they are filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, get_args

import gradio as gr

from playground.data.types import Dataset
from playground.errors import RunError
from playground.estimate import Estimate, Remedy
from playground.estimate.remedies import RemedyCode
from playground.launch.references import BeforeTraining
from playground.recipe import PRESETS, Preset, Recipe
from playground.tasks.types import lower_is_better, tested_rows
from playground.ui.format import about, count, duration, percent, score, size
from playground.ui.html import SIGNS, esc
from playground.ui.names import metric_name
from playground.ui.session import Page, block
from playground.ui.train_views import preset_choices
from playground.words import Language, entries, say
from playground.workbench.outlook import Outlook

REMEDIES: Final[tuple[RemedyCode, ...]] = get_args(RemedyCode)
#: From this score of a simple method on there is little left to win.
_HIGH: Final = 0.95


def estimate_html(estimate: Estimate, recipe: Recipe, dataset: Dataset, language: Language, tried: str = "") -> str:
    """What Start will cost on this machine with its error band, what that rests on, and what will be done.

    :param tried: how the trial of this recipe stands, where that says more than the estimate itself.
    """
    line = say(
        "estimate", language, time=f"<b>{esc(_between(estimate, language))}</b>", memory=f"<b>{esc(_memory(estimate, language))}</b>"
    )
    ground = say(f"estimate.trial.{tried}" if tried else f"estimate.ground.{estimate.ground}", language)
    return (
        f'<p class="pg-estimate" id="train-estimate">{line}<span class="pg-muted">{esc(_plan(recipe, dataset, language))}</span>'
        f'<span class="pg-muted" id="train-ground" data-ground="{estimate.ground}">{esc(ground)}</span></p>'
    )


def _between(estimate: Estimate, language: Language) -> str:
    least, most = about(estimate.least_seconds, language), about(estimate.most_seconds, language)
    return least if least == most else say("estimate.between", language, least=least, most=most)


def _memory(estimate: Estimate, language: Language) -> str:
    return say("estimate.memory", language, size=size(estimate.memory_mb), percent=percent(estimate.memory_error, language))


def _plan(recipe: Recipe, dataset: Dataset, language: Language) -> str:
    given = dataset.splits
    validation = given.get("validation") or round(dataset.rows * recipe.validation_share)
    test = given.get("test") or round(dataset.rows * recipe.test_share)
    plan = say(
        "estimate.plan", language, count=recipe.epochs, train=count(dataset.rows - validation - test),
        validation=count(validation), test=count(test),
    )  # fmt: skip
    more = [say("estimate.given", language)] if given else []
    if (asked := tested_rows(recipe.task, test)) < test:
        more.append(say("estimate.tested", language, count=count(asked)))
    return " ".join([plan, *more])


def unknown_html(language: Language) -> str:
    """In the place of an estimate while the settings contradict each other."""
    return f'<p class="pg-estimate pg-muted" id="train-estimate">{esc(say("estimate.unknown", language))}</p>'


def tried(outlook: Outlook) -> str:
    """Which sentence about the trial says more than what the estimate rests on; "" for none."""
    if outlook.trial.status in ("waiting", "running"):
        return outlook.trial.status
    failed = outlook.trial.error is not None and outlook.trial.error.code in ("out_of_memory", "killed_memory")
    return "memory" if failed else ""


def fit_html(outlook: Outlook, language: Language) -> str:
    """Whether memory or disk is too small, and that something helps; "" where all is well."""
    lines = []
    if outlook.fit != "fits":
        need = outlook.estimate.memory_mb if outlook.fit == "too_large" else outlook.estimate.most_memory_mb
        lines.append(say(f"estimate.{outlook.fit}", language, **_both(need, outlook.room.memory_mb)))
        lines.append(say("estimate.helps.fallback", language))
        lines.append(say("estimate.helps" if outlook.remedies else "estimate.helps.none", language))
    if outlook.disk_full:
        lines.insert(0, say("estimate.disk", language, **_both(outlook.disk_mb, outlook.room.disk_mb)))
    if not lines:
        return ""
    kind = "warning" if outlook.fit == "tight" and not outlook.disk_full else "error"
    first, *rest = lines
    said = f"<p><b>{esc(first)}</b></p>" + "".join(f"<p>{esc(line)}</p>" for line in rest)
    sign = SIGNS["warning" if kind == "warning" else "error"]
    return (
        f'<div class="pg-note pg-{kind}" role="alert" id="train-fit" data-fit="{outlook.fit}">'
        f'<span class="pg-sign" aria-hidden="true">{sign}</span><div>{said}</div></div>'
    )


def _both(need: float, free: float) -> dict[str, str]:
    """Two sizes that differ as they are said, too."""
    if size(need) != size(free):
        return {"need": size(need), "free": size(free)}
    return {"need": f"{need:,.0f} MB", "free": f"{free:,.0f} MB"}


def remedy_label(remedy: Remedy, language: Language) -> str:
    """What the button of a remedy says: the change and the memory it leaves."""
    label = say(f"remedy.{remedy.code}", language, size=size(remedy.memory_mb), **remedy.facts)
    return label if remedy.fits else say("remedy.not_enough", language, label=label)


def references_html(references: BeforeTraining, task: str, language: Language) -> str:
    """One line: how far simple methods get without any fine-tuning; that there is none for running text; "" where nothing is known."""
    if references.status in ("waiting", "running"):
        return f'<p class="pg-muted" id="train-references">{esc(say("references.before.working", language))}</p>'
    if not references.scores:
        none = say(f"references.before.none.{task}", language) if task == "language-modeling" else ""
        return f'<p class="pg-muted" id="train-references">{esc(none)}</p>' if none else ""
    falls = lower_is_better(references.metric)
    ranked = sorted(references.scores.items(), key=lambda item: item[1], reverse=not falls)
    parts = [say(before_key(name, task), language, value=score(value)) for name, value in ranked]
    scores = ("，" if language == "zh" else ", ").join(parts)
    line = esc(say("references.before", language, scores=scores, metric=metric_name(references.metric, language)))
    if not falls and ranked[0][1] >= _HIGH:
        line += f" <b>{esc(say('references.before.high', language))}</b>"
    return f'<p id="train-references">{line}</p>'


def before_key(name: str, task: str) -> str:
    """The words of a simple method, in those of the task where it has its own."""
    own = f"references.before.{name}.{task}"
    return own if own in entries() else f"references.before.{name}"


def parts_html(estimate: Estimate, language: Language) -> str:
    """Where memory and time go, part by part, largest first."""
    time = estimate.time
    seconds = {"start": time.start, "references": time.references, "steps": time.steps, "evaluations": time.evaluations}
    memory = _table(say("estimate.parts.memory", language), estimate.memory.parts(), size, language)
    spent = _table(say("estimate.parts.time", language), seconds.items(), lambda value: duration(value, language), language)
    return (
        f'<details class="train-parts" id="train-parts"><summary>{esc(say("estimate.parts", language))}</summary>'
        f'<p class="pg-muted">{esc(say("estimate.parts.line", language))}</p>'
        f'<div class="train-parts-tables">{memory}{spent}</div></details>'
    )


def _table(title: str, parts: Iterable[tuple[str, float]], shown: Any, language: Language) -> str:
    ranked = sorted(parts, key=lambda part: -part[1])
    largest = max((value for _, value in ranked), default=0.0) or 1.0
    rows = "".join(
        f'<tr><th scope="row">{esc(say(f"estimate.part.{name}", language))}</th><td>{esc(shown(value))}</td>'
        f'<td class="train-part-bar" aria-hidden="true"><i style="width:{100 * value / largest:.0f}%"></i></td></tr>'
        for name, value in ranked
        if value > 0
    )
    return f"<table><caption>{esc(title)}</caption><tbody>{rows}</tbody></table>"


@dataclass(frozen=True, slots=True)
class OutlookParts:
    """The components that show an outlook."""

    references: gr.HTML
    fit: gr.HTML
    #: One button a kind of remedy, shown where it helps.
    remedies: Mapping[RemedyCode, gr.Button]
    parts: gr.HTML
    #: Names of what is found out in the background, and how it stood when it was last drawn.
    seen: gr.State
    #: Counts the looks that found something new.
    news: gr.State

    @property
    def outputs(self) -> list[Any]:
        """Everything that is drawn."""
        return [self.references, self.fit, *self.remedies.values(), self.parts, self.seen]


def build_outlook(page: Page) -> OutlookParts:
    """What stands right above Start."""
    references, fit = block(""), block("", visible=False)
    with gr.Column(elem_classes="train-remedies"):
        buttons = {
            code: gr.Button("", visible=False, size="sm", elem_id=f"train-remedy-{code.replace('_', '-')}", elem_classes="quiet-button")
            for code in REMEDIES
        }
    return OutlookParts(references, fit, buttons, block(""), gr.State(None), gr.State(0))


def outlook_updates(parts: OutlookParts, outlook: Outlook | None, task: str, language: Language) -> dict[Any, Any]:
    """The components as ``outlook`` has it; all empty for none.

    :param task: of the data.
    """
    if outlook is None:
        emptied: dict[Any, Any] = {parts.references: "", parts.fit: gr.HTML("", visible=False), parts.parts: "", parts.seen: None}
        return emptied | {button: gr.Button(visible=False) for button in parts.remedies.values()}
    offered = {remedy.code: remedy for remedy in outlook.remedies}
    fit = fit_html(outlook, language)
    return {
        parts.references: references_html(outlook.references, task, language),
        parts.fit: gr.HTML(fit, visible=bool(fit)),
        parts.parts: parts_html(outlook.estimate, language),
        parts.seen: [*outlook.keys, *outlook.found_out],
        **{
            button: gr.Button(remedy_label(offered[code], language), visible=True) if code in offered else gr.Button(visible=False)
            for code, button in parts.remedies.items()
        },
    }


def remedied(outlook: Outlook, code: RemedyCode, recipe: Recipe) -> Recipe:
    """``recipe`` with the remedy of this kind applied; as it is if that no longer helps.

    :raises RecipeError: if a setting does not take the remedy's value.
    """
    remedy = next((each for each in outlook.remedies if each.code == code), None)
    return recipe if remedy is None else remedy.applied(recipe)


def is_news(page: Page, seen: list[str] | None) -> bool:
    """Whether what is found out in the background stands otherwise than when it was drawn; cheap for a settled page."""
    if not seen or not {"waiting", "running"} & set(seen[2:]):
        return False
    return list(page.workbench.found_out((seen[0], seen[1]))) != seen[2:]


def look_ahead(page: Page, recipe: Recipe, dataset: Dataset, owner: str) -> None:
    """Let what is not known of a sound recipe be found out in the background; that it cannot be is no reason not to show the rest."""
    if not page.workbench.problems(recipe):
        with suppress(RunError):
            page.workbench.look_ahead(recipe, dataset, owner)


def presets(page: Page, dataset: Dataset, model: str, chosen: Preset | None, language: Language) -> gr.Radio:
    """The presets with what each takes on this machine, as far as that is known now."""
    bench = page.workbench
    times: dict[str, float] = {name: bench.estimate(bench.preset(name, dataset, model), dataset).seconds for name in PRESETS}
    return gr.Radio(choices=preset_choices(times, language), value=chosen)
