"""Whether the first row of a table names its columns or is already an example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from playground.data.meaning.hints import LABEL_NAMES, TEXT_NAMES, plain_name

#: A name longer than this is a sentence.
_LONGEST_NAME: Final = 60
_SENTENCE_END: Final = re.compile(r"[.!?。！？…]$|[,;，；：] ")
_VALUE: Final = re.compile(r"[-+]?\d[\d.,:/\- ]*|true|false|[-+]?\d+%", re.IGNORECASE)


def first_row_is_header(records: Sequence[Sequence[str]]) -> bool:
    """Decided on the first rows: a cell that is one of its column's values speaks against a header, a known name for it."""
    first = [cell.strip() for cell in records[0]]
    if any(_repeats_below(place, cell, records) for place, cell in enumerate(first) if cell):
        return False
    if any(plain_name(cell) in TEXT_NAMES or plain_name(cell) in LABEL_NAMES for cell in first):
        return True
    if len(records) == 1:
        return False
    return not any(_VALUE.fullmatch(cell) or len(cell) > _LONGEST_NAME or _SENTENCE_END.search(cell) for cell in first)


def _repeats_below(place: int, cell: str, records: Sequence[Sequence[str]]) -> bool:
    """Whether the cell is one of its column's usual values, as a label would be; a header pasted in again does not count."""
    return any(len(record) > place and record[place].strip() == cell and list(record) != list(records[0]) for record in records[1:])
