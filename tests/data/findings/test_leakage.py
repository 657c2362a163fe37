"""Splits the file brings itself."""

from __future__ import annotations

from tests.data.findings.making import codes, finding, fixed, labelled, sentences

TEXTS = sentences(40)
TWO = ["delivery", "refund"] * 20
SPLITS = ["train"] * 28 + ["validation"] * 6 + ["test"] * 6


def test_a_clean_division_says_nothing() -> None:
    assert codes(labelled(TWO, TEXTS, split=SPLITS)) == set()


def test_a_text_in_training_and_test_leaks_and_can_be_moved() -> None:
    rows = labelled(TWO, [*TEXTS[:38], TEXTS[0], TEXTS[1]], split=SPLITS)
    assert finding(rows, "leaked_texts").rows == (38, 39)
    mended = fixed(rows, "leaked_texts", "move_to_train")
    assert mended["split"].tolist()[38:] == ["train", "train"]
    assert "leaked_texts" not in codes(mended)


def test_a_nearly_equal_text_leaks_nearly() -> None:
    rows = labelled(TWO, [*TEXTS[:39], f"{TEXTS[0]}!"], split=SPLITS)
    assert finding(rows, "nearly_leaked_texts").rows == (39,)


def test_a_copy_within_test_is_no_leak() -> None:
    rows = labelled(TWO, [*TEXTS[:38], TEXTS[36], TEXTS[39]], split=SPLITS)
    assert "leaked_texts" not in codes(rows)


def test_labels_training_lacks_are_named_and_can_be_moved() -> None:
    rows = labelled([*TWO[:34], *["unknown"] * 6], TEXTS, split=SPLITS)
    found = finding(rows, "unseen_labels")
    assert (found.severity, found.rows, found.facts["labels"]) == ("error", tuple(range(34, 40)), "unknown")
    assert "unseen_labels" not in codes(fixed(rows, "unseen_labels", "move_to_train"))


def test_a_division_without_training_rows_is_an_error_and_validation_rows_can_move() -> None:
    rows = labelled(TWO, TEXTS, split=["test"] * 20 + ["validation"] * 20)
    assert finding(rows, "no_training_rows").severity == "error"
    assert set(fixed(rows, "no_training_rows", "move_to_train")["split"]) == {"test", "train"}


def test_training_rows_of_one_label_are_an_error() -> None:
    rows = labelled(["delivery"] * 28 + ["delivery", "refund"] * 6, TEXTS, split=SPLITS)
    assert finding(rows, "one_training_label").severity == "error"
