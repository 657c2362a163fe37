"""Tokens and tags."""

from __future__ import annotations

import json

import pytest

from playground.data.findings.tags import begin
from tests.data.findings.making import codes, finding, fixed, sentences, tagged

GOOD = [(text.split(), ["B-THING", "I-THING", *["O"] * 8]) for text in sentences(12)]


def test_good_tags_have_no_findings() -> None:
    assert codes(tagged(*GOOD), "token-classification") == set()


def test_rows_of_different_length_are_left_out() -> None:
    rows = tagged(*GOOD, (["one", "two"], ["O"]))
    assert finding(rows, "tag_lengths", "token-classification").rows == (12,)
    assert len(fixed(rows, "tag_lengths", "drop_rows", "token-classification")) == 12


def test_an_entity_that_goes_on_without_having_begun_is_mended() -> None:
    rows = tagged(*GOOD, (["a", "b"], ["O", "I-THING"]))
    assert finding(rows, "inside_without_begin", "token-classification").rows == (12,)
    mended = fixed(rows, "inside_without_begin", "repair_tags", "token-classification")
    assert json.loads(mended["label"].iloc[-1]) == ["O", "B-THING"]


def test_many_rows_with_the_same_fault_are_mended_by_one_step() -> None:
    rows = tagged(*[(words, ["I-THING", *["O"] * 9]) for words in (text.split() for text in sentences(3000))])
    repair = finding(rows, "inside_without_begin", "token-classification").fixes[0]
    assert (repair.code, len(repair.steps), len(repair.steps[0].rows)) == ("repair_tags", 1, 3000)


@pytest.mark.parametrize(
    ("tags", "mended"),
    [
        (["I-A", "I-A"], ["B-A", "I-A"]),
        (["B-A", "I-B"], ["B-A", "B-B"]),
        (["B-A", "I-A", "O"], ["B-A", "I-A", "O"]),
        (["S-A", "B-A", "E-A"], ["S-A", "B-A", "E-A"]),
    ],
)
def test_a_beginning_is_put_where_it_lacks(tags: list[str], mended: list[str]) -> None:
    assert begin(tags) == mended


def test_a_tag_of_another_kind_is_odd() -> None:
    assert finding(tagged(*GOOD, (["a", "b"], ["PER", "O"])), "odd_tags", "token-classification").facts["tags"] == "PER"


def test_parts_of_speech_are_not_odd() -> None:
    rows = tagged(*[(words, ["NOUN", "VERB"] * 5) for words, _ in GOOD])
    assert "odd_tags" not in codes(rows, "token-classification")


def test_nothing_but_outside_cannot_be_learned() -> None:
    rows = tagged(*[(words, ["O"] * len(words)) for words, _ in GOOD])
    assert finding(rows, "all_outside", "token-classification").severity == "error"


def test_a_file_without_ends_of_sentences_is_noticed() -> None:
    endless = (["word"] * 900, ["O"] * 900)
    assert finding(tagged(*GOOD, endless), "no_sentence_breaks", "token-classification").facts["tokens"] == 900


def test_tags_that_are_numbers_have_no_names() -> None:
    rows = tagged(*[(words, ["1", *["0"] * 9]) for words, _ in GOOD])
    assert finding(rows, "tags_without_names", "token-classification").facts["tags"] == "0, 1"
