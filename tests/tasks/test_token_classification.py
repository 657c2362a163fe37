"""How tags of entities are scored, against seqeval in its strict mode."""

from __future__ import annotations

import json

import pytest
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from playground.data.meaning.cells import list_cell
from playground.tasks import get_task
from tests.tasks.making import cells

TASK = get_task("token-classification")


def test_scores_are_those_of_seqeval_in_strict_mode() -> None:
    expected, answers, _ = cells("token-classification", 80)
    truth, given = ([json.loads(cell) for cell in side] for side in (expected, answers))
    report = classification_report(truth, given, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    metrics = TASK.score(expected, answers)
    micro = report["micro avg"]
    for name, key in (("entity_f1", "f1-score"), ("entity_precision", "precision"), ("entity_recall", "recall")):
        assert metrics.values[name] == pytest.approx(micro[key])
    assert {kind: score.f1 for kind, score in metrics.per_class.items()} == pytest.approx(
        {k: report[k]["f1-score"] for k in ("PER", "地点")}
    )
    assert metrics.per_class["地点"].support == report["地点"]["support"]


def test_scores_by_hand() -> None:
    expected = [list_cell(["B-PER", "I-PER", "O", "B-LOC"]), list_cell(["O", "O"])]
    answers = [list_cell(["B-PER", "O", "O", "B-LOC"]), list_cell(["O", "B-LOC"])]
    values = TASK.score(expected, answers).values
    assert values["entity_precision"] == pytest.approx(1 / 3)
    assert values["entity_recall"] == pytest.approx(1 / 2)
    assert values["entity_f1"] == pytest.approx(2 / 5)
    assert values["token_accuracy"] == pytest.approx(4 / 6)


def test_an_answer_that_begins_with_inside_is_no_entity() -> None:
    assert TASK.score([list_cell(["B-PER", "I-PER"])], [list_cell(["I-PER", "I-PER"])]).values["entity_f1"] == 0.0
    assert TASK.score([list_cell(["O", "O"])], [list_cell(["O", "I-PER"])]).values["token_accuracy"] == 0.5


def test_the_right_beginning_with_a_wrong_end_is_wrong() -> None:
    assert TASK.score([list_cell(["B-PER", "I-PER"])], [list_cell(["B-PER", "O"])]).values["entity_f1"] == 0.0


@pytest.mark.parametrize("tags", [["I-PER", "I-PER", "O"], ["B-PER", "E-PER", "O"], ["B-PER", "L-PER", "O"]])
def test_expected_tags_of_other_schemes_are_read_as_iob2(tags: list[str]) -> None:
    assert TASK.score([list_cell(tags)], [list_cell(["B-PER", "I-PER", "O"])]).values["entity_f1"] == 1.0
    assert TASK.labels([list_cell(tags)]) == ("O", "B-PER", "I-PER")


def test_every_beginning_has_its_inside() -> None:
    assert TASK.labels([list_cell(["B-地点", "O"]), list_cell(["B-PER", "I-PER"])]) == ("O", "B-PER", "B-地点", "I-PER", "I-地点")


def test_rows_without_entities_have_no_f1_and_are_perfect_when_left_alone() -> None:
    nothing = [list_cell(["O", "O"])]
    assert TASK.score(nothing, nothing).values["entity_f1"] == 0.0
    assert TASK.score(nothing, nothing).per_class == {}
    assert TASK.goodness(nothing, nothing) == pytest.approx([1.0])


def test_each_token_needs_a_tag() -> None:
    with pytest.raises(ValueError, match="2 tokens, but 1 tags"):
        TASK.score([list_cell(["O", "O"])], [list_cell(["O"])])


def test_a_cell_that_is_no_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="no list of tags"):
        TASK.score(["O O"], ["O O"])
