"""Every error, finding and reason of this room has its sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import playground.data
from playground.words import LANGUAGES, entries

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(playground.data.__path__[0]).rglob("*.py")))
ERRORS = set(re.findall(r'DatasetError\(\s*"(\w+)"', SOURCES)) | set(re.findall(r'"(file_is_\w+)", "', SOURCES))
FINDINGS = set(re.findall(r'(?:Finding|about_rows|_about_rare)\(\s*"(\w+)"', SOURCES))
REASONS = set(re.findall(r'"(reason\.\w+)"', SOURCES))


def test_the_codes_are_found() -> None:
    assert {"file_empty", "file_is_media", "not_found", "split_impossible"} <= ERRORS
    assert {"empty_text", "one_label", "rows_too_wide"} <= FINDINGS
    assert {"reason.task_labels", "reason.text_named", "reason.label_repeats"} <= REASONS


@pytest.mark.parametrize("key", sorted([*(f"error.{code}" for code in ERRORS), *(f"finding.{code}" for code in FINDINGS)]))
def test_each_code_has_message_and_remedy_in_every_language(key: str) -> None:
    for entry in (entries()[key], entries()[f"{key}.remedy"]):
        assert all(entry[language].strip() for language in LANGUAGES)


@pytest.mark.parametrize("key", sorted(REASONS))
def test_each_reason_has_its_sentence_in_every_language(key: str) -> None:
    assert all(entries()[key][language].strip() for language in LANGUAGES)
