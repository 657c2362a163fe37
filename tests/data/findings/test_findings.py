"""What all findings have in common."""

from __future__ import annotations

import pytest

from playground.data.findings import check_examples, sort_findings
from playground.data.types import Finding
from playground.words import LANGUAGES
from tests.data.findings.making import codes, finding, fixed, labelled, sentences

TWO = ["delivery", "refund"] * 20


def test_clean_data_has_no_findings() -> None:
    assert check_examples(labelled(TWO)) == ()


def test_findings_stand_worst_first_and_then_by_rows() -> None:
    given = [Finding("a", "info"), Finding("b", "error"), Finding("c", "warning", rows=(1,)), Finding("d", "warning", rows=(1, 2))]
    assert [found.code for found in sort_findings(given)] == ["b", "d", "c", "a"]


def test_a_finding_about_very_many_rows_lists_a_thousand() -> None:
    found = finding(labelled(TWO + ["refund"] * 3000, sentences(40) + [""] * 3000), "empty_text")
    assert (len(found.rows), found.facts["count"]) == (1000, 3000)


def test_a_fix_mends_more_rows_than_the_finding_lists() -> None:
    rows = labelled(TWO + ["refund"] * 3000, sentences(40) + [""] * 3000)
    assert len(fixed(rows, "empty_text", "drop_rows")) == 40


def test_rows_keep_the_numbers_of_the_file() -> None:
    rows = labelled([*TWO, ""], sentences(41)).drop(index=[0, 5])
    assert finding(rows, "empty_label").rows == (40,)


def test_nothing_usable_says_so_and_no_more() -> None:
    assert codes(labelled(["a", ""], ["", "b"])) == {"empty_text", "empty_label", "no_usable_rows"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_and_their_buttons_speak_both_languages(language: str) -> None:
    dirty = labelled(
        [*TWO, "", "Refund", "single", "other", "delivery", "refund", "refund"],
        [
            *sentences(40),
            "no label",
            "mail me at anna@example.com",
            "",
            *sentences(1),
            "x " * 2000,
            "seen\u200b it",
            "<|im_start|> hi there",
        ],
    )
    for found in check_examples(dirty):
        said = [found.message(language), found.remedy(language), *(fix.label(language) for fix in found.fixes)]  # type: ignore[arg-type]
        assert all(said)
        assert not any("{" in sentence for sentence in said)
