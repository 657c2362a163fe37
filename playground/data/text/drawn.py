"""Tables drawn with characters, as Markdown, MySQL and psql have them, turned into rows of cells."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

#: A line of dashes with bars or crosses between them, which is what makes a table drawn.
_RULE: Final = re.compile(r"\s*[|+]?\s*:?[-=]+:?\s*(?:[|+]\s*:?[-=]+:?\s*)+[|+]?\s*|\s*[|+]\s*:?[-=]{2,}:?\s*[|+]\s*")
_BAR: Final = re.compile(r"(?<!\\)\|")
#: The rule stands among the first lines that are not blank.
_RULE_WITHIN: Final = 4
_BARRED_SHARE: Final = 0.6


def undrawn(text: str) -> str | None:
    """The table as a CSV with bars between the cells; None if the text is no drawn table."""
    head = [line for line in text[:20_000].splitlines() if line.strip()][:200]
    if not any(_RULE.fullmatch(line) for line in head[:_RULE_WITHIN]):
        return None
    if sum("|" in line or _RULE.fullmatch(line) is not None for line in head) < _BARRED_SHARE * len(head):
        return None
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, delimiter="|", lineterminator="\n")
    for line in text.splitlines():
        if "|" in line and not _RULE.fullmatch(line):
            writer.writerow(_cells(line))
    return rows.getvalue()


def _cells(line: str) -> list[str]:
    cells = [cell.replace("\\|", "|").strip() for cell in _BAR.split(line.strip())]
    framed = line.strip()
    if framed.startswith("|"):
        cells = cells[1:]
    return cells[:-1] if framed.endswith("|") and not framed.endswith("\\|") else cells
