"""Bytes of a file -> its table. The format is told by the content; the name is only for people to read."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from playground.data.delimited import read_delimited
from playground.data.encoding import decode
from playground.data.limits import LIMITS, Limits
from playground.data.records import read_json
from playground.data.refuse import refuse_foreign
from playground.data.sheets import is_parquet, read_parquet, read_workbook, workbook_format
from playground.data.types import Finding, Table

_LONGEST_NAME: Final = 120
#: Control characters, and those that turn the direction of writing around.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_JSON_NAMES: Final = (".json", ".jsonl", ".ndjson")
_DELIMITED_NAMES: Final = (".csv", ".tsv", ".txt", ".tab")
#: JSON begins with an object or with a list of something; a sentence in brackets does not.
_JSON_START: Final = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*[\[{"\]\d-])')


def read_table(data: bytes, name: str, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = LIMITS) -> Table:
    """Read a file as uploaded (or rows as pasted, under a name like "pasted.csv"); cells stay the strings they are.

    :param encoding: a Python codec name, instead of the detected one.
    :param delimiter: one character, instead of the detected one.
    :raises DatasetError: with a cause and a remedy, if this is no table of text, is damaged beyond reading, or exceeds a limit.
    """
    shown = shown_name(name)
    refuse_foreign(data, shown, limits)
    if is_parquet(data):
        frame, findings = read_parquet(data, shown, limits)
        return Table(shown, "parquet", None, None, frame, findings)
    workbook = workbook_format(data, shown, limits)
    if workbook:
        frame, findings = read_workbook(data, shown, limits)
        return Table(shown, workbook, None, None, frame, findings)
    return _read_text(data, shown, encoding, delimiter, limits)


def shown_name(name: str) -> str:
    """A file name that is safe to show and to keep: no folders, no control characters, not endless."""
    plain = _UNPRINTABLE.sub("", PurePosixPath(name.replace("\\", "/")).name).strip()
    return plain[-_LONGEST_NAME:] if plain.strip(".") else "data"


def _read_text(data: bytes, name: str, encoding: str | None, delimiter: str | None, limits: Limits) -> Table:
    decoded = decode(data, name, encoding)
    if delimiter is None and _looks_like_json(decoded.text, name):
        frame, form, findings = read_json(decoded.text, name, limits)
        used = None
    else:
        frame, used, findings = read_delimited(decoded.text, name, delimiter, limits)
        form = "csv"
    table = Table(name, form, decoded.encoding, used, frame, findings)
    if not decoded.damaged:
        return table
    damage = _damage(table, decoded.damaged)
    return Table(name, form, decoded.encoding, used, frame, (damage, *findings))


def _looks_like_json(text: str, name: str) -> bool:
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _JSON_NAMES:
        return True
    if not _JSON_START.match(text[:1000]):
        return False
    # A CSV may begin with a bracket too; its first line then does not end like JSON does.
    return suffix not in _DELIMITED_NAMES or text.rstrip()[-1] in "]}"


def _damage(table: Table, count: int) -> Finding:
    marks = np.zeros(len(table.frame), dtype=bool)
    for column in table.frame.columns:
        marks |= table.frame[column].str.contains("\ufffd", regex=False).to_numpy(dtype=bool)
    rows = tuple(int(row) for row in np.flatnonzero(marks)[:1000])
    return Finding("damaged_characters", "warning", {"count": count, "encoding": table.encoding or "", "rows": int(marks.sum())}, rows)
