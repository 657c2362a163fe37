"""What the Compare tab and ``train --json`` conclude from held-out predictions."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.compare import compare
from playground.compare.comparison import decide
from playground.runs.types import Result, Splits

REFERENCES = ("majority", "zero_shot", "tfidf", "probe")


def result(base: str = "zero_shot") -> Result:
    return Result(
        task="text-classification", model="m", model_source="package", device="cpu", method="lora", quantization="none",
        compute_dtype="bfloat16", splits=Splits(100, 20, 40), labels=("no", "yes"), base=base, references=REFERENCES, best_step=10,
        best_metric=0.9, total_seconds=9.0, training_seconds=5.0, samples_per_second=100.0, peak_memory_mb=900.0, world_size=1,
    )  # fmt: skip


def predictions(base_right: int, tuned_right: int, rows: int = 40) -> pd.DataFrame:
    """Half "no", half "yes"; the first answers of each side are right."""
    label = ["no", "yes"] * (rows // 2)
    wrong = ["yes", "no"] * (rows // 2)

    def answered(right: int) -> list[str]:
        return label[:right] + wrong[right:]

    base = answered(base_right)
    columns = {"text": [f"text {row}" for row in range(rows)], "label": label, "tuned": answered(tuned_right)}
    return pd.DataFrame({**columns, "zero_shot": base, "majority": ["no"] * rows, "tfidf": base, "probe": answered(tuned_right)})


def test_a_clear_gain_is_better() -> None:
    verdict = compare(result(), predictions(20, 38)).verdict
    assert verdict.outcome == "better"
    assert 0 < verdict.low < verdict.delta < verdict.high
    assert verdict.p_value < 0.05


def test_a_clear_loss_is_worse() -> None:
    assert compare(result(), predictions(38, 20)).verdict.outcome == "worse"


def test_a_small_test_set_cannot_tell() -> None:
    assert compare(result(), predictions(3, 5, rows=6)).verdict.outcome == "cannot_tell"


def test_equal_answers_cannot_tell() -> None:
    assert compare(result(), predictions(30, 30)).verdict.outcome == "cannot_tell"


def test_rows_are_sorted_into_fixed_broken_and_both_wrong() -> None:
    comparison = compare(result(), predictions(20, 38))
    assert (len(comparison.fixed), len(comparison.broken), len(comparison.both_wrong)) == (18, 0, 2)
    assert comparison.fixed[0].text == "text 20"
    assert comparison.fixed[0].base != comparison.fixed[0].label == comparison.fixed[0].tuned


def test_confusion_counts_every_row_once_in_label_order() -> None:
    comparison = compare(result(), predictions(20, 38))
    assert sum(map(sum, comparison.tuned_confusion)) == 40
    assert comparison.tuned_confusion == ((19, 1), (1, 19))


def test_the_person_can_switch_the_base() -> None:
    comparison = compare(result(), predictions(20, 38), base="probe")
    assert comparison.base_name == "probe"
    assert comparison.base == comparison.tuned


def test_every_reference_is_scored_on_the_same_rows() -> None:
    comparison = compare(result(), predictions(20, 38))
    assert list(comparison.references) == list(REFERENCES)
    assert all(sum(score.support for score in metrics.per_class.values()) == 40 for metrics in comparison.references.values())


def test_the_strongest_reference_gets_a_verdict_of_its_own() -> None:
    comparison = compare(result(), predictions(20, 38))
    assert comparison.verdict.outcome == "better"
    assert comparison.strongest == "probe"
    assert comparison.against_strongest.outcome == "cannot_tell"


def test_an_unknown_base_is_an_error() -> None:
    with pytest.raises(KeyError):
        compare(result(), predictions(20, 38), base="oracle")


@pytest.mark.parametrize(
    ("low", "high", "p_value", "base_right", "tuned_right", "outcome"),
    [
        (0.01, 0.2, 0.01, 10, 20, "better"),
        (-0.2, -0.01, 0.01, 20, 10, "worse"),
        (-0.1, 0.2, 0.01, 10, 20, "cannot_tell"),
        (0.01, 0.2, 0.20, 10, 20, "cannot_tell"),
        (0.01, 0.2, 0.01, 20, 10, "cannot_tell"),  # the rare labels gained, most rows lost
    ],
)
def test_both_tests_must_agree(low: float, high: float, p_value: float, base_right: int, tuned_right: int, outcome: str) -> None:
    assert decide(low, high, p_value, base_right, tuned_right) == outcome
