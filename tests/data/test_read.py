"""The door: any file in, a table out."""

from __future__ import annotations

import pytest

from playground.data.read import read_table, shown_name


def test_pasted_rows_are_read_like_a_file() -> None:
    table = read_table(b"hello there\tgreeting\nwhere is it\tquestion\nhi\tgreeting\n", "pasted.csv")
    assert (table.format, table.delimiter, len(table.frame)) == ("csv", "\t", 3)
    assert [finding.code for finding in table.findings] == ["no_header"]


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.txt", "x", "x.json.csv", "数据.CSV"])
def test_the_content_tells_the_format(name: str) -> None:
    assert read_table(b"text,label\na b,x\nc d,y\n", name).format == "csv"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a.csv", "a.csv"),
        ("evil\x1b[31m\u202egnp.csv", "evil[31mgnp.csv"),
        ("..", "data"),
        ("", "data"),
        ("/", "data"),
        ("评论.csv", "评论.csv"),
    ],
)
def test_a_hostile_name_is_harmless(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_long_name_keeps_its_end() -> None:
    assert shown_name("x" * 500 + ".csv").endswith("x.csv")
    assert len(shown_name("x" * 500)) == 120


def test_damaged_characters_are_a_finding_with_their_rows() -> None:
    data = "text,label\n好的东西,好\n坏的东西,坏\n".encode() * 1 + b"\xe5\xa5,x\n"
    table = read_table(data, "x.csv")
    finding = next(finding for finding in table.findings if finding.code == "damaged_characters")
    assert finding.rows == (2,)
