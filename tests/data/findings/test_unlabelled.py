"""Texts to read, without labels."""

from __future__ import annotations

import pytest

from tests.data.findings.making import codes, finding, fixed, labelled, sentences

TASK = "language-modeling"


def test_missing_labels_are_no_fault_of_texts_to_read() -> None:
    found = codes(labelled([""] * 40), TASK)
    assert found <= {"little_text"}


def test_little_text_says_how_much_it_is() -> None:
    texts = sentences(30)
    facts = finding(labelled([""] * 30, texts), "little_text", TASK).facts
    assert facts == {"texts": 30, "characters": sum(map(len, texts))}


@pytest.mark.parametrize("text", ["a sentence of some length, number {}", "一句话，第{}句，说的是别的事情"])
def test_enough_text_is_enough(text: str) -> None:
    rows = labelled([""] * 900, [text.format(number) for number in range(900)])
    assert "little_text" not in codes(rows, TASK)


def test_headings_are_named_and_can_be_left_out() -> None:
    rows = labelled([""] * 23, [*sentences(20), "Chapter I", "第一章", "这是一个完整的中文句子"])
    assert finding(rows, "short_texts", TASK).rows == (20, 21)
    assert len(fixed(rows, "short_texts", "drop_rows", TASK)) == 21


def test_copies_are_found_and_taken_out() -> None:
    rows = labelled([""] * 40, sentences(20) * 2)
    assert len(fixed(rows, "duplicate_texts", "drop_duplicates", TASK)) == 20


def test_a_long_text_is_no_loss_to_somebody_who_reads_it_piece_by_piece() -> None:
    texts = [f"{number} {text}" for number, text in enumerate([" ".join(sentences(100))] * 12)]
    assert "long_text" not in codes(labelled([""] * 12, texts), TASK)
