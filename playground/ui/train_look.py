"""How the Train tab looks for a dataset and a recipe: every part of it drawn from what is known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from playground.data.types import Dataset
from playground.errors import PlaygroundError
from playground.launch.command import without_paths
from playground.models.cache import cached
from playground.models.catalogue import Model, get_model
from playground.models.scratch import SCRATCH
from playground.recipe import Preset, Recipe, settings_for
from playground.tasks import get_task
from playground.ui import next_base, train_models, train_search
from playground.ui import train_views as views
from playground.ui.html import empty_html
from playground.ui.session import Page, status_html
from playground.ui.train_estimate import (
    OutlookParts,
    estimate_html,
    outlook_updates,
    presets,
    tried,
    unknown_html,
)
from playground.ui.train_fields import Field
from playground.ui.train_varied import balance_html, varied_html
from playground.words import Language, say

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
    #: Why the method is not the usual one.
    why: gr.HTML
    search: train_search.SearchParts
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, about which of their datasets, in which language."""

    dataset: Dataset
    owner: str
    language: Language


def fill(page: Page, parts: TrainParts, asked: Asked | None, language: Language, base: Model | None = None) -> dict[Any, Any]:
    """The whole tab for a dataset: the proposed model and the first preset; without one, what to do instead.

    :param base: taken instead of the proposed model if it can do the task.
    """
    if asked is None:
        return _closed(page, parts, say("train.empty", language), say("train.empty.line", language), language)
    chosen = next_base.chosen_for(base, asked.dataset.task)
    return {
        parts.gate: gr.Column(visible=False),
        parts.form: gr.Column(visible=True),
        **drawn(page, parts, asked, page.workbench.preset(FIRST_PRESET, asked.dataset, chosen), FIRST_PRESET),
    }


def _closed(page: Page, parts: TrainParts, title: str, line: str, language: Language) -> dict[Any, Any]:
    return {
        parts.gate: gr.Column(visible=True),
        parts.gate_text: empty_html(title, line),
        parts.form: gr.Column(visible=False),
        page.status["train"]: status_html("train", say("train.status.empty", language)),
    }


def drawn(page: Page, parts: TrainParts, asked: Asked, recipe: Recipe, preset: Preset | None) -> dict[Any, Any]:
    dataset, language = asked.dataset, asked.language
    model, recommended = get_model(recipe.model), page.workbench.recommend(dataset)
    return {
        parts.card: views.model_html(model, dataset, recommended, language, here=cached(model.id) is not None)
        + train_models.better_html(page.workbench.better_from_a_hub(dataset), model, language),
        parts.model: gr.Radio(choices=views.model_choices(_offered(recommended, asked), language), value=model.id),
        parts.preset: presets(page, dataset, model.id, preset, language),
        **{field.input: getattr(recipe, field.setting.name) for field in parts.fields},
        **{field.place: gr.Column(visible=field.setting in settings_for(recipe.task)) for field in parts.fields},
        **facts(page, parts, asked, recipe),
    }


def _offered(recommended: Model, asked: Asked) -> Sequence[Model]:
    """The base models that can do the task, the recommended one first; for running text also those made from nothing."""
    models = train_models.offered(recommended, get_task(asked.dataset.task).kinds, asked.owner)
    return [*models, *SCRATCH] if asked.dataset.task == "language-modeling" else models


def facts(page: Page, parts: TrainParts, asked: Asked, recipe: Recipe) -> dict[Any, Any]:
    dataset, language = asked.dataset, asked.language
    problems = page.workbench.problems(recipe)
    if problems:
        return contradictions(page, parts, problems, language)
    line, outlook = page.workbench.command(recipe), page.workbench.outlook(recipe, dataset)
    changed = varied_html(page.workbench.variations(dataset.fingerprint, recipe, asked.owner), language)
    changed += balance_html(dataset.labels, recipe.balance, language)
    return {
        **contradictions(page, parts, (), language),
        parts.why: views.method_html(recipe, dataset, get_model(recipe.model), language),
        parts.changed: gr.HTML(changed, visible=bool(changed)),
        parts.estimate: estimate_html(outlook.estimate, recipe, dataset, language, tried(outlook)),
        **outlook_updates(parts.outlook, outlook, dataset.task, language),
        parts.command: views.command_html(without_paths(line, page.workbench.home) if page.shared else line, recipe.to_json(), language),
        page.status["train"]: status_html("train", views.status_line(get_model(recipe.model), recipe, language)),
    }


def contradictions(page: Page, parts: TrainParts, problems: Sequence[PlaygroundError], language: Language) -> dict[Any, Any]:
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
        **outlook_updates(parts.outlook, None, "", language),
        page.status["train"]: status_html("train", say("train.status.problems", language, count=len(problems)), "attention"),
        **noted,
    }
