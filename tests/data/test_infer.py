"""Which columns make examples, and why."""

from __future__ import annotations

import pytest

from playground.data.infer import examples, inspect
from playground.data.types import ColumnChoice
from playground.errors import DatasetError
from playground.words import LANGUAGES, say
from tests.data.conftest import ENGLISH, Pairs, table_of

LABELS = [label for _, label in ENGLISH]
TEXTS = [text for text, _ in ENGLISH]


def _proposed(columns: dict[str, list[str]]) -> tuple[str, str] | None:
    choice = inspect(table_of(columns)).choice
    return (choice.text, choice.label) if choice else None


@pytest.mark.parametrize(
    ("text", "label"),
    [("text", "label"), ("评论内容", "情感"), ("Review", "Sentiment"), ("ticket", "queue"), ("foo", "bar"), ("x-1", "x 2")],
)
@pytest.mark.parametrize("turned", [False, True])
def test_text_and_label_are_proposed_whatever_their_order(text: str, label: str, turned: bool) -> None:
    columns = {text: TEXTS, label: LABELS}
    assert _proposed(dict(reversed(columns.items())) if turned else columns) == (text, label)


def test_other_columns_do_not_distract() -> None:
    rows = range(len(TEXTS))
    columns = {
        "id": [f"A-{row:05}" for row in rows],
        "date": [f"2026-01-{row + 1:02}" for row in rows],
        "price": [f"{row * 1.37:.2f}" for row in rows],
        "nothing": ["" for _ in rows],
        "message": TEXTS,
        "intent": LABELS,
    }
    kinds = {column.name: column.kind for column in inspect(table_of(columns)).columns}
    assert kinds == {"id": "identifier", "date": "identifier", "price": "number", "nothing": "empty", "message": "text", "intent": "label"}
    assert _proposed(columns) == ("message", "intent")


def test_numbers_that_repeat_are_labels() -> None:
    assert _proposed({"text": TEXTS, "label": [str(row % 2) for row in range(len(TEXTS))]}) == ("text", "label")


def test_a_second_label_column_is_mentioned() -> None:
    inspection = inspect(table_of({"text": TEXTS, "label": LABELS, "channel": ["mail", "chat"] * 9}))
    assert [finding.facts["columns"] for finding in inspection.findings if finding.code == "other_label_columns"] == ["channel"]


def test_a_column_of_one_value_is_not_preferred_as_label() -> None:
    assert _proposed({"text": TEXTS, "lang": ["en"] * 18, "team": LABELS}) == ("text", "team")


def test_repeated_short_texts_still_make_a_pair() -> None:
    assert _proposed({"a": ["what a day", "go on then"] * 9, "b": ["x", "y"] * 9}) == ("a", "b")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"n": [str(row) for row in range(30)], "m": [f"{row}.5" for row in range(30)]}, "no_text_column"),
        ({"text": TEXTS}, "no_label_column"),
        ({"text": TEXTS, "story": [f"{text} told at length" for text in TEXTS]}, "no_label_column"),
    ],
)
def test_no_pair_is_an_error_finding_and_blocks(columns: dict[str, list[str]], code: str) -> None:
    inspection = inspect(table_of(columns))
    assert inspection.choice is None
    assert (inspection.findings[0].code, inspection.findings[0].severity, inspection.blocked) == (code, "error", True)
    assert inspection.labels is None


@pytest.mark.parametrize("choice", [None, ColumnChoice("text", "label")])
def test_reasons_are_sentences_in_both_languages(choice: ColumnChoice | None) -> None:
    for columns in ({"text": TEXTS, "label": LABELS}, {"foo": TEXTS, "bar": LABELS}):
        if choice and "text" not in columns:
            continue
        reasons = inspect(table_of(columns), choice).reasons
        assert [key.split("_")[0] for key, _ in reasons] == ["reason.text", "reason.label"]
        assert all(say(key, language, **facts) for key, facts in reasons for language in LANGUAGES)


def test_the_persons_columns_win() -> None:
    columns = {"text": TEXTS, "label": LABELS, "channel": ["mail", "chat"] * 9}
    inspection = inspect(table_of(columns), ColumnChoice("text", "channel"))
    assert inspection.labels == {"chat": 9, "mail": 9}


@pytest.mark.parametrize(
    ("choice", "code"), [(ColumnChoice("text", "nope"), "column_missing"), (ColumnChoice("text", "text"), "column_twice")]
)
def test_impossible_choices_are_refused(choice: ColumnChoice, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        inspect(table_of({"text": TEXTS, "label": LABELS}), choice)
    assert caught.value.code == code


def test_usable_rows_have_both_after_stripping() -> None:
    pairs: Pairs = [*ENGLISH, ("  ", "refund"), ("hello", " "), (" padded text ", " refund ")]
    inspection = inspect(table_of({"text": [text for text, _ in pairs], "label": [label for _, label in pairs]}))
    assert inspection.usable_rows == len(ENGLISH) + 1
    assert list(inspection.labels or {}) == ["refund", "damage", "delivery"]
    kept = examples(inspection)
    assert kept.iloc[-1].tolist() == ["padded text", "refund"]
    assert kept.index.tolist() == list(range(len(ENGLISH) + 1))


def test_a_blocked_inspection_gives_no_examples() -> None:
    with pytest.raises(DatasetError) as caught:
        examples(inspect(table_of({"text": TEXTS})))
    assert caught.value.code == "not_ready"
