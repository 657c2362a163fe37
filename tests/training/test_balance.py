"""What is done for rare labels."""

from __future__ import annotations

from playground.recipe import Balance, Recipe
from playground.training.balance import balanced
from playground.training.objective import Sample
from playground.training.texts import Inputs

CELLS = ["a", "a", "a", "b"]
SAMPLES = [Sample(Inputs([number]), number) for number in range(4)]


def after(balance: Balance) -> list[Sample]:
    return balanced(SAMPLES, CELLS, Recipe(model="m", balance=balance))


def test_by_default_every_sample_counts_once() -> None:
    assert after("none") == SAMPLES


def test_rows_of_a_rare_label_are_repeated() -> None:
    assert sorted(sample.target for sample in after("oversample")) == [0, 1, 2, 3, 3, 3]


def test_losses_of_a_rare_label_count_more() -> None:
    weights = [sample.weight for sample in after("class-weights")]
    assert weights[3] == 3 * weights[0]
