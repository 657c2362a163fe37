"""The Train tab: the base model, how thoroughly, what it will cost, every setting, and Start."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from playground.data.types import Dataset
from playground.errors import PlaygroundError
from playground.estimate.remedies import RemedyCode
from playground.launch.command import without_paths
from playground.models.cache import cached
from playground.models.catalogue import Model, get_model
from playground.models.scratch import SCRATCH
from playground.recipe import PRESETS, Preset, Recipe, settings_for
from playground.tasks import get_task
from playground.ui import train_models
from playground.ui import train_views as views
from playground.ui.html import empty_html, note_html
from playground.ui.session import BUSY, QUIET, Page, block, go_to, status_html
from playground.ui.train_estimate import (
    OutlookParts,
    build_outlook,
    estimate_html,
    is_news,
    look_ahead,
    outlook_updates,
    presets,
    remedied,
    tried,
    unknown_html,
)
from playground.ui.train_fields import Field, build_fields, readable, recipe_of
from playground.ui.train_varied import balance_html, varied_html
from playground.words import Language, say

#: Looks never pile up and never wait for other visitors. They go through the queue: only there Gradio tells that a state changed.
POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}
#: What a newcomer starts with.
FIRST_PRESET: Final[Preset] = "quick"


@dataclass(frozen=True, slots=True)
class TrainParts:
    """The components of this tab."""

    gate: gr.Column
    gate_text: gr.HTML
    gate_action: gr.Button
    form: gr.Column
    card: gr.HTML
    model: gr.Radio
    other: train_models.ModelParts
    preset: gr.Radio
    advanced: gr.Accordion
    fields: tuple[Field, ...]
    #: What becomes of the training rows by these settings.
    changed: gr.HTML
    command: gr.HTML
    problems: gr.HTML
    estimate: gr.HTML
    outlook: OutlookParts
    message: gr.HTML
    start: gr.Button


def build(page: Page) -> TrainParts:
    """The layout, top to bottom as it is read."""
    t = page.t
    with gr.Column(visible=True, elem_id="train-gate") as gate:
        gate_text = block("")
        gate_action = gr.Button(t("train.empty.action"), variant="primary", elem_classes="pg-empty-action", elem_id="train-to-data")
    with gr.Column(visible=False, elem_id="train-form") as form:
        card = block("")
        with gr.Accordion(t("train.model.other"), open=False, elem_classes="pg-fold", elem_id="train-models"):
            model = gr.Radio([], show_label=False, container=False, elem_classes="pg-options", elem_id="train-model")
            other = train_models.build(page)
        gr.Markdown(t("train.preset"), elem_classes="pg-title")
        preset = gr.Radio([], show_label=False, container=False, elem_classes="pg-options", elem_id="train-preset")
        with gr.Accordion(t("train.advanced"), open=False, elem_classes="pg-fold pg-boxed", elem_id="train-advanced") as advanced:
            fields = build_fields(page)
            changed = block("", visible=False, elem_id="train-changed")
        with gr.Accordion(t("train.command"), open=False, elem_classes="pg-fold pg-boxed", elem_id="train-exact"):
            command = block()
        problems = block("", visible=False)
        outlook = build_outlook(page)
        message = block("", visible=False, elem_id="train-message")
        with gr.Row(elem_classes="pg-actions"):
            estimate = block("")
            start = gr.Button(t("train.start"), variant="primary", elem_classes="pg-primary", elem_id="train-start")
    return TrainParts(
        gate, gate_text, gate_action, form, card, model, other, preset, advanced, fields, changed, command, problems, estimate, outlook,
        message, start,
    )  # fmt: skip


def wire(page: Page, parts: TrainParts, all_parts: Mapping[str, Any]) -> None:
    """What happens on every action of this tab."""
    inputs = [field.input for field in parts.fields]
    notes = [field.note for field in parts.fields]
    places = [field.place for field in parts.fields]
    who: list[Any] = [page.language, page.visitor, page.dataset_id]
    facts: list[Any] = [
        parts.problems, parts.changed, parts.estimate, parts.command, parts.start, parts.message, page.status["train"],
        *parts.outlook.outputs, *notes,
    ]  # fmt: skip
    everything: list[Any] = [parts.gate, parts.gate_text, parts.form, parts.card, parts.model, parts.preset, *inputs, *places, *facts]

    def prepare(language: str | None, visitor: str | None, dataset_id: str | None, request: gr.Request) -> dict[Any, Any]:
        tongue, owner = page.language_of(request, language), page.owner_of(request, visitor)
        try:
            dataset = page.workbench.dataset(dataset_id or "", owner) if dataset_id else None
        except PlaygroundError:
            dataset = None  # deleted, or another visitor's: the same as none
        return fill(page, parts, _Asked(dataset, owner, tongue) if dataset else None, tongue)

    def other(asked: _Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        recipe = page.workbench.preset(preset, asked.dataset, model) if preset in PRESETS else recipe_of(model, asked.dataset.task, values)
        look_ahead(page, recipe, asked.dataset, asked.owner)
        return _drawn(page, parts, asked, recipe, preset)

    def check(asked: _Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        recipe, unreadable = readable(model, asked.dataset.task, values)
        if unreadable:
            return _contradictions(page, parts, (*unreadable, *page.workbench.problems(recipe)), asked.language)
        kept = preset if preset in PRESETS and page.workbench.preset(preset, asked.dataset, model) == recipe else None
        look_ahead(page, recipe, asked.dataset, asked.owner)
        return {parts.preset: kept, **_facts(page, parts, asked, recipe)}

    def start(asked: _Asked, model: str, *values: Any) -> dict[Any, Any]:
        run = page.workbench.start(asked.dataset.fingerprint, recipe_of(model, asked.dataset.task, values), asked.owner)
        return {page.run_id: run.id, page.stepper: go_to("runs"), parts.message: gr.HTML("", visible=False)}

    def found_out(asked: _Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        drawn = check(asked, model, preset, *values)
        return {**drawn, parts.preset: presets(page, asked.dataset, model, drawn.get(parts.preset, preset), asked.language)}

    def help_with(code: RemedyCode) -> Callable[..., dict[Any, Any]]:
        def handler(asked: _Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
            recipe = recipe_of(model, asked.dataset.task, values)
            changed = remedied(page.workbench.outlook(recipe, asked.dataset), code, recipe)
            look_ahead(page, changed, asked.dataset, asked.owner)
            return _drawn(page, parts, asked, changed, preset if changed == recipe else None)

        return handler

    page.opened.then(prepare, who, everything, **QUIET)
    page.dataset_id.change(prepare, who, everything, **QUIET)
    form = [*who, parts.model, parts.preset, *inputs]
    asked = functools.partial(_of_dataset, page, parts)
    gr.on([parts.model.input, parts.preset.input], asked(other), form, everything, **QUIET)
    taken = train_models.wire(page, parts.other, parts.model)
    taken.then(asked(other), [*who, parts.other.chosen, parts.preset, *inputs], everything, **QUIET)
    gr.on([field.input.input for field in parts.fields], asked(check), form, [parts.preset, *facts], trigger_mode="always_last", **QUIET)
    for code, button in parts.outlook.remedies.items():
        button.click(asked(help_with(code)), form, everything, **QUIET)
    # Nothing is tried out before somebody looks at the settings; then a page that waits for it looks every second.
    page.tabs["train"].select(asked(check), form, [parts.preset, *facts], **QUIET)
    seen, news = parts.outlook.seen, parts.outlook.news
    page.timer.tick(lambda seen, news: news + 1 if is_news(page, seen) else gr.skip(), [seen, news], news, **POLL)
    news.change(asked(found_out), form, [parts.preset, *facts], **QUIET)
    parts.start.click(asked(start), [*who, parts.model, *inputs], [page.run_id, page.stepper, parts.message], **BUSY)
    parts.gate_action.click(lambda: go_to("data"), None, page.stepper, **QUIET)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks, about which of their datasets, in which language."""

    dataset: Dataset
    owner: str
    language: Language


def _of_dataset(page: Page, parts: TrainParts, handler: Callable[..., dict[Any, Any]]) -> Any:
    """``handler`` for the asker's dataset; what goes wrong stands in the tab's message. Inputs: language, visitor, dataset, the rest.

    The request comes first because Gradio fills it in by annotation, which ``*args`` cannot have.
    """

    def listener(request: gr.Request, language: str | None, visitor: str | None, dataset_id: str | None, *rest: Any) -> dict[Any, Any]:
        tongue, owner = page.language_of(request, language), page.owner_of(request, visitor)
        try:
            return handler(_Asked(page.workbench.dataset(dataset_id or "", owner), owner, tongue), *rest)
        except PlaygroundError as error:
            return {parts.message: gr.HTML(note_html(error, tongue), visible=True)}

    return listener


def fill(page: Page, parts: TrainParts, asked: _Asked | None, language: Language) -> dict[Any, Any]:
    """The whole tab for a dataset: the proposed model and the first preset; without one, what to do instead."""
    if asked is None:
        return _closed(page, parts, say("train.empty", language), say("train.empty.line", language), language)
    return {
        parts.gate: gr.Column(visible=False),
        parts.form: gr.Column(visible=True),
        **_drawn(page, parts, asked, page.workbench.preset(FIRST_PRESET, asked.dataset), FIRST_PRESET),
    }


def _closed(page: Page, parts: TrainParts, title: str, line: str, language: Language) -> dict[Any, Any]:
    return {
        parts.gate: gr.Column(visible=True),
        parts.gate_text: empty_html(title, line),
        parts.form: gr.Column(visible=False),
        page.status["train"]: status_html("train", say("train.status.empty", language)),
    }


def _drawn(page: Page, parts: TrainParts, asked: _Asked, recipe: Recipe, preset: Preset | None) -> dict[Any, Any]:
    dataset, language = asked.dataset, asked.language
    model, recommended = get_model(recipe.model), page.workbench.recommend(dataset)
    return {
        parts.card: views.model_html(model, dataset, recommended, language, here=cached(model.id) is not None),
        parts.model: gr.Radio(choices=views.model_choices(_offered(recommended, asked), language), value=model.id),
        parts.preset: presets(page, dataset, model.id, preset, language),
        **{field.input: getattr(recipe, field.setting.name) for field in parts.fields},
        **{field.place: gr.Column(visible=field.setting in settings_for(recipe.task)) for field in parts.fields},
        **_facts(page, parts, asked, recipe),
    }


def _offered(recommended: Model, asked: _Asked) -> Sequence[Model]:
    """The base models that can do the task, the recommended one first; for running text also those made from nothing."""
    models = train_models.offered(recommended, get_task(asked.dataset.task).kinds, asked.owner)
    return [*models, *SCRATCH] if asked.dataset.task == "language-modeling" else models


def _facts(page: Page, parts: TrainParts, asked: _Asked, recipe: Recipe) -> dict[Any, Any]:
    dataset, language = asked.dataset, asked.language
    problems = page.workbench.problems(recipe)
    if problems:
        return _contradictions(page, parts, problems, language)
    line, outlook = page.workbench.command(recipe), page.workbench.outlook(recipe, dataset)
    changed = varied_html(page.workbench.variations(dataset.fingerprint, recipe, asked.owner), language)
    changed += balance_html(dataset.labels, recipe.balance, language)
    return {
        **_contradictions(page, parts, (), language),
        parts.changed: gr.HTML(changed, visible=bool(changed)),
        parts.estimate: estimate_html(outlook.estimate, recipe, dataset, language, tried(outlook)),
        **outlook_updates(parts.outlook, outlook, language),
        parts.command: views.command_html(without_paths(line, page.workbench.home) if page.shared else line, recipe.to_json(), language),
        page.status["train"]: status_html("train", views.status_line(get_model(recipe.model), recipe, language)),
    }


def _contradictions(page: Page, parts: TrainParts, problems: Sequence[PlaygroundError], language: Language) -> dict[Any, Any]:
    by_field = {str(problem.facts.get("field", "")): problem for problem in problems}
    noted = {
        field.note: gr.HTML(views.field_note_html(by_field.get(field.setting.name), language), visible=field.setting.name in by_field)
        for field in parts.fields
    }
    return {
        parts.problems: gr.HTML(views.problems_html(problems, language), visible=bool(problems)),
        parts.start: gr.Button(interactive=not problems),
        parts.message: gr.HTML("", visible=False),
        parts.estimate: unknown_html(language),
        **outlook_updates(parts.outlook, None, language),
        page.status["train"]: status_html("train", say("train.status.problems", language, count=len(problems)), "attention"),
        **noted,
    }
