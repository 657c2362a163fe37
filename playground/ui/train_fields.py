"""The fields of the advanced settings: made from the recipe's own list of settings, and read back into a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import gradio as gr

from playground.errors import PlaygroundError, RecipeError
from playground.models.catalogue import get_model
from playground.recipe import Recipe, Setting, settings
from playground.ui.session import Page, block
from playground.ui.train_views import unreadable


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its input and the line under it that says what is wrong with it."""

    setting: Setting
    #: What holds both; hidden where the setting means nothing for the task.
    place: gr.Column
    input: Any
    note: gr.HTML


def build_fields(page: Page) -> tuple[Field, ...]:
    fields: list[Field] = []
    for group, members in groupby(_grouped(), key=lambda setting: setting.group):
        gr.Markdown(page.t(f"group.{group}"), elem_classes="pg-title pg-group")
        with gr.Row(elem_classes="pg-fields"):
            for setting in members:
                with gr.Column(elem_classes="pg-field", min_width=220) as place:
                    fields.append(Field(setting, place, _input(page, setting), block("", visible=False)))
    return tuple(fields)


def _grouped() -> list[Setting]:
    """The settings of a recipe, those of one group together, groups in the order in which they first appear."""
    groups = list(dict.fromkeys(setting.group for setting in settings()))
    return sorted(settings(), key=lambda setting: groups.index(setting.group))


def _input(page: Page, setting: Setting) -> Any:
    looks: dict[str, Any] = {
        "label": page.t(f"setting.{setting.name}"),
        "info": page.t(f"setting.{setting.name}.info"),
        "elem_id": f"train-{setting.name.replace('_', '-')}",
    }
    if setting.type is bool:
        return gr.Checkbox(setting.default, **looks)
    if setting.choices:
        return gr.Dropdown(list(setting.choices), value=setting.default, **looks)
    # No minimum and maximum here: a value out of range is reported with all the other problems, in the person's language.
    step = 1 if setting.type is int else 0.0001 if setting.name == "learning_rate" else 0.01
    return gr.Number(setting.default, step=step, **looks)


def recipe_of(model: str, task: str, values: Sequence[Any]) -> Recipe:
    """:raises RecipeError: naming every value that does not fit its type."""
    return Recipe(model=get_model(model).id, task=task).with_values(
        {setting.name: value for setting, value in zip(_grouped(), values, strict=True)}
    )


def as_tracked(recipe: Recipe, values: Sequence[Any]) -> Recipe:
    """``recipe`` with the tracking a person chose: it goes with no preset and no model."""
    chosen = next(value for setting, value in zip(_grouped(), values, strict=True) if setting.name == "tracking")
    return recipe.with_values({"tracking": chosen})


def readable(model: str, task: str, values: Sequence[Any]) -> tuple[Recipe, tuple[PlaygroundError, ...]]:
    """The recipe of the values that fit their type, and a problem for each that does not, so that all are told at once."""
    recipe = Recipe(model=get_model(model).id, task=task)
    problems: list[PlaygroundError] = []
    for setting, value in zip(_grouped(), values, strict=True):
        try:
            recipe = recipe.with_values({setting.name: value})
        except RecipeError as error:
            problems += [unreadable(setting, value)] if setting.low is not None else list(error.problems)
    return recipe, tuple(problems)
