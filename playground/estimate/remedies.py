"""What to change if a recipe does not fit into memory, the gentlest first; and the smaller plan after an out-of-memory start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from playground.data.types import Dataset
from playground.devices import Device
from playground.estimate.types import Estimate
from playground.models.catalogue import Model
from playground.presets import enough_tokens, tokens
from playground.recipe import Recipe
from playground.words import Fact

RemedyCode = Literal["shorter_free", "quantize", "smaller_batch", "checkpointing", "shorter"]
#: A remedy that saves less than this share is none.
_WORTH: Final = 0.03
#: No text is cut shorter than this many tokens to make it fit.
_SHORTEST: Final = 32


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change of settings that takes less memory; its button says ``remedy.<code>``."""

    code: RemedyCode
    #: Setting -> its new value.
    changes: Mapping[str, str | int | bool]
    #: What the run would take then.
    memory_mb: float
    #: Whether that fits, at the upper end of its band too.
    fits: bool
    #: What the button's words are filled in with.
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def applied(self, recipe: Recipe) -> Recipe:
        """``recipe`` with the change made."""
        return recipe.with_values(dict(self.changes))


def remedies(
    recipe: Recipe, dataset: Dataset, model: Model, device: Device, memory_mb: float, estimated: Callable[[Recipe], Estimate]
) -> tuple[Remedy, ...]:
    """What would help, the gentlest first; each on its own, and none that the recipe's own rules forbid.

    :param memory_mb: what is free.
    :param estimated: the estimate of a changed recipe.
    """
    before = estimated(recipe).memory_mb
    found: list[Remedy] = []
    for code, changed, facts in _candidates(recipe, dataset, model, lambda each: estimated(each).most_memory_mb <= memory_mb):
        if changed.check(device, max_positions=model.max_positions):
            continue
        after = estimated(changed)
        if after.memory_mb <= before * (1 - _WORTH):
            found.append(Remedy(code, _changes(recipe, changed), after.memory_mb, after.most_memory_mb <= memory_mb, facts))
    return tuple(found)


def smaller(recipe: Recipe) -> Recipe | None:
    """The next smaller plan that learns the very same: half the batch (or a third ...) summed up over twice as many, so that an optimizer
    step sees the same rows; then activations computed again. None if nothing is left to make smaller."""
    if recipe.method == "contrastive":
        # Its texts are compared with those of the same batch: a smaller one is another task.
        return None if recipe.gradient_checkpointing else replace(recipe, gradient_checkpointing=True)
    divisor = next((number for number in range(2, recipe.batch_size + 1) if recipe.batch_size % number == 0), None)
    if divisor is not None and recipe.gradient_accumulation * divisor <= _MOST_ACCUMULATION:
        return replace(recipe, batch_size=recipe.batch_size // divisor, gradient_accumulation=recipe.gradient_accumulation * divisor)
    return None if recipe.gradient_checkpointing else replace(recipe, gradient_checkpointing=True)


#: As many batches as the recipe lets sum up.
_MOST_ACCUMULATION: Final = 256


def _candidates(
    recipe: Recipe, dataset: Dataset, model: Model, fits: Callable[[Recipe], bool]
) -> Iterator[tuple[RemedyCode, Recipe, Mapping[str, Fact]]]:
    enough = enough_tokens(dataset, model)
    if enough < recipe.max_length:
        yield "shorter_free", replace(recipe, max_length=enough), {"tokens": enough}
    if recipe.quantization == "none":
        yield "quantize", replace(recipe, quantization="nf4"), {"kind": "nf4"}
    batch = _batch_that_fits(recipe, fits)
    if batch is not None:
        yield "smaller_batch", batch, {"batch": batch.batch_size, "accumulation": batch.gradient_accumulation}
    if not recipe.gradient_checkpointing:
        yield "checkpointing", replace(recipe, gradient_checkpointing=True), {}
    read = min(enough, recipe.max_length)
    half = max(_SHORTEST, read // 2)
    if half < read:
        typical = round(tokens(dataset.mean_characters, dataset))
        yield "shorter", replace(recipe, max_length=half), {"tokens": half, "typical": typical}


def _batch_that_fits(recipe: Recipe, fits: Callable[[Recipe], bool]) -> Recipe | None:
    """The largest smaller batch that fits, else the smallest there is; None for a batch of one row."""
    found: Recipe | None = None
    plan = smaller(recipe)
    while plan is not None and plan.batch_size < (found or recipe).batch_size:
        found = plan
        if fits(found):
            break
        plan = smaller(found)
    return found


def _changes(before: Recipe, after: Recipe) -> dict[str, str | int | bool]:
    names = ("quantization", "max_length", "batch_size", "gradient_accumulation", "gradient_checkpointing")
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
