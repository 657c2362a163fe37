"""Trials and searches as they would be read back."""

from __future__ import annotations

from dataclasses import replace

from playground.recipe import Recipe
from playground.search import SearchRequest, SearchState, SearchTrial

RECIPE = Recipe(model="some/model", epochs=6, batch_size=16, learning_rate=1e-3)
REQUEST = SearchRequest(recipe=RECIPE, over=("learning_rate", "lora_r", "epochs", "batch_size"), seconds=300.0, validation_rows=60)


def trial(number: int, value: float | None = 0.8, **changes: object) -> SearchTrial:
    """A finished trial; changes are fields of the trial, or settings of its recipe."""
    fields = {name: changes.pop(name) for name in list(changes) if name in SearchTrial.__dataclass_fields__}
    recipe = RECIPE.with_values(changes)
    course = () if value is None else ((1.0, value - 0.1), (2.0, value))
    made = SearchTrial(number, recipe, "finished", course, value, 20.0, 0.1, 0.5)
    return replace(made, **fields)  # type: ignore[arg-type]


def state(*trials: SearchTrial, **fields: object) -> SearchState:
    """A finished search with these trials."""
    made = SearchState("finished", REQUEST, trials, ending="time", seconds=290.0)
    return replace(made, **fields)  # type: ignore[arg-type]
