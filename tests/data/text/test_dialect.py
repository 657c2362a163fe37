"""How cells are told apart, found on the beginning of a text."""

from __future__ import annotations

import pytest

from playground.data.text.dialect import SPACES, Dialect, can_delimit, lines_of, sniff

ROWS = [(f"some words {row}", "ab"[row % 2]) for row in range(12)]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "^", "~", "§", "\x01", "||", "|||", "::", "\t\t", "@@", SPACES])
def test_a_mark_in_every_line_is_the_delimiter(mark: str) -> None:
    text = "".join(f"{text}{mark}{label}\n" for text, label in [("text", "label"), *ROWS])
    dialect = sniff(text)
    assert dialect.delimiter == mark
    assert list(dialect.records(text))[1:] == [list(row) for row in ROWS]


@pytest.mark.parametrize("text", ["one column\nof words\nwithout, really, a delimiter\nat all\n", "word\n", "", "\n\n", '"', "a"])
def test_one_column_has_no_delimiter(text: str) -> None:
    assert sniff(text).delimiter == ""


def test_title_lines_do_not_hide_the_delimiter() -> None:
    text = "Report\nof May\nby me\n\n\n\n" + "".join(f"{text};{label}\n" for text, label in ROWS * 2)
    assert sniff(text).delimiter == ";"


def test_quotes_are_kept_where_they_close_and_ignored_where_they_do_not() -> None:
    assert sniff('text,label\n"a, b",x\n"c, d",y\n').quote == '"'
    assert sniff('text\tlabel\n5" wide\tx\n6" high\ty\n"odd\tz\n').quote is None


def test_the_lines_of_a_long_text_are_the_same_in_pieces() -> None:
    text = "".join(f"row {row}\r\n" for row in range(200_000)) + "last"
    assert list(lines_of(text)) == text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("mark", "can"), [(",", True), ("x", True), ("||", True), (SPACES, True), ("", False), ("ab", False), ('"', False), ("\n", False)]
)
def test_which_marks_a_person_may_give(mark: str, can: bool) -> None:
    assert can_delimit(mark) is can


def test_strict_reading_raises_at_a_quote_that_never_closes() -> None:
    import csv

    with pytest.raises(csv.Error):
        list(Dialect(",").reader(['"open,a\n', "b,c\n"], strict=True))
