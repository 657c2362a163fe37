"""Bytes of a file -> its table. The format is told by the content; the name is a hint where the content says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from playground.data.formats.apart import Kind, read_apart
from playground.data.formats.archives import Budget, open_zip, unwrap
from playground.data.formats.chat import with_messages
from playground.data.formats.columnar import is_arrow, is_parquet
from playground.data.formats.columns import Columns, check_cells
from playground.data.formats.conll import conll_shape, read_conll
from playground.data.formats.folders import read_archive
from playground.data.formats.frames import frame_of
from playground.data.formats.lines import is_fasttext, lines_of, read_fasttext, read_lines
from playground.data.formats.paragraphs import paragraphs_of, read_paragraphs
from playground.data.formats.records import read_json
from playground.data.formats.refuse import refuse_content, refuse_foreign
from playground.data.formats.several import by_split, combine, divided, split_of
from playground.data.formats.sheets import workbook_format
from playground.data.limits import LIMITS, Limits
from playground.data.text.delimited import read_delimited
from playground.data.text.encoding import Decoded, decode
from playground.data.types import Finding, Table
from playground.errors import DatasetError

_LONGEST_NAME: Final = 120
#: Control characters, and those that turn the direction of writing around.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_JSON_NAMES: Final = (".json", ".jsonl", ".ndjson")
_DELIMITED_NAMES: Final = (".csv", ".tsv", ".txt", ".tab")
_LINE_NAMES: Final = (".txt", ".text", ".log", ".md")
_PUNCTUATION: Final = (",", ";")
_PROSE_SHARE: Final = 0.8
#: JSON begins with an object or with a list of something; a sentence in brackets does not.
_JSON_START: Final = re.compile(r'[\s\ufeff]*(?:\{\s*(?:"|\})|\[\s*[\[{"\]\d-])')
_JSON_LINE: Final = re.compile(r'^[ \t]*\{[ \t]*"', re.MULTILINE)
#: Records as Python prints them.
_PYTHON_START: Final = re.compile(r"[\s\ufeff]*(?:\[\s*)?\{\s*'\w+'\s*:")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the person asked for, and the limits."""

    encoding: str | None
    delimiter: str | None
    sheet: str | None
    limits: Limits


def read_table(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Read a file as uploaded (or rows as pasted, under a name like "pasted.csv"); cells stay the strings they are.

    Packed files are unpacked in memory; a zip may hold one table, the splits of one, or folders of texts called like their labels.

    :param encoding: a Python codec name, instead of the detected one.
    :param delimiter: one character, instead of the detected one.
    :param sheet: of a workbook, the name of the one to read, instead of the first that holds a table.
    :raises DatasetError: with a cause and a remedy, if this is no table of text, is damaged beyond reading, or exceeds a limit.
    """
    wish = _Wish(encoding, delimiter, sheet, limits)
    return _read_file(data, shown_name(name), wish, Budget(shown_name(name), limits))


def read_tables(
    files: Sequence[tuple[bytes, str]],
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Read files that were chosen together: the splits of one dataset if their names say so, else parts of one table.

    :param files: bytes and name of each.
    :raises DatasetError: whatever ``read_table`` raises for one of them; "tables_differ" naming the columns; "file_too_large" for all.
    """
    names = [shown_name(name) for _, name in files]
    listed = ", ".join(names)
    shown = listed if len(listed) <= _LONGEST_NAME else f"{listed[: _LONGEST_NAME - 2]} …"
    total = sum(len(data) for data, _ in files)
    if total > limits.file_bytes:
        raise DatasetError("file_too_large", name=shown, megabytes=total // 1_000_000, limit=limits.file_bytes // 1_000_000)
    wish, budget = _Wish(encoding, delimiter, sheet, limits), Budget(shown, limits)
    tables = [_read_file(data, name, wish, budget) for (data, _), name in zip(files, names, strict=True)]
    if len(tables) == 1:
        return tables[0]
    said = [split_of(name) for name in names]
    splits = divided(names) or ([split or "train" for split in said] if "train" in said and len({*said} - {None}) > 1 else None)
    if splits is None:
        return combine(tables, shown, None, limits)
    return by_split(list(zip(tables, splits, strict=True)), shown, limits)


def _read_file(data: bytes, name: str, wish: _Wish, budget: Budget) -> Table:
    limits = wish.limits
    refuse_foreign(data, name, limits)
    inner, inside = unwrap(data, name, budget)
    if not inner.startswith((b"PK\x03\x04", b"PK\x05\x06")) or workbook_format(inner, name, limits):
        return replace(_read_one(inner, inside, wish), name=name)
    found = read_archive(open_zip(inner, name, limits, budget), limits, partial(_read_inside, wish=wish, budget=budget), wish.encoding)
    return replace(found, name=name) if isinstance(found, Table) else _table_of(found, name, "zip", found.encoding, limits)


def shown_name(name: str) -> str:
    """A file name that is safe to show and to keep: no folders, no control characters, not endless."""
    plain = _UNPRINTABLE.sub("", PurePosixPath(name.replace("\\", "/")).name).strip()
    return plain[-_LONGEST_NAME:] if plain.strip(".") else "data"


def _read_inside(data: bytes, name: str, wish: _Wish, budget: Budget) -> Table:
    """A file out of an archive, which may be packed once more, but not hold another archive."""
    shown = shown_name(name)
    inner, shown = unwrap(data, shown, budget)
    if inner.startswith(b"PK\x03\x04") and workbook_format(inner, shown, wish.limits) is None:
        raise DatasetError("archive_nested", name=shown)
    return _read_one(inner, shown, wish)


def _read_one(data: bytes, name: str, wish: _Wish) -> Table:
    refuse_content(data, name)
    kind = _compiled_kind(data, name, wish.limits)
    if kind is None:
        return _read_text(data, name, wish)
    columns = read_apart(kind[0], data, name, wish.sheet, wish.limits)
    return _table_of(columns, name, kind[1], None, wish.limits)


def _compiled_kind(data: bytes, name: str, limits: Limits) -> tuple[Kind, str] | None:
    """Which reader of its own process reads this, and what the format is called; None for text."""
    if is_parquet(data):
        return "parquet", "parquet"
    if is_arrow(data):
        return "arrow", "arrow"
    workbook = workbook_format(data, name, limits)
    return ("workbook", workbook) if workbook else None


def _table_of(columns: Columns, name: str, form: str, encoding: str | None, limits: Limits) -> Table:
    check_cells(columns, name, limits)
    frame = frame_of(dict(zip(columns.names, columns.cells, strict=True)))
    task = columns.task
    if task is None:
        frame, task = with_messages(frame) if form in ("json", "jsonl", "parquet", "arrow") else (frame, None)
    return Table(name, form, encoding, None, frame, columns.findings, columns.sheets, columns.sheet, columns.splits, task)


def _read_text(data: bytes, name: str, wish: _Wish) -> Table:
    decoded = decode(data, name, wish.encoding)
    table = _parse(decoded, name, wish)
    findings = (*decoded.findings, *table.findings)
    if decoded.damaged:
        findings = (_damage(table, decoded.damaged), *findings)
    return replace(table, findings=findings)


def _parse(decoded: Decoded, name: str, wish: _Wish) -> Table:
    text, limits = decoded.text, wish.limits
    if wish.delimiter is None:
        if _looks_like_json(text, name):
            columns, form = read_json(text, name, limits)
            return _table_of(columns, name, form, decoded.encoding, limits)
        if is_fasttext(text):
            return _table_of(read_fasttext(text, name, limits), name, "fasttext", decoded.encoding, limits)
        shape = conll_shape(text, name)
        if shape is not None:
            return _table_of(read_conll(text, shape, name, limits), name, "conll", decoded.encoding, limits)
        if name.lower().endswith(_LINE_NAMES) and (paragraphs := paragraphs_of(text)):
            joined = read_paragraphs(paragraphs, len(lines_of(text)), name, limits)
            return _table_of(joined, name, "txt", decoded.encoding, limits)
    frame, used, findings = read_delimited(text, name, wish.delimiter, limits)
    if wish.delimiter is None and used is None and name.lower().endswith(_JSON_NAMES):
        read_json(text, name, limits)  # it is neither that nor a table, and this says why
    if wish.delimiter is None and name.lower().endswith(_LINE_NAMES) and (used is None or _is_prose(text, used, findings)):
        return _table_of(read_lines(text, name, limits), name, "txt", decoded.encoding, limits)
    return Table(name, "csv", decoded.encoding, used, frame, findings)


def _looks_like_json(text: str, name: str) -> bool:
    suffix = PurePosixPath(name.lower()).suffix
    if not _JSON_START.match(text[:1000]) and not _PYTHON_START.match(text[:1000]):
        return suffix in _JSON_NAMES and _JSON_LINE.search(text[:100_000]) is not None
    # A CSV may begin with a bracket too; its first line then does not end like JSON does.
    return suffix in _JSON_NAMES or suffix not in _DELIMITED_NAMES or text.rstrip(" \t\r\n,")[-1:] in "]}"


def _is_prose(text: str, delimiter: str, findings: Sequence[Finding]) -> bool:
    """Whether what seems to be a delimiter is punctuation, with a blank after it, and no header says otherwise."""
    if delimiter not in _PUNCTUATION or not any(finding.code == "no_header" for finding in findings):
        return False
    return text.count(f"{delimiter} ") >= _PROSE_SHARE * text.count(delimiter)


def _damage(table: Table, count: int) -> Finding:
    marks = np.zeros(len(table.frame), dtype=bool)
    for column in table.frame.columns:
        marks |= table.frame[column].str.contains("\ufffd", regex=False).to_numpy(dtype=bool)
    rows = tuple(int(row) for row in np.flatnonzero(marks)[:1000])
    return Finding("damaged_characters", "warning", {"count": count, "encoding": table.encoding or "", "rows": int(marks.sum())}, rows)
