"""Prose whose lines are broken at a fixed width, as in e-mails and books of plain text: its paragraphs, each as one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from playground.data.formats.columns import Columns, check_size, chunked, strings
from playground.data.limits import Limits
from playground.data.meaning.entities import joined
from playground.data.types import Finding

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_SAMPLE_CHARACTERS: Final = 400_000
#: Paragraphs of several lines there must be at least, and the share of all lines that must be in such.
_FEWEST: Final = 3
_WRAPPED_LINES: Final = 0.6
#: Lines that go on are nearly as long as the longest: this share of its length, in this share of them.
_LONG_ENOUGH: Final = 0.6
_REGULAR: Final = 0.9
#: Characters of a broken line, narrow at least (half of it for Chinese and Japanese) and wide at most.
_WIDTHS: Final = (30, 200)
#: A line that goes on rarely ends a sentence; a paragraph mostly does.
_ENDING: Final = re.compile(r"[.!?:;。！？：；…][\"'”’»）)\]]*$")
_ENDINGS_INSIDE: Final = 0.5
_ENDINGS_LAST: Final = 0.5


def paragraphs_of(text: str) -> list[str] | None:
    """Each paragraph on one line; None if this is not clearly prose with broken lines and blank ones between paragraphs."""
    blocks = _blocks(text[:_SAMPLE_CHARACTERS])
    if not _is_wrapped(blocks):
        return None
    return [joined(block)[0] for block in (blocks if len(text) <= _SAMPLE_CHARACTERS else _blocks(text))]


def read_paragraphs(paragraphs: Sequence[str], lines: int, name: str, limits: Limits) -> Columns:
    """One text a paragraph, in a column called text.

    :param lines: of the file that are not blank.
    :raises DatasetError: "too_many_rows" or "value_too_long".
    """
    check_size(len(paragraphs), 1, name, limits)
    found = Finding("paragraphs_joined", "info", {"lines": lines, "count": len(paragraphs)})
    return Columns(("text",), (chunked([strings(list(paragraphs))]),), (found,))


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in _LINE_END.split(text):
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _is_wrapped(blocks: Sequence[Sequence[str]]) -> bool:
    several = [block for block in blocks if len(block) > 1]
    if len(several) < _FEWEST or sum(map(len, several)) < _WRAPPED_LINES * sum(map(len, blocks)):
        return False
    inside = [line for block in several for line in block[:-1]]
    lengths = np.array([len(line) for line in inside])
    width = float(np.quantile(lengths, 0.95))
    narrow = _WIDTHS[0] if "".join(inside[:50]).isascii() else _WIDTHS[0] / 2
    if not narrow <= width <= _WIDTHS[1] or float((lengths >= _LONG_ENOUGH * width).mean()) < _REGULAR:
        return False
    ends_inside = sum(_ENDING.search(line) is not None for line in inside)
    ends_last = sum(_ENDING.search(block[-1]) is not None for block in several)
    return ends_inside <= _ENDINGS_INSIDE * len(inside) and ends_last >= _ENDINGS_LAST * len(several)
