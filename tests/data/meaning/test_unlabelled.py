"""When a file's texts are to be read rather than labelled, and what is read of each row."""

from __future__ import annotations

import json

import pytest

from playground.data.infer import examples, inspect
from playground.data.types import ColumnChoice
from playground.words import LANGUAGES
from tests.data.conftest import ENGLISH, table_of
from tests.data.findings.making import sentences

TEXTS = sentences(30)
LABELS = ["delivery", "refund"] * 15
LONG = [f"{text} and {other}, {text}" for text, other in zip(TEXTS, reversed(TEXTS), strict=True)]


@pytest.mark.parametrize(
    ("columns", "text", "confidence"),
    [
        ({"text": TEXTS}, "text", "likely"),
        ({"内容": TEXTS}, "内容", "likely"),
        ({"text": TEXTS, "source": ["web"] * 30}, "text", "unsure"),
        ({"id": [f"a-{row}" for row in range(30)], "text": TEXTS}, "text", "unsure"),
        ({"title": [f"Day {row} in {'abc'[row % 3]}" for row in range(30)], "body": LONG}, "body", "unsure"),
    ],
)
def test_texts_without_labels_are_read(columns: dict[str, list[str]], text: str, confidence: str) -> None:
    found = inspect(table_of(columns))
    assert (found.task, found.choice, found.confidence) == ("language-modeling", ColumnChoice(text, ""), confidence)
    assert (found.usable_rows, found.labels, found.blocked) == (30, {}, False)
    assert "label column" not in found.findings[-1].message()
    told = next(finding for finding in found.findings if finding.code == "no_labels_here")
    assert all("label" in told.remedy(language) or "标签" in told.remedy(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "columns",
    [
        {"text": TEXTS, "label": [""] * 30},
        {"text": TEXTS, "情感": [""] * 30},
        {"text": TEXTS, "label": ["same"] * 30},
        {"text": TEXTS, "story": LONG},
    ],
    ids=["labels forgotten", "labels forgotten in Chinese", "one label", "two texts"],
)
def test_what_was_meant_for_something_else_stays_an_error(columns: dict[str, list[str]]) -> None:
    assert inspect(table_of(columns)).blocked


def test_who_wants_to_classify_is_told_that_labels_are_missing() -> None:
    found = inspect(table_of({"text": TEXTS}), task="text-classification")
    assert "no_label_column" in {finding.code for finding in found.findings if finding.severity == "error"}


def test_any_texts_can_be_read_and_their_labels_left_alone() -> None:
    columns = {"text": [text for text, _ in ENGLISH], "label": [label for _, label in ENGLISH]}
    for choice in (None, ColumnChoice("text", "label")):
        found = inspect(table_of(columns), choice, "language-modeling")
        assert (found.choice, found.usable_rows, found.labels) == (ColumnChoice("text", ""), len(ENGLISH), {})
        assert set(examples(found)["label"]) == {""}


def test_of_chats_what_was_said_is_read() -> None:
    chats = [json.dumps([{"from": "human", "value": f"Why {text}?"}, {"from": "gpt", "value": "Because."}]) for text in TEXTS]
    found = inspect(table_of({"messages": chats}), task="language-modeling")
    assert examples(found)["text"].iloc[0] == f"Why {TEXTS[0]}?\nBecause."


def test_tokens_are_put_together_again() -> None:
    columns = {"tokens": [json.dumps(text.split()) for text in TEXTS], "tags": [json.dumps(["O"] * len(text.split())) for text in TEXTS]}
    found = inspect(table_of(columns), task="language-modeling")
    assert examples(found)["text"].tolist() == TEXTS


def test_a_text_column_chosen_without_a_label_is_read() -> None:
    found = inspect(table_of({"text": TEXTS, "label": LABELS}), ColumnChoice("text", ""))
    assert (found.task, found.labels) == ("language-modeling", {})


def test_numbers_alone_are_not_read() -> None:
    found = inspect(table_of({"n": [str(row) for row in range(30)]}), task="language-modeling")
    assert (found.choice, found.findings[0].code) == (None, "numbers_only")
