"""Labels as a whole."""

from __future__ import annotations

import pytest

from playground.data.findings.labels import plain_label
from tests.data.findings.making import codes, finding, fixed, labelled, sentences, tagged

TWO = ["delivery", "refund"] * 20


def test_labels_with_one_row_and_with_a_few_are_told_apart() -> None:
    rows = labelled([*TWO, "single", "rare", "rare"])
    assert finding(rows, "single_labels").rows == (40,)
    assert finding(rows, "rare_labels").rows == (41, 42)


def test_hopeless_labels_can_be_left_out() -> None:
    assert set(fixed(labelled([*TWO, "single"]), "single_labels", "drop_labels")["label"]) == {"delivery", "refund"}


def test_several_rare_labels_can_be_merged_first() -> None:
    rows = labelled([*TWO, "single", "lonely"])
    assert [fix.code for fix in finding(rows, "single_labels").fixes] == ["merge_rare", "drop_labels"]
    assert fixed(rows, "single_labels", "merge_rare")["label"].value_counts()["other"] == 2


def test_rare_chinese_labels_are_merged_under_a_chinese_name() -> None:
    rows = labelled([*["好评", "差评"] * 20, "退货", "换货"])
    assert "其他" in set(fixed(rows, "single_labels", "merge_rare")["label"])


def test_no_fix_leaves_fewer_than_two_labels() -> None:
    fixes = finding(labelled(["delivery"] * 40 + ["refund"] * 3), "rare_labels").fixes
    assert fixes == ()


@pytest.mark.parametrize(
    "variant", ["Refund", "re fund", "refund ", "ｒｅｆｕｎｄ", "re\u200bfund", "re-fund", "REFUND"], ids=lambda variant: ascii(variant)
)
def test_spellings_of_one_label_are_found_and_merged(variant: str) -> None:
    rows = labelled([*TWO, *[variant] * 5])
    assert finding(rows, "label_variants").rows == (40, 41, 42, 43, 44)
    assert set(fixed(rows, "label_variants", "merge_labels")["label"]) == {"delivery", "refund"}


def test_unicode_forms_are_one_label() -> None:
    assert plain_label("cafe\u0301") == plain_label("café")


def test_a_spelling_with_something_invisible_is_never_the_one_that_stays() -> None:
    rows = labelled([*["late"] * 20, *["re\u200bfund"] * 10, *["refund"] * 5])
    assert "refund" in set(fixed(rows, "label_variants", "merge_labels")["label"])
    assert "[U+200B]" in str(finding(rows, "label_variants").facts["labels"])


def test_different_labels_are_no_variants() -> None:
    assert "label_variants" not in codes(labelled(["+1", "-1"] * 20))
    assert "label_variants" not in codes(labelled(["c", "c++"] * 20))


def test_variants_are_found_among_several_labels_and_entities_too() -> None:
    several = labelled(['["Sport"]', '["sport", "news"]', '["news"]'] * 10)
    assert "label_variants" in codes(several, "multi-label-classification")
    entities = tagged(*[([word, "x"], ["B-PER" if place % 2 else "B-Per", "O"]) for place, word in enumerate(sentences(20))])
    assert set(fixed(entities, "label_variants", "merge_labels", "token-classification")["label"]) == {'["B-PER", "O"]'} or set(
        fixed(entities, "label_variants", "merge_labels", "token-classification")["label"]
    ) == {'["B-Per", "O"]'}


def test_imbalance_names_the_majority_and_what_always_answering_it_gives() -> None:
    found = finding(labelled(["refund"] * 88 + ["delivery"] * 12), "imbalance")
    assert found.facts == {"label": "refund", "percent": 88}


def test_many_labels_for_few_rows() -> None:
    assert "many_labels" in codes(labelled([f"label x{row % 60}" for row in range(300)]))


@pytest.mark.parametrize("names", [("0", "1"), ("A", "B"), ("label_0", "label_1"), ("class1", "class2"), ("类别1", "类别2")])
def test_names_that_say_nothing_are_noticed(names: tuple[str, str]) -> None:
    assert finding(labelled(list(names) * 20), "labels_without_names").severity == "info"


def test_names_that_say_something_are_not() -> None:
    assert "labels_without_names" not in codes(labelled(["True", "False"] * 20))
