"""Text files without columns: one text a line, or fastText's lines that begin with ``__label__x``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from playground.data.formats.columns import Columns, check_labels, check_size, chunked, strings
from playground.data.limits import Limits
from playground.data.meaning.cells import list_cell
from playground.errors import DatasetError

_MARK: Final = "__label__"
#: A comma without a blank after it makes the label a cell of a CSV.
_FIRST: Final = re.compile(r"\s*__label__[^\s,]*(?:,?\s|$)")
_LABELS_FIRST: Final = re.compile(r"(?:__label__\S*[ \t,;]*)+")
#: Labels at the end of a line, at most.
_MOST_LAST: Final = 50
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_SAMPLE_LINES: Final = 500
#: Share of the first lines that carry a label; prose never begins like that.
_SHARE: Final = 0.5


def lines_of(text: str) -> list[str]:
    """Lines that are not blank; only carriage returns and line feeds end one."""
    return [line for line in (_LINE_END.split(text) if "\r" in text else text.split("\n")) if line.strip()]


def is_fasttext(text: str) -> bool:
    """Whether nearly all lines carry a label as fastText writes it."""
    if _MARK not in text[:20_000]:
        return False
    sample = lines_of(text[:200_000])[:_SAMPLE_LINES]
    marked = sum(_FIRST.match(line) is not None or bool(_split_last(line)[0]) for line in sample)
    return marked >= _SHARE * len(sample)


def read_fasttext(text: str, name: str, limits: Limits) -> Columns:
    """Texts and their labels; where a line has several, every label is a JSON list.

    :raises DatasetError: "no_rows", "too_many_rows" or "too_many_labels".
    """
    lines = lines_of(text)
    check_size(len(lines), 2, name, limits)
    pairs = [_labels_and_text(line.strip()) for line in lines]
    check_labels((label for labels, _ in pairs for label in labels), name, limits)
    several = any(len(labels) > 1 for labels, _ in pairs)
    cells = [list_cell(sorted(set(labels))) if several else "".join(labels) for labels, _ in pairs]
    return Columns(
        ("text", "label"),
        (chunked([strings([rest for _, rest in pairs])]), chunked([strings(cells)])),
        task="multi-label-classification" if several else "text-classification",
    )


def _labels_and_text(line: str) -> tuple[list[str], str]:
    first = _LABELS_FIRST.match(line)
    if first:
        return _names(first[0]), line[first.end() :].strip()
    return _split_last(line)


def _split_last(line: str) -> tuple[list[str], str]:
    """The labels at the end of a line, and the text before them."""
    end = len(line)
    for word in reversed(line.rsplit(None, _MOST_LAST)[1:]):
        if not word.startswith(_MARK):
            break
        end = line.rindex(word, 0, end)
    return _names(line[end:]), line[:end].rstrip()


def _names(marked: str) -> list[str]:
    return [word.rstrip(",;").removeprefix(_MARK) for word in marked.split() if word.startswith(_MARK) and word.rstrip(",;") != _MARK]


def read_lines(text: str, name: str, limits: Limits) -> Columns:
    """One text a line, in a column called text.

    :raises DatasetError: "no_rows", "too_many_rows" or "value_too_long".
    """
    lines: Sequence[str] = lines_of(text)
    if not lines:
        raise DatasetError("no_rows", name=name)
    check_size(len(lines), 1, name, limits)
    return Columns(("text",), (chunked([strings([line.strip() for line in lines])]),))
