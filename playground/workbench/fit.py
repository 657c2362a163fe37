"""Whether a recipe fits its base model, beyond what the recipe can know by itself."""

from __future__ import annotations

from collections.abc import Iterator

from playground.errors import RecipeError
from playground.models.types import Model
from playground.recipe import Recipe
from playground.tasks import TASKS


def model_problems(recipe: Recipe, model: Model) -> Iterator[RecipeError]:
    """Every contradiction between the two, each naming its setting in ``facts["field"]``."""
    if model.origin == "scratch":
        yield from _scratch_problems(recipe, model)
    yield from _kind_problems(recipe, model)


def _kind_problems(recipe: Recipe, model: Model) -> Iterator[RecipeError]:
    """What this kind of model cannot do: the task, or a setting that needs a new output layer where labels are told in words."""
    if recipe.task in TASKS and model.kind not in TASKS[recipe.task].kinds:
        yield RecipeError("model_kind_for_task", field="model", model=model.title, task=recipe.task)
    elif recipe.task == "text-classification" and model.kind == "causal":
        if recipe.method == "head":
            yield RecipeError("head_of_a_writer", field="method", model=model.title)
        if recipe.label_smoothing:
            yield RecipeError("smoothing_of_a_writer", field="label_smoothing", model=model.title)
    if recipe.method == "prompt" and model.kind != "causal":
        yield RecipeError("prompt_model", field="method", model=model.title)
    if recipe.method == "contrastive" and model.kind != "encoder":
        yield RecipeError("contrastive_model", field="method", model=model.title)


def _scratch_problems(recipe: Recipe, model: Model) -> Iterator[RecipeError]:
    """What a model that is made from nothing cannot do."""
    if recipe.task != "language-modeling":
        yield RecipeError("scratch_needs_text", field="model", model=model.title)
    elif recipe.method != "full":
        yield RecipeError("scratch_needs_full", field="method", model=model.title)
