"""What the Compare tab and ``train --json`` conclude from held-out predictions."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.compare import between, compare
from playground.compare.comparison import decide
from playground.runs.types import Result, Splits
from playground.tasks import TASKS, get_task
from tests.tasks.making import cells

EVERY_TASK = pytest.mark.parametrize("task", TASKS)
REFERENCES = ("majority", "zero_shot", "tfidf", "probe")


def result(
    base: str = "zero_shot",
    task: str = "text-classification",
    references: tuple[str, ...] = REFERENCES,
    labels: tuple[str, ...] = ("no", "yes"),
) -> Result:
    return Result(
        task=task, model="m", model_source="package", device="cpu", method="lora", quantization="none", compute_dtype="bfloat16",
        splits=Splits(100, 20, 40), labels=labels, base=base, references=references, best_step=10, best_metric=0.9,
        total_seconds=9.0, training_seconds=5.0, samples_per_second=100.0, peak_memory_mb=900.0, world_size=1,
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
    ("low", "high", "p_value", "direction", "outcome"),
    [
        (0.01, 0.2, 0.01, 1, "better"),
        (-0.2, -0.01, 0.01, -1, "worse"),
        (-0.1, 0.2, 0.01, 1, "cannot_tell"),
        (0.01, 0.2, 0.20, 1, "cannot_tell"),
        (0.01, 0.2, 0.01, -1, "cannot_tell"),  # the rare labels gained, most rows lost
    ],
)
def test_both_tests_must_agree(low: float, high: float, p_value: float, direction: int, outcome: str) -> None:
    assert decide(low, high, p_value, direction) == outcome


@pytest.mark.parametrize(
    ("low", "high", "direction", "outcome"),
    [(-9.0, -2.0, 1, "better"), (2.0, 9.0, -1, "worse"), (2.0, 9.0, 1, "cannot_tell"), (-9.0, -2.0, -1, "cannot_tell")],
)
def test_a_metric_that_improves_by_falling_turns_the_verdict_round(low: float, high: float, direction: int, outcome: str) -> None:
    assert decide(low, high, 0.001, direction, lower_is_better=True) == outcome


def made(task: str, *, better: bool = True, rows: int = 120) -> tuple[Result, pd.DataFrame]:
    """A run of any task in which one reference answers as well as the fine-tune does not, or the other way round."""
    expected, poor, good = cells(task, rows)
    base, other = get_task(task).base_reference(()), get_task(task).references[0]
    before, after = (poor, good) if better else (good, poor)
    columns = {"text": [f"text {row}" for row in range(rows)], "label": expected, "tuned": after, other: after, base: before}
    return result(base, task, (other, base), get_task(task).labels(expected)), pd.DataFrame(columns)


@EVERY_TASK
def test_better_and_worse_are_told_for_every_task(task: str) -> None:
    assert compare(*made(task)).verdict.outcome == "better"
    assert compare(*made(task, better=False)).verdict.outcome == "worse"


@EVERY_TASK
def test_the_strongest_reference_is_the_best_by_the_tasks_own_direction(task: str) -> None:
    comparison = compare(*made(task))
    assert comparison.strongest == get_task(task).references[0]
    assert comparison.against_strongest.outcome == "cannot_tell"


@EVERY_TASK
def test_no_row_is_in_two_lists(task: str) -> None:
    comparison = compare(*made(task))
    texts = [row.text for rows in (comparison.fixed, comparison.broken, comparison.both_wrong) for row in rows]
    assert len(texts) == len(set(texts)) <= comparison.verdict.rows
    assert all(row.gain > 0 for row in comparison.fixed)
    assert all(row.gain < 0 for row in comparison.broken)
    assert all(row.gain == 0 for row in comparison.both_wrong)


def test_graded_rows_are_listed_by_the_largest_change_first() -> None:
    comparison = compare(*made("regression"))
    for rows in (comparison.fixed, comparison.broken):
        sizes = [abs(row.gain) for row in rows]
        assert sizes == sorted(sizes, reverse=True)


def test_a_row_that_stayed_perfect_is_in_no_list() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["1", "2"], "tuned": ["1.0", "5"], "probe": ["1.0", "5.0"], "mean": ["1.5", "1.5"]})
    comparison = compare(result("probe", "regression", ("mean", "probe")), frame)
    assert [row.text for row in comparison.both_wrong] == ["b"]


@EVERY_TASK
def test_only_single_labels_have_a_confusion(task: str) -> None:
    comparison = compare(*made(task))
    assert bool(comparison.tuned_confusion) == bool(comparison.base_confusion) == (not get_task(task).graded)


def test_the_second_text_of_a_pair_is_kept() -> None:
    run, frame = made("text-pair-classification")
    comparison = compare(run, frame.assign(text_pair=[f"pair {row}" for row in range(len(frame))]))
    assert comparison.fixed[0].text_pair == comparison.fixed[0].text.replace("text", "pair")


def test_a_mean_that_never_varies_can_be_beaten() -> None:
    run, frame = made("regression")
    comparison = compare(run, frame.assign(mean="2000.0"), base="mean")
    assert (comparison.base.values["pearson"], comparison.verdict.outcome) == (0.0, "better")


def test_two_runs_asked_the_same_are_compared_row_by_row() -> None:
    frame = pd.DataFrame({"text": [f"t{row}" for row in range(60)], "label": ["a", "b"] * 30, "tuned": ["a"] * 60})
    better = frame.assign(tuned=frame["label"])
    verdict = between(get_task("text-classification"), frame, better)
    assert verdict is not None
    assert (verdict.outcome, verdict.tuned) == ("better", 1.0)


def test_two_runs_asked_other_rows_are_not_compared() -> None:
    frame = pd.DataFrame({"text": ["x", "y"], "label": ["a", "b"], "tuned": ["a", "b"]})
    assert between(get_task("text-classification"), frame, frame.iloc[::-1].reset_index(drop=True)) is None
