"""Every sentence exists in every language and asks for the same facts."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from playground.words import LANGUAGES, entries, say

SOURCES = list((Path(__file__).parents[1] / "playground").rglob("*.py"))
HAN = re.compile(r"[\u4e00-\u9fff]")


def facts_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_entry_has_every_language() -> None:
    assert [key for key, entry in entries().items() if not all(entry.get(language, "").strip() for language in LANGUAGES)] == []


def test_languages_ask_for_the_same_facts() -> None:
    assert [key for key, entry in entries().items() if facts_of(entry["zh"]) != facts_of(entry["en"])] == []


def test_the_singular_asks_for_no_more_facts() -> None:
    assert [key for key, entry in entries().items() if not facts_of(entry.get("en_one", "")) <= facts_of(entry["en"])] == []


def test_english_has_no_chinese_in_it() -> None:
    # The language switch names each language in itself.
    assert [key for key, entry in entries().items() if HAN.search(entry["en"].replace("中文", ""))] == []


def test_every_error_and_finding_has_a_remedy() -> None:
    keys = entries()
    heads = [key for key in keys if re.fullmatch(r"(error|finding)\.[a-z0-9_]+", key)]
    assert heads
    assert [key for key in heads if f"{key}.remedy" not in keys] == []


def test_every_error_code_in_the_source_has_words() -> None:
    raised = re.compile(r'\b(?:Playground|Dataset|Recipe|Model|Run|Prediction)Error\(\s*"([a-z0-9_]+)"')
    codes = {code for path in SOURCES for code in raised.findall(path.read_text(encoding="utf-8"))}
    assert codes
    assert sorted(code for code in codes if f"error.{code}" not in entries()) == []


def test_whole_numbers_get_thousands_separators() -> None:
    assert "1,204" in say("error.longer_than_model", length=1204, limit=512)


def test_one_is_not_plural() -> None:
    assert say("error.recipe", "en", count=1).startswith("One setting")
    assert say("error.recipe", "en", count=2).startswith("2 settings")


def test_a_missing_entry_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no.such.entry")
