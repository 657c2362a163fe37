"""What is wrong with pairs of text and label."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.data.types import Finding, Inspection
from tests.data.conftest import ENGLISH, Pairs

Inspected = Callable[..., Inspection]


def _found(inspection: Inspection, code: str) -> Finding | None:
    return next((finding for finding in inspection.findings if finding.code == code), None)


DIRTY: dict[str, tuple[Pairs, str, tuple[int, ...]]] = {
    "empty_text": ([*ENGLISH, (" ", "refund")], "warning", (18,)),
    "empty_label": ([*ENGLISH, ("hello", "\t")], "warning", (18,)),
    "rare_labels": ([*ENGLISH, ("only one", "other")], "warning", (18,)),
    "label_variants": ([*ENGLISH, *[(f"pay {n}", "Re fund") for n in range(5)]], "warning", (18, 19, 20, 21, 22)),
    "duplicate_texts": ([*ENGLISH, ("WHERE  is my parcel number ０", "delivery")], "warning", (18,)),
    "conflicting_labels": ([*ENGLISH, ("where is my parcel number 0", "refund")], "warning", (0, 18)),
    "long_text": ([*ENGLISH, ("word " * 500, "refund")], "info", (18,)),
    "imbalance": ([*ENGLISH, *[(f"more {n}", "refund") for n in range(80)]], "warning", ()),
    "many_labels": ([(f"text {n} {m}", f"label {n}") for n in range(60) for m in range(5)], "warning", ()),
    "no_usable_rows": ([("", "a"), ("b", "")], "error", ()),
    "one_label": ([(text, "same") for text, _ in ENGLISH], "error", ()),
    "too_few_rows": ([*ENGLISH[:6]], "error", ()),
    "labels_do_not_repeat": ([(f"text {n}", f"id-{n}") for n in range(40)], "error", ()),
    "labels_too_rare": ([(f"text {n}", f"label {n // 2}") for n in range(20)], "error", ()),
}


@pytest.mark.parametrize("code", DIRTY)
def test_each_fault_is_found_with_its_rows(inspected: Inspected, code: str) -> None:
    pairs, severity, rows = DIRTY[code]
    finding = _found(inspected(pairs), code)
    assert finding is not None
    assert (finding.severity, finding.rows) == (severity, rows)


@pytest.mark.parametrize("code", DIRTY)
def test_each_finding_speaks_both_languages(inspected: Inspected, code: str) -> None:
    for finding in inspected(DIRTY[code][0]).findings:
        assert all(part for language in ("en", "zh") for part in (finding.message(language), finding.remedy(language)))
        assert finding.message("en") != finding.message("zh")


def test_clean_data_has_no_findings(inspected: Inspected) -> None:
    assert inspected(ENGLISH).findings == ()


def test_findings_stand_worst_first(inspected: Inspected) -> None:
    pairs = [("x " * 2000, "same"), ("a", "same"), ("a", "same"), ("", "same")]
    severities = [finding.severity for finding in inspected(pairs).findings]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert len(set(severities)) == 3


def test_chinese_texts_are_long_sooner(inspected: Inspected) -> None:
    assert _found(inspected([*ENGLISH, ("字" * 800, "refund")]), "long_text")
    assert not _found(inspected([*ENGLISH, ("a" * 800, "refund")]), "long_text")


def test_a_finding_about_very_many_rows_lists_a_thousand(inspected: Inspected) -> None:
    finding = _found(inspected([*ENGLISH, *[("", "refund")] * 3000]), "empty_text")
    assert finding is not None
    assert (len(finding.rows), finding.facts["count"]) == (1000, 3000)


def test_nothing_but_imbalance_is_said_of_it_in_percent(inspected: Inspected) -> None:
    finding = _found(inspected(DIRTY["imbalance"][0]), "imbalance")
    assert finding is not None
    assert finding.facts == {"label": "refund", "percent": 88}
