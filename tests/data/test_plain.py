"""Characters that act on a terminal, a log or a spreadsheet are made harmless."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from playground.data.plain import json_text, plain, plain_lines, safe_cell, safe_cells


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("你好，世界 café", "你好，世界 café"),
        ("family 👨\u200d👩\u200d👧 می\u200cخواهم", "family 👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1b]0;new title\x07rest", "rest"),
        ("\x1b]8;;http://evil.example\x1b\\link", "link"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("fake\u2028line\u2029\x85end", "fake line  end"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("zero\u200bwidth\ufeff\u00adsoft", "zerowidthsoft"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("half \ud83d", "half \ufffd"),
        ("bell\x07 back\x08 nul\x00", "bell back nul"),
    ],
)
def test_what_acts_on_a_terminal_is_gone_and_the_rest_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_message_of_several_lines_keeps_them() -> None:
    assert plain_lines("first\x1b[1m\nsecond\rthird") == "first\nsecond third"


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "\x9b2J", "a\u202eb", "line\u2028end", "\x7f", "half \ud83d", "tag\U000e0041", "你好 👍", 'q"\\']
)
def test_json_for_a_terminal_loses_nothing_and_shows_nothing_that_acts(text: str) -> None:
    written = json_text({"label": text})
    assert json.loads(written) == {"label": text}
    assert plain(written) == written


def test_json_keeps_its_indentation() -> None:
    assert json_text({"a": [1]}, indent=2) == json.dumps({"a": [1]}, indent=2)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=", "-", "- a list"])
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "words", "a=b", "-5", "+3.5", "-1,234.50", "-12%", "1e-3", "'quoted", 5, -2.5, None])
def test_words_and_numbers_stay_as_they_are(cell: object) -> None:
    assert safe_cell(cell) is cell


def test_a_table_is_made_safe_in_its_names_and_cells() -> None:
    frame = pd.DataFrame({"=text": pd.array(["@x", "fine"], dtype="str"), "score": [-1.5, 2.0]})
    safe = safe_cells(frame)
    assert safe.to_dict("list") == {"'=text": ["'@x", "fine"], "score": [-1.5, 2.0]}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "utf-8", None, "no such"])
def test_json_can_be_written_in_every_encoding(encoding: str | None) -> None:
    written = json_text({"label": "你好 👍 é"}, encoding=encoding)
    assert json.loads(written) == {"label": "你好 👍 é"}
    written.encode("utf-8" if encoding in (None, "no such") else encoding)
