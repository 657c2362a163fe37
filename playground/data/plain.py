"""Names, labels and texts as plain characters, wherever something else than a person reads them: terminals, logs, JSON, spreadsheets.

A page escapes HTML itself; this module is about the characters that act on a terminal, on a log or in a spreadsheet's formula bar.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pandas as pd

#: What takes no place of its own but changes how others are shown: control characters (the beginning of every terminal command among
#: them), marks that turn the direction of writing around, invisible characters, half characters. The joiners that emoji and Persian
#: are written with (U+200C, U+200D) stay.
_ACTING: Final = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_ACTING_CHARACTER: Final = re.compile(f"[{_ACTING}]")
#: A terminal command with everything that belongs to it, so that no "[31m" is left behind; the last form is a title or a link.
_TERMINAL_COMMAND: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]"
)
_LINE_ENDS: Final = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
#: Outside ASCII only: JSON itself spells the control characters of ASCII.
_ACTING_IN_JSON: Final = re.compile(f"[{_ACTING.removeprefix(chr(0) + '-' + chr(0x1F))}]")
#: With one of these at its start, a spreadsheet takes a cell for a formula. The wide forms count where Chinese or Japanese is typed.
_FORMULA_START: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][+-]?\d+)?%?")


def plain(text: str) -> str:
    """``text`` on one line, without anything that acts on a terminal or a log; line breaks and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    spaced = _LINE_ENDS.sub(" ", _TERMINAL_COMMAND.sub("", text)).replace("\t", " ")
    return _ACTING_CHARACTER.sub(lambda found: "\ufffd" if "\ud800" <= found.group() <= "\udfff" else "", spaced)


def plain_lines(text: str) -> str:
    """The same for messages of several lines, whose line breaks stay."""
    return "\n".join(plain(line) for line in text.split("\n"))


def json_text(value: Any, indent: int | None = None, encoding: str | None = None) -> str:
    """``value`` as JSON that is safe to print: nothing is lost, but characters that act on a terminal are spelled ``\\u....``.

    :param encoding: that of the stream it goes to; if it lacks a character (a Windows console, the C locale), all are spelled so.
    :raises TypeError: if ``value`` holds something that JSON cannot say.
    """
    text = _ACTING_IN_JSON.sub(_spelled, json.dumps(value, ensure_ascii=False, indent=indent))
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return json.dumps(value, indent=indent)
    return text


def _spelled(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def safe_cell(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: such strings get an apostrophe in front; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_START) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def safe_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A table to write as CSV or XLSX: every name and every cell made safe."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    safe = frame.assign(**{name: frame[name].map(safe_cell) for name in texts})
    return safe.rename(columns=safe_cell)
