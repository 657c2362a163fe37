"""JSON values one after another, on lines of their own or not: a line that is broken costs that line and no other."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from playground.data.formats.columns import check_size
from playground.data.formats.nested import Number
from playground.data.limits import Limits
from playground.data.meaning.spelled import parse_cell

#: Keeps numbers as they are spelled.
DECODER: Final = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)
#: What may stand between two values: blanks, commas, a byte order mark of a file put behind another, a record separator.
_BETWEEN: Final = re.compile("[ \t\r\n,\ufeff\x1e]*")
_PYTHON: Final = re.compile(r"\s*(?:\[\s*)?\{\s*'")
#: Text whose quotation marks all close. Nothing is tried twice, so that it takes no longer the longer a text is.
_CLOSED: Final = re.compile(r"""(?:[^'"\\]|'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")*+""", re.DOTALL)
#: Failures after which values are looked for line by line: each of them makes the decoder count the lines before it.
_PATIENCE: Final = 100


def values_in(text: str, name: str, limits: Limits) -> tuple[list[Any], list[int]]:
    """Every value, and the numbers of the lines on which none could be read, counted from 1.

    :raises DatasetError: "too_many_rows".
    """
    values: list[Any] = []
    broken: list[int] = []
    line, counted, failures = 1, 0, 0
    place = _after(text, 0)
    while place < len(text) and failures < _PATIENCE:
        try:
            value, place = DECODER.raw_decode(text, place)
            values.append(value)
        except (json.JSONDecodeError, RecursionError):
            # Only line feeds end a line: str.splitlines would also cut at U+2028, which JSON allows inside strings.
            line += text.count("\n", counted, place)
            counted = place
            failures += 1
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            value = as_python(text[place:end])
            values += [] if value is None else [value]
            broken += [] if value is not None or line in broken[-1:] else [line]
            place = end
        if len(values) > limits.rows:
            check_size(len(values), 1, name, limits)
        place = _after(text, place)
    if place < len(text):
        _by_line(text[place:], line + text.count("\n", counted, place), values, broken, limits.rows)
        check_size(max(len(values), 1), 1, name, limits)
    return values, broken


def _by_line(text: str, first: int, values: list[Any], broken: list[int], most: int) -> None:
    """Add to both what the lines hold, each by itself."""
    for number, line in enumerate(text.split("\n"), start=first):
        place = _after(line, 0)
        try:
            while place < len(line):
                value, place = DECODER.raw_decode(line, place)
                values.append(value)
                place = _after(line, place)
        except (json.JSONDecodeError, RecursionError):
            value = as_python(line)
            values += [] if value is None else [value]
            broken += [] if value is not None else [number]
        if len(values) > most:
            return


def as_python(text: str) -> Any:
    """A record or a list of them as Python prints it, with single quotation marks; it is parsed, never run. None if it is none."""
    return parse_cell(text.strip().rstrip(",")) if _PYTHON.match(text) and _CLOSED.fullmatch(text) else None


def _after(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place
