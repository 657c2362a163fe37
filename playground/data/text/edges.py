"""What stands above and below the rows of a table: titles, comments and totals, as people and programs put them there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd

from playground.data.meaning.hints import LABEL_NAMES, TEXT_NAMES, plain_name
from playground.data.text.header import first_row_is_header

_MOST_ABOVE: Final = 20
_MOST_BELOW: Final = 3
_TOTAL: Final = re.compile(r"(?:(?:grand|sub)[ -]?)?totals?|sum|合计|总计|小计|共计|总和|总数|汇总|總計|合計|小計|總數", re.IGNORECASE)
#: What programs write below a result: "(120 rows)", "Total: 120", "共 120 条".
_COUNT: Final = re.compile(
    r"\(?\d[\d,]* rows?(?: selected| affected| in set.*)?\)?\.?"
    r"|(?:totals?|合计|总计|共计|共|總計|合計)\s*[:：]?\s*\d[\d,.]*\s*\w{0,8}",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+\s*%?")


def records_above(records: Sequence[Sequence[str]]) -> int:
    """How many of the first records (none of them blank) are titles or comments above the table."""
    widths = Counter(len(record) for record in records if _filled(record) > 1)
    if not widths:
        return 0
    width = widths.most_common(1)[0][0]
    above = 0
    for record in records[:_MOST_ABOVE]:
        if not (_is_comment(record, width) or _is_title(record)):
            break
        above += 1
    while above and not _begins_table(records, above, width):
        above -= 1
    return above


def _filled(record: Sequence[str]) -> int:
    return sum(1 for cell in record if cell.strip())


def _is_comment(record: Sequence[str], width: int) -> bool:
    start = record[0].lstrip()
    return start.startswith(("#", "//")) and (len(record) != width or start.startswith(("# ", "// ")))


def _is_title(record: Sequence[str]) -> bool:
    return _filled(record) == 1 and (len(record) == 1 or not _is_known("".join(record)))


def _begins_table(records: Sequence[Sequence[str]], above: int, width: int) -> bool:
    """What follows the last line left out must name the columns; below comments it may also be a first row."""
    if len(records) <= above:
        return False
    named = any(_is_known(cell) for cell in records[above]) or (_filled(records[above]) > 1 and first_row_is_header(records[above:]))
    commented = all(_is_comment(record, width) and len(record) != width for record in records[:above])
    return named or (commented and len(records[above]) == width)


def _is_known(cell: str) -> bool:
    name = plain_name(cell)
    return name in TEXT_NAMES or name in LABEL_NAMES


def without_totals(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows without lines of totals at their end, and what these said."""
    totals: list[str] = []
    while len(totals) < min(_MOST_BELOW, len(frame) - 1) and len(frame.columns) > 1:
        cells = [cell.strip() for cell in frame.iloc[len(frame) - 1 - len(totals)]]
        filled = [cell for cell in cells if cell]
        if not _is_total(filled):
            break
        totals.insert(0, " ".join(filled))
    return (frame.iloc[: len(frame) - len(totals)] if totals else frame), totals


def _is_total(cells: Sequence[str]) -> bool:
    if not cells:
        return False
    named = any(_TOTAL.fullmatch(cell.rstrip(":： ")) for cell in cells)
    others = [cell for cell in cells if not _TOTAL.fullmatch(cell.rstrip(":： "))]
    return (named and all(_NUMBER.fullmatch(cell) for cell in others)) or (len(cells) == 1 and _COUNT.fullmatch(cells[0]) is not None)
