"""A range test is kept for good, sees training and validation rows only, and is the same for recipes whose tests would see the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.launch.rates import RangeTests
from playground.recipe import Recipe
from tests.launch.children import CPU, Child
from tests.runs.making import until

DATA = "0123456789abcdef"
RECIPE = Recipe(model="some/model")
ROWS = pd.DataFrame({"row": range(3), "text": list("abc"), "label": list("xyx"), "split": ["train", "validation", "test"]})
FALLS = """
splits = __import__("pandas").read_parquet(folder / "splits.parquet")["split"].tolist()
points = [[10 ** (-6 + place / 20), 1.0 if place < 40 else 0.2 if place < 80 else 3.0] for place in range(100)]
(folder / "result.json").write_text(json.dumps({"points": points, "diverged": "test" in splits}))
"""


def finished(path: Path, recipe: Recipe = RECIPE) -> RangeTests:
    tests = RangeTests(path, CPU, busy=lambda: False, command=Child(path, FALLS))
    tests.ask(recipe, DATA, "ann", ROWS)

    def there() -> bool:
        tests.advance()
        return tests.state(recipe, DATA).status == "finished"

    until(there)
    return tests


def test_what_it_saw_is_kept_with_a_suggestion(tmp_path: Path) -> None:
    tests = finished(tmp_path)
    state = RangeTests(tmp_path, CPU, busy=lambda: False).state(RECIPE, DATA)
    assert state == tests.state(RECIPE, DATA)
    assert state.test is not None
    assert len(state.test.points) == 100
    assert not state.test.diverged  # it was given no test row
    assert state.suggestion is not None
    assert 1e-4 < state.suggestion < 1.5e-3


def test_a_method_with_bounds_is_kept_within_them(tmp_path: Path) -> None:
    recipe = replace(RECIPE, method="full", learning_rate=1e-4)
    assert finished(tmp_path, recipe).state(recipe, DATA).suggestion == 5e-4


@pytest.mark.parametrize("changes", [{"learning_rate": 1e-4}, {"epochs": 9}, {"schedule": "cosine"}])
def test_what_does_not_matter_to_it_shares_a_test(tmp_path: Path, changes: dict[str, object]) -> None:
    tests = RangeTests(tmp_path, CPU, busy=lambda: False)
    assert tests.key(RECIPE.with_values(changes), DATA) == tests.key(RECIPE, DATA)


@pytest.mark.parametrize("changes", [{"batch_size": 8}, {"lora_r": 4}, {"method": "full"}, {"optimizer": "sgd"}])
def test_what_matters_to_it_has_a_test_of_its_own(tmp_path: Path, changes: dict[str, object]) -> None:
    tests = RangeTests(tmp_path, CPU, busy=lambda: False)
    assert tests.key(RECIPE.with_values(changes), DATA) != tests.key(RECIPE, DATA)
