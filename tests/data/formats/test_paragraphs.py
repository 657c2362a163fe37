"""Prose with broken lines."""

from __future__ import annotations

import textwrap

import pytest

from playground.data.formats.paragraphs import paragraphs_of
from playground.data.read import read_table
from tests.data.findings.making import sentences

ENGLISH = [f"{'. '.join(sentences(5, words=13, seed=seed))}." for seed in range(12)]
CHINESE = [
    f"这是第{number}段的开头，讲了一件很久以前的小事，地点在河边的村子里。后来大家都搬走了，只剩下一座桥和几棵老树。"
    for number in range(12)
]


@pytest.mark.parametrize(("paragraphs", "width"), [(ENGLISH, 72), (ENGLISH, 40), (CHINESE, 20)])
@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n\r\n"])
def test_broken_lines_become_paragraphs(paragraphs: list[str], width: int, between: str) -> None:
    end = between[: len(between) - len(between.lstrip("\r"))] + "\n"
    text = between.join(textwrap.fill(paragraph, width).replace("\n", end) for paragraph in paragraphs)
    assert paragraphs_of(text) == paragraphs


def test_headings_stay_texts_of_their_own() -> None:
    text = "\n\n".join(["CHAPTER I", *(textwrap.fill(paragraph, 60) for paragraph in ENGLISH)])
    found = paragraphs_of(text)
    assert found is not None
    assert found[0] == "CHAPTER I"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(ENGLISH),
        "\n\n".join(ENGLISH),
        "\n\n".join("\n".join(sentences(4, words=2 + seed % 9, seed=seed)) for seed in range(12)),
        "\n\n".join(f"Question {number}?\nIt is a long answer to the question that was asked before." for number in range(12)),
        textwrap.fill(" ".join(ENGLISH), 72),
    ],
    ids=["a text a line", "blank lines between", "verses", "two lines each", "no paragraphs"],
)
def test_anything_else_stays_a_text_a_line(text: str) -> None:
    assert paragraphs_of(text) is None


def test_that_lines_were_joined_is_said() -> None:
    table = read_table("\n\n".join(textwrap.fill(paragraph, 72) for paragraph in ENGLISH).encode(), "book.txt")
    assert (table.format, table.frame["text"].tolist()) == ("txt", ENGLISH)
    assert [finding.code for finding in table.findings] == ["paragraphs_joined"]
    assert table.findings[0].facts["count"] == 12
