"""The space holds the recipe a search begins with, keeps to what its method takes, and changes nothing but what may vary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.devices import Device
from playground.recipe import Recipe
from playground.search.space import Space, can_vary
from playground.search.types import SEARCHED

RECIPE = Recipe(model="some/model", epochs=6, batch_size=16, learning_rate=1e-3, lora_r=16, lora_alpha=32)
LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)


def test_the_start_lies_inside() -> None:
    space = Space(RECIPE, SEARCHED)
    assert space.rates == (1e-4, 1e-2)
    assert space.epochs == (2, 12)
    assert space.ranks == (4, 8, 16, 32, 64)
    assert space.batch_sizes == (4, 8, 16, 32)


def test_a_tested_rate_widens_the_rates_and_leaves_the_start_inside() -> None:
    assert Space(RECIPE, SEARCHED, rate=3e-4).rates == (3e-5, 1e-2)


@pytest.mark.parametrize(("method", "start", "rates"), [("full", 1e-4, (1e-5, 5e-4)), ("prompt", 3e-2, (3e-3, 1e-1))])
def test_rates_keep_to_what_the_method_takes(method: str, start: float, rates: tuple[float, float]) -> None:
    recipe = RECIPE.with_values({"method": method, "learning_rate": start})
    assert Space(recipe, ("learning_rate",)).rates == rates


def test_early_stopping_keeps_its_patience() -> None:
    assert Space(replace(RECIPE, early_stopping_patience=4), SEARCHED).epochs == (5, 12)


def test_only_adapters_have_a_rank_to_vary() -> None:
    assert "lora_r" in can_vary(RECIPE)
    assert "lora_r" not in can_vary(replace(RECIPE, method="full"))


def test_another_rank_leaves_the_scale_of_the_adapter_as_it_was() -> None:
    recipe = Space(RECIPE, ("lora_r",)).recipe({"lora_r": 4})
    assert (recipe.lora_r, recipe.lora_alpha) == (4, 8)
    stabilized = Space(replace(RECIPE, rank_stabilized=True), ("lora_r",)).recipe({"lora_r": 4})
    assert (stabilized.lora_r, stabilized.lora_alpha) == (4, 32)


def test_rates_have_two_digits() -> None:
    assert Space(RECIPE, ("learning_rate",)).recipe({"learning_rate": 0.00012345}).learning_rate == 0.00012


def test_every_corner_is_a_recipe_without_contradictions() -> None:
    for method, rate in (("lora", 1e-3), ("full", 1e-4), ("contrastive", 5e-4)):
        space = Space(RECIPE.with_values({"method": method, "learning_rate": rate, "early_stopping_patience": 3}), SEARCHED)
        for pick in (0, -1):
            values = {
                "learning_rate": space.rates[pick], "lora_r": space.ranks[pick], "epochs": space.epochs[pick],
                "batch_size": space.batch_sizes[pick],
            }  # fmt: skip
            assert space.recipe(values).check(LAPTOP) == ()
