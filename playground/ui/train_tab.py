"""The Train tab: the base model, how thoroughly, what it will cost, every setting, and Start."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

import gradio as gr

from playground.errors import PlaygroundError
from playground.estimate.remedies import RemedyCode
from playground.recipe import PRESETS, Preset, Recipe
from playground.ui import next_base, train_models, train_search
from playground.ui.html import note_html
from playground.ui.session import BUSY, QUIET, Page, block, go_to
from playground.ui.train_estimate import (
    build_outlook,
    is_news,
    look_ahead,
    presets,
    remedied,
)
from playground.ui.train_fields import as_tracked, build_fields, readable, recipe_of
from playground.ui.train_look import Asked, TrainParts, contradictions, drawn, facts, fill

#: Looks never pile up and never wait for other visitors. They go through the queue: only there Gradio tells that a state changed.
POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}


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
        why = block()
        search = train_search.build(page)
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
        gate, gate_text, gate_action, form, card, model, other, preset, why, search, advanced, fields, changed, command, problems, estimate,
        outlook, message, start,
    )  # fmt: skip


def wire(page: Page, parts: TrainParts, all_parts: Mapping[str, Any]) -> None:
    """What happens on every action of this tab."""
    inputs = [field.input for field in parts.fields]
    notes = [field.note for field in parts.fields]
    places = [field.place for field in parts.fields]
    who: list[Any] = [page.language, page.visitor, page.dataset_id]
    told: list[Any] = [
        parts.why, parts.problems, parts.changed, parts.estimate, parts.command, parts.start, parts.message, page.status["train"],
        *parts.outlook.outputs, *notes,
    ]  # fmt: skip
    everything: list[Any] = [parts.gate, parts.gate_text, parts.form, parts.card, parts.model, parts.preset, *inputs, *places, *told]

    def prepare(
        language: str | None, visitor: str | None, dataset_id: str | None, base_id: str | None, request: gr.Request
    ) -> dict[Any, Any]:  # fmt: skip
        tongue, owner = page.language_of(request, language), page.owner_of(request, visitor)
        try:
            dataset = page.workbench.dataset(dataset_id or "", owner) if dataset_id else None
        except PlaygroundError:
            dataset = None  # deleted, or another visitor's: the same as none
        base = next_base.remembered(base_id, owner)
        return fill(page, parts, Asked(dataset, owner, tongue) if dataset else None, tongue, base)

    def go_on_with(
        language: str | None, visitor: str | None, dataset_id: str | None, base_id: str | None, request: gr.Request
    ) -> Any:  # fmt: skip
        """As ``prepare``, once there is a model to go on with; that another one was chosen by hand changes nothing more."""
        return prepare(language, visitor, dataset_id, base_id, request) if base_id else gr.skip()

    def other(asked: Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        recipe = page.workbench.preset(preset, asked.dataset, model) if preset in PRESETS else recipe_of(model, asked.dataset.task, values)
        recipe = as_tracked(recipe, values)
        look_ahead(page, recipe, asked.dataset, asked.owner)
        return drawn(page, parts, asked, recipe, preset)

    def check(asked: Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        recipe, unreadable = readable(model, asked.dataset.task, values)
        if unreadable:
            return contradictions(page, parts, (*unreadable, *page.workbench.problems(recipe)), asked.language)
        kept = preset if preset in PRESETS and page.workbench.preset(preset, asked.dataset, model) == recipe else None
        look_ahead(page, recipe, asked.dataset, asked.owner)
        return {parts.preset: kept, **facts(page, parts, asked, recipe)}

    def start(asked: Asked, model: str, *values: Any) -> dict[Any, Any]:
        run = page.workbench.start(asked.dataset.fingerprint, recipe_of(model, asked.dataset.task, values), asked.owner)
        return {page.run_id: run.id, page.stepper: go_to("runs"), parts.message: gr.HTML("", visible=False)}

    def found_out(asked: Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
        checked = check(asked, model, preset, *values)
        return {**checked, parts.preset: presets(page, asked.dataset, model, checked.get(parts.preset, preset), asked.language)}

    def adopt(asked: Asked, chosen: list[Any] | None, *values: Any) -> dict[Any, Any]:
        recipe = as_tracked(Recipe.from_json(str((chosen or [0, ""])[1])), values)
        look_ahead(page, recipe, asked.dataset, asked.owner)
        return drawn(page, parts, asked, recipe, None)

    def help_with(code: RemedyCode) -> Callable[..., dict[Any, Any]]:
        def handler(asked: Asked, model: str, preset: Preset | None, *values: Any) -> dict[Any, Any]:
            recipe = recipe_of(model, asked.dataset.task, values)
            changed = remedied(page.workbench.outlook(recipe, asked.dataset), code, recipe)
            look_ahead(page, changed, asked.dataset, asked.owner)
            return drawn(page, parts, asked, changed, preset if changed == recipe else None)

        return handler

    page.opened.then(prepare, [*who, page.base_id], everything, **QUIET)
    page.dataset_id.change(prepare, [*who, page.base_id], everything, **QUIET)
    page.base_id.change(go_on_with, [*who, page.base_id], everything, **QUIET)
    parts.model.input(lambda: None, None, page.base_id, **QUIET)
    form = [*who, parts.model, parts.preset, *inputs]
    asked = functools.partial(_of_dataset, page, parts)
    gr.on([parts.model.input, parts.preset.input], asked(other), form, everything, **QUIET)
    taken = train_models.wire(page, parts.other, parts.model)
    taken.then(asked(other), [*who, parts.other.chosen, parts.preset, *inputs], everything, **QUIET)
    train_search.wire(page, parts.search, parts.model, inputs)
    parts.search.chosen.change(asked(adopt), [*who, parts.search.chosen, *inputs], everything, **QUIET)
    gr.on([field.input.input for field in parts.fields], asked(check), form, [parts.preset, *told], trigger_mode="always_last", **QUIET)
    for code, button in parts.outlook.remedies.items():
        button.click(asked(help_with(code)), form, everything, **QUIET)
    # Nothing is tried out before somebody looks at the settings; then a page that waits for it looks every second.
    page.tabs["train"].select(asked(check), form, [parts.preset, *told], **QUIET)
    seen, news = parts.outlook.seen, parts.outlook.news
    page.timer.tick(lambda seen, news: news + 1 if is_news(page, seen) else gr.skip(), [seen, news], news, **POLL)
    news.change(asked(found_out), form, [parts.preset, *told], **QUIET)
    parts.start.click(asked(start), [*who, parts.model, *inputs], [page.run_id, page.stepper, parts.message], **BUSY)
    parts.gate_action.click(lambda: go_to("data"), None, page.stepper, **QUIET)


def _of_dataset(page: Page, parts: TrainParts, handler: Callable[..., dict[Any, Any]]) -> Any:
    """``handler`` for the asker's dataset; what goes wrong stands in the tab's message. Inputs: language, visitor, dataset, the rest.

    The request comes first because Gradio fills it in by annotation, which ``*args`` cannot have.
    """

    def listener(request: gr.Request, language: str | None, visitor: str | None, dataset_id: str | None, *rest: Any) -> dict[Any, Any]:
        tongue, owner = page.language_of(request, language), page.owner_of(request, visitor)
        try:
            return handler(Asked(page.workbench.dataset(dataset_id or "", owner), owner, tongue), *rest)
        except PlaygroundError as error:
            return {parts.message: gr.HTML(note_html(error, tongue), visible=True)}

    return listener
