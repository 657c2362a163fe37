"""Tables drawn with bars and dashes."""

from __future__ import annotations

import pytest

from playground.data.text.drawn import undrawn


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| x \\| y | z |\n",
        "a | b\n--- | :---:\nx \\| y | z\n",
        "+---+---+\n| a | b |\n+===+===+\n| x \\| y | z |\n+---+---+\n1 row in set\n",
        "```\n| a | b |\n|---|---|\n| x \\| y | z |\n```\n",
    ],
)
def test_a_drawing_becomes_rows(text: str) -> None:
    assert undrawn(text) == 'a|b\n"x | y"|z\n'


@pytest.mark.parametrize(
    "text", ["a|b\nx|y\n", "text,label\n---,a\nb,c\n", "", "words\n-----\nmore words\n", "a - b\n| only one bar\nfoo\nbar\n"]
)
def test_other_texts_are_no_drawings(text: str) -> None:
    assert undrawn(text) is None
