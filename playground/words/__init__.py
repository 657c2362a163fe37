"""Every sentence a person can read, in every language, side by side in TOML files, one file per room.

An entry is a table with one string per language. ``en_one`` is used instead of ``en`` when the fact ``count`` is 1::

    [finding.empty_text]
    en = "{count} rows have no text"
    en_one = "1 row has no text"
    zh = "{count} 行没有文本"

This room imports nothing from the playground, so everything else may speak.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Language = Literal["en", "zh"]
Fact = str | int | float

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Every entry of every TOML file beside this module, by its dotted key.

    :raises ValueError: if two files define the same key.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for key, entry in _flatten(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in found:
                raise ValueError(f"{path.name} defines {key!r} again")
            found[key] = entry
    return found


def say(key: str, language: Language = "en", /, **facts: Fact) -> str:
    """The sentence ``key`` in ``language``, with ``facts`` filled in; whole numbers get thousands separators.

    A fact that is itself a sentence is given once a language: ``why_en`` and ``why_zh`` fill in ``why``.

    :raises KeyError: if there is no such entry, or a fact is missing.
    """
    entry = entries()[key]
    facts |= {name.removesuffix(f"_{language}"): fact for name, fact in facts.items() if name.endswith(f"_{language}")}
    form = f"{language}_one" if facts.get("count") == 1 and f"{language}_one" in entry else language
    return entry[form].format_map({name: _readable(fact) for name, fact in facts.items()})


def _readable(fact: Fact) -> str | float:
    return f"{fact:,}" if isinstance(fact, int) and not isinstance(fact, bool) else fact


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    strings = {name: value for name, value in table.items() if isinstance(value, str)}
    if strings:
        yield prefix, strings
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}.{name}" if prefix else name)
