"""The one table of all findings is true."""

from __future__ import annotations

from playground.data.findings.table import FIXES, PATH, codes, findings_table, severities
from playground.words import entries


def test_the_table_is_as_the_words_and_the_source_have_it() -> None:
    assert PATH.read_text(encoding="utf-8") == findings_table(), "run python -m playground.data.findings.table"


def test_every_finding_with_words_is_raised_somewhere() -> None:
    assert [code for code in codes() if code not in severities()] == []


def test_every_button_belongs_to_a_finding() -> None:
    fixes = {key.removeprefix("fix.") for key in entries() if key.startswith("fix.")}
    assert fixes == {fix for offered in FIXES.values() for fix in offered}
    assert set(FIXES) <= set(codes())
