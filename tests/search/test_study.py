"""Proposals are new, fit, learn from what was tried, and come out the same again; bad ones are pruned by the median of the others."""

from __future__ import annotations

import math
import subprocess
import sys

from playground.recipe import Recipe
from playground.search.space import Space
from playground.search.study import Proposal, Study
from tests.search.making import RECIPE, trial

SPACE = Space(RECIPE, ("learning_rate", "epochs"))


def study(*past: object, falls: bool = False) -> Study:
    return Study(SPACE, past, falls=falls, seed=7)  # type: ignore[arg-type]


def anything(recipe: Recipe) -> bool:
    return True


def proposed(maker: Study) -> Proposal:
    proposal = maker.next(anything)
    assert proposal is not None
    return proposal


def goodness(recipe: Recipe) -> float:
    """Best at a rate of 0.005, wherever the search begins."""
    return 1 - abs(math.log10(recipe.learning_rate / 5e-3)) / 3


def test_the_first_one_is_the_recipe_it_begins_with() -> None:
    assert study().first(RECIPE).recipe == RECIPE


def test_proposals_vary_what_may_vary_and_are_never_the_same() -> None:
    maker = study()
    maker.first(RECIPE).finish(0.5)
    recipes = []
    for _ in range(12):
        proposal = proposed(maker)
        proposal.finish(goodness(proposal.recipe))
        recipes.append(proposal.recipe)
    assert len({*recipes, RECIPE}) == 13
    assert {recipe.lora_r for recipe in recipes} == {RECIPE.lora_r}


def test_the_same_seed_proposes_the_same() -> None:
    assert proposed(study()).recipe == proposed(study()).recipe


def test_it_finds_better_ones_than_it_began_with() -> None:
    maker = study()
    maker.first(RECIPE).finish(goodness(RECIPE))
    values = []
    for _ in range(25):
        proposal = proposed(maker)
        proposal.finish(goodness(proposal.recipe))
        values.append(goodness(proposal.recipe))
    assert max(values) > 0.9 > goodness(RECIPE)
    assert sum(values[-8:]) > sum(values[:8])


def test_what_does_not_fit_is_not_proposed() -> None:
    maker = study()
    found = [maker.next(lambda recipe: recipe.epochs <= 4) for _ in range(6)]
    assert all(proposal is not None and proposal.recipe.epochs <= 4 for proposal in found)
    assert maker.next(lambda recipe: False) is None


def test_a_small_space_comes_to_its_end() -> None:
    maker = Study(Space(RECIPE.with_values({"epochs": 2}), ("epochs",)), falls=False, seed=1)
    found = 0
    while (proposal := maker.next(anything)) is not None:
        proposal.finish(0.5)
        found += 1
    assert found == 4  # 1 to 4 epochs


def test_past_trials_are_neither_proposed_again_nor_forgotten() -> None:
    past = [trial(number, 0.5, learning_rate=rate) for number, rate in enumerate((1e-3, 2e-3, 3e-3))]
    maker = study(*past, trial(3, 0.2, status="pruned", learning_rate=9e-4), trial(4, None, status="diverged", learning_rate=9e-3))
    fresh = [proposed(maker).recipe for _ in range(5)]
    assert not {one.recipe for one in past} & set(fresh)


def test_one_that_is_worse_than_half_of_the_others_is_pruned() -> None:
    past = [trial(number, 0.8 + number / 100, learning_rate=1e-3 + number * 1e-4) for number in range(5)]
    worse, better = proposed(study(*past)), proposed(study(*past))
    assert worse.scored(2.0, 0.3)
    assert not better.scored(2.0, 0.95)


def test_of_two_that_fall_the_higher_one_is_pruned() -> None:
    past = [trial(number, 20.0 + number, learning_rate=1e-3 + number * 1e-4) for number in range(5)]
    maker = study(*past, falls=True)
    assert proposed(maker).scored(2.0, 90.0)


def test_nothing_is_pruned_within_the_first_epoch_or_before_there_are_others() -> None:
    past = [trial(number, 0.8, learning_rate=1e-3 + number * 1e-4) for number in range(5)]
    assert not proposed(study(*past)).scored(0.5, 0.01)
    assert not proposed(study(*past[:2])).scored(2.0, 0.01)


def test_searching_needs_neither_torch_nor_a_database() -> None:
    code = "import sys, playground.search.study as s; import optuna; print({'torch', 'sqlalchemy', 'alembic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
