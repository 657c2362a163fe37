"""What stands beside the rows, for every task."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from playground.data.infer import inspect
from playground.data.types import Inspection, Table, TaskName
from playground.ui.data_beside import beside_html
from playground.words import LANGUAGES
from tests.data.findings.making import sentences

TEXTS = sentences(30)
TOKENS = [json.dumps(text.split()) for text in TEXTS]


def look(task: TaskName, **columns: list[str]) -> Inspection:
    return inspect(Table("made.csv", "csv", "utf-8", ",", pd.DataFrame(columns, dtype="str")), task=task)


def beside(inspection: Inspection, language: str = "en") -> str:
    assert inspection.mended is not None
    return beside_html(inspection, inspection.mended, language, 0)  # type: ignore[arg-type]


def shares(html: str) -> list[str]:
    return re.findall(r'pg-muted">([\d.]+ %)<', html)


def test_shares_of_several_labels_are_of_the_rows() -> None:
    html = beside(look("multi-label-classification", text=TEXTS, tags=['["a", "b"]', '["a"]', "[]"] * 10))
    assert shares(html) == ["67 %", "33 %"]
    assert "1.0 labels a row on average. 10 rows carry none." in html


def test_entities_are_counted_by_kind_in_the_colours_of_the_rows() -> None:
    tags = [json.dumps(["B-PER", "I-PER", "O", "B-LOC"] + ["O"] * 6 if place % 3 else ["O"] * 10) for place in range(30)]
    html = beside(look("token-classification", tokens=TOKENS, tags=tags))
    assert "40 entities in 20 rows. 10 rows hold none." in html
    assert re.findall(r"--kind:var\(--pg-dot-(\d)\)", html) == ["0", "1"]
    assert html.count('data-edit="name"') == 2


def test_numbers_are_a_histogram_with_their_mean() -> None:
    html = beside(look("regression", text=TEXTS, score=[f"{place}.5" for place in range(30)]))
    assert "Mean 15, standard deviation 8.66, from 0.5 to 29.5." in html
    assert "pg-column" in html


def test_answers_and_texts_show_how_long_they_are() -> None:
    chats = [json.dumps([{"role": "user", "content": text}, {"role": "assistant", "content": "x" * 7}]) for text in TEXTS]
    chats[0] = json.dumps([{"role": role, "content": "y"} for role in ("user", "assistant", "user", "assistant")])
    html = beside(look("generation", messages=chats))
    assert "Half of the answers have 7 characters or fewer. 1 row is a conversation of several turns." in html
    texts = beside(look("language-modeling", text=TEXTS))
    assert f"{sum(map(len, TEXTS)):,} characters in all" in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_beside_rows_without_columns(language: str) -> None:
    nothing = look("token-classification", text=TEXTS)
    assert beside_html(nothing, nothing.table.frame, language) == ""  # type: ignore[arg-type]


def test_labels_of_one_kind_look_as_before() -> None:
    html = beside(look("text-classification", text=TEXTS, label=["a", "b", "b"] * 10))
    assert shares(html) == ["67 %", "33 %"]
    assert "pg-counted" not in html
