"""The uniform examples of every task, as texts and labels."""

from __future__ import annotations

import json

import pandas as pd

from playground.survey.rows import read_rows


def test_texts_and_labels_with_their_row_numbers() -> None:
    rows = read_rows(pd.DataFrame({"text": ["one", "two"], "label": ["a", ""]}, index=[3, 8]), "text-classification")
    assert rows.numbers.tolist() == [3, 8]
    assert rows.texts == ("one", "two")
    assert rows.labels == ("a", "")
    assert rows.all_labels == (("a",), ())


def test_the_same_text_is_known_whatever_its_case_and_spaces() -> None:
    rows = read_rows(pd.DataFrame({"text": ["Hello  you", "x", "hello you"], "label": "a"}), "text-classification")
    assert rows.same.tolist() == [0, 1, 0]


def test_a_pair_is_read_together() -> None:
    frame = pd.DataFrame({"text": ["premise"], "text_pair": ["hypothesis"], "label": ["yes"]})
    rows = read_rows(frame, "text-pair-classification")
    assert rows.texts == ("premise\nhypothesis",)
    assert rows.labels == ("yes",)


def test_several_labels_are_no_single_one() -> None:
    frame = pd.DataFrame({"text": ["x", "y"], "label": [json.dumps(["a", "b"]), "[]"]})
    rows = read_rows(frame, "multi-label-classification")
    assert rows.all_labels == (("a", "b"), ())
    assert rows.labels == ("", "")


def test_tokens_become_a_text_and_tags_no_label() -> None:
    frame = pd.DataFrame({"text": [json.dumps(["Ann", "called"])], "label": [json.dumps(["B-PER", "O"])]})
    rows = read_rows(frame, "token-classification")
    assert rows.texts == ("Ann called",)
    assert rows.all_labels == ((),)


def test_a_conversation_is_what_was_said_in_it() -> None:
    frame = pd.DataFrame({"text": [json.dumps([{"role": "user", "content": "Hi?"}])], "label": ["Hello."]})
    rows = read_rows(frame, "generation")
    assert rows.texts == ("Hi?\nHello.",)
    assert rows.labels == ("",)


def test_a_number_to_predict_is_no_label() -> None:
    rows = read_rows(pd.DataFrame({"text": ["x"], "label": ["3.5"]}), "regression")
    assert rows.labels == ("",)
    assert rows.all_labels == ((),)
