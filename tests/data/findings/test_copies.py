"""Texts that come again."""

from __future__ import annotations

from tests.data.findings.making import codes, finding, fixed, labelled, sentences

TEXTS = sentences(40)
TWO = ["delivery", "refund"] * 20


def test_a_repeated_text_is_found_whatever_its_case_width_and_space() -> None:
    rows = labelled([*TWO, "delivery"], [*TEXTS, f"  {TEXTS[0].upper()} ".replace(" ", "  ").strip()])
    assert finding(rows, "duplicate_texts").rows == (40,)
    assert len(fixed(rows, "duplicate_texts", "drop_duplicates")) == 40


def test_copies_with_other_labels_conflict() -> None:
    rows = labelled([*TWO, "refund"], [*TEXTS, TEXTS[0]])
    found = finding(rows, "conflicting_labels")
    assert (found.rows, found.facts) == ((0, 40), {"count": 1, "rows": 2})


def test_a_tie_can_only_be_dropped() -> None:
    rows = labelled([*TWO, "refund"], [*TEXTS, TEXTS[0]])
    assert [fix.code for fix in finding(rows, "conflicting_labels").fixes] == ["drop_conflicts"]
    assert TEXTS[0] not in set(fixed(rows, "conflicting_labels", "drop_conflicts")["text"])


def test_where_a_label_is_more_frequent_it_can_win() -> None:
    rows = labelled([*TWO, "refund", "refund"], [*TEXTS, TEXTS[0], TEXTS[0]])
    mended = fixed(rows, "conflicting_labels", "keep_majority")
    assert set(mended["label"][mended["text"] == TEXTS[0]]) == {"refund"}
    assert "conflicting_labels" not in codes(mended)


def test_removing_duplicates_leaves_conflicts_to_be_decided() -> None:
    rows = labelled([*TWO, "refund", "delivery"], [*TEXTS, TEXTS[0], TEXTS[0]])
    assert "conflicting_labels" in codes(fixed(rows, "duplicate_texts", "drop_duplicates"))


def test_a_pair_is_the_same_only_if_both_texts_are() -> None:
    second = sentences(40, seed=2)
    rows = labelled([*TWO, "delivery"], [*TEXTS, TEXTS[0]], text_pair=[*second, "something else"])
    assert "duplicate_texts" not in codes(rows, "text-pair-classification")


def test_nearly_the_same_texts_are_found_and_can_be_dropped() -> None:
    rows = labelled([*TWO, "delivery", "refund"], [*TEXTS, f"{TEXTS[0]}!", f"{TEXTS[2]}..."])
    found = finding(rows, "near_duplicates")
    assert (found.severity, found.rows) == ("info", (40, 41))
    # The second twin has another label than the first: that is for a person to decide.
    assert fixed(rows, "near_duplicates", "drop_near").index.tolist() == [*range(40), 41]


def test_the_same_question_may_have_several_answers() -> None:
    from tests.data.findings.making import chats

    rows = chats(*[([("user", text)], f"answer {place}") for place, text in enumerate(sentences(12) * 2)])
    assert "conflicting_labels" not in codes(rows, "generation")
