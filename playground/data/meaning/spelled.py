"""What is spelled inside a cell: lists, spans, messages, tags, several labels in one, numbers. Parsed, never run."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from playground.data.meaning.spans import Span, spans_in

#: What the cells of a column spell.
Form = Literal["plain", "list", "spans", "messages", "tags"]

_PLAIN: Final[Form] = "plain"
#: Between labels that stand in one cell; the comma last, since names may hold one.
SEPARATORS: Final = (";", "|", "；", "、", ",", "，")
_COMMAS: Final = frozenset({"、", ",", "，"})
#: Values of a sample that must agree.
_AGREE: Final = 0.9
#: A cell of several labels is not prose: characters of one of them at most.
_LONGEST_PART: Final = 40
_TAG: Final = re.compile(r"O|[BIESLUM][-_]\S+")
#: Python spells lists with other quotation marks, brackets and names than JSON; numpy leaves the commas out.
#: A quoted piece may not look back (``*+``): an unclosed one would be tried again from every place in it.
_PYTHON: Final = re.compile(
    r"""'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)"""
    r"""|\bTrue\b|\bFalse\b|\b(?:None|nan)\b|,?\s*\)|\(|,(?=\s*\])""",
    re.DOTALL,
)
_CONSTANTS: Final = {"True": "true", "False": "false", "None": "null", "nan": "null"}
_NEIGHBOURS: Final = re.compile(r'"\s+"')
_THOUSANDS: Final = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_CONTINENTAL: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
#: Numbers keep their spelling: 1.0 stays "1.0".
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def parse_cell(cell: str) -> Any:
    """The list or object a cell spells, as JSON or as Python prints it; None if it spells neither. Numbers stay strings."""
    if not cell or cell[0] not in "[{(":
        return None
    try:
        return _DECODER.decode(cell)
    except (json.JSONDecodeError, RecursionError):
        pass
    text = _PYTHON.sub(_as_json, cell)
    if "," not in text:
        text = _NEIGHBOURS.sub('", "', text)
    try:
        return _DECODER.decode(text)
    except (json.JSONDecodeError, RecursionError):
        return None


def _as_json(match: re.Match[str]) -> str:
    spelled = match[0]
    if spelled in _CONSTANTS:
        return _CONSTANTS[spelled]
    if spelled[-1] not in "'\"":
        return "[" if spelled == "(" else "]" if spelled.endswith(")") else ""
    inside = re.sub(r"\\(['\"\\])", r"\1", spelled[1:-1]).replace("\\n", "\n").replace("\\t", "\t")
    return json.dumps(inside, ensure_ascii=False)


def as_list(cell: str) -> list[str] | None:
    """The strings of a list of plain values; None if the cell is no such list."""
    value = parse_cell(cell)
    if not isinstance(value, list) or any(isinstance(item, list | dict) for item in value):
        return None
    return ["" if item is None else str(item).strip() for item in value]


def form_of(sample: Sequence[str]) -> Form:
    """What nearly all of these non-empty cells spell."""
    if not sample:
        return "plain"
    if sum(cell[0] in "[{(" for cell in sample) >= _AGREE * len(sample):
        forms = [_form(parse_cell(cell)) for cell in sample]
        told = Counter(form for form in forms if form is not None)
        form, count = told.most_common(1)[0] if told else (_PLAIN, 0)
        return form if count + forms.count(None) >= _AGREE * len(sample) else "plain"
    tagged = sum(_is_tags(cell) for cell in sample)
    return "tags" if tagged >= _AGREE * len(sample) and any(len(cell.split()) > 1 for cell in sample) else "plain"


def _form(value: Any) -> Form | None:
    """None for an empty list or object, which may be any of them."""
    if isinstance(value, list | Mapping):
        if not value:
            return None
        if isinstance(value, list) and all(isinstance(item, str | bool) for item in value):
            return "list"
        if spans_in(value) is not None:
            return "spans"
        if isinstance(value, list) and all(isinstance(item, Mapping) and ("role" in item or "from" in item) for item in value):
            return "messages"
    return "plain"


def _is_tags(cell: str) -> bool:
    parts = cell.split()
    return bool(parts) and all(_TAG.fullmatch(part) for part in parts)


def spans_of(cell: str) -> list[Span] | None:
    """Every span of a cell; None if one of them cannot be read."""
    return spans_in(parse_cell(cell))


def separator_of(sample: Sequence[str]) -> str | None:
    """What separates several labels in a cell, if the cells of this sample hold several: parts that come back in other company."""
    for mark in SEPARATORS:
        cells = {cell for cell in sample if mark in cell}
        # A few odd cells are typing slips, except where a name can be part of two of them.
        if len(cells) < 2 or sum(mark in cell for cell in sample) < 0.1 * len(sample):
            continue
        split = {cell: parts_of(cell, mark) for cell in set(sample)}
        companies: dict[str, set[str]] = {}
        for cell, parts in split.items():
            for part in parts:
                companies.setdefault(part, set()).add(cell)
        if max(map(len, companies), default=0) > _LONGEST_PART:
            continue
        together = {part for cell in cells for part in split[cell]}
        met = sum(len(companies[part]) > 1 for part in together) / max(1, len(together))
        if met >= (0.8 if mark in _COMMAS else 0.5) and len(companies) <= max(2, 0.7 * sum(len(set(split[cell])) for cell in sample)):
            return mark
    return None


def any_separator(sample: Sequence[str]) -> str | None:
    """The mark most of the cells that hold one share, for somebody who says that there are several labels in a cell; never a comma."""
    counts = {mark: sum(mark in cell for cell in sample) for mark in SEPARATORS if mark not in _COMMAS or mark == "、"}
    mark = max(counts, key=lambda mark: counts[mark])
    return mark if counts[mark] else None


def parts_of(cell: str, mark: str) -> list[str]:
    """The labels of a cell."""
    return [part.strip() for part in cell.split(mark) if part.strip()]


def to_number(text: str) -> float:
    """The number a cell spells, NaN if none: 1.5, 1,5, 1,234.5, 1.234,5, 80 %."""
    plain = text.strip().removesuffix("%").strip().replace("\u2212", "-")
    if _CONTINENTAL.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    number = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    return number if math.isfinite(number) else math.nan


def looks_tagged(sample: Sequence[str]) -> bool:
    """Whether these lists are of BIO tags (B-PER, I-PER, O), however few are not O."""
    tags = [tag for cell in sample for tag in (as_list(cell) or cell.split())]
    outside = sum(tag == "O" for tag in tags)
    begun = sum(len(tag) > 2 and tag[1] in "-_" and tag[0] in "BIESLUM" for tag in tags)
    return bool(tags) and (begun > 0 or outside == len(tags)) and begun + outside >= _AGREE * len(tags)
