"""Texts in several languages."""

from __future__ import annotations

from tests.data.findings.making import codes, finding, labelled, sentences

TWO = ["delivery", "refund"] * 20
CHINESE = [f"包裹到现在还没有送到，请帮忙查一下第{number}个订单" for number in range(20)]


def test_a_mixture_names_its_languages() -> None:
    texts = [f"Please could you tell me {text} before the weekend" for text in sentences(20)]
    found = finding(labelled(TWO, [*texts, *CHINESE]), "languages_mixed")
    assert (found.facts["languages_en"], found.facts["languages_zh"]) == ("English 50 %, Chinese 50 %", "英语 50%、中文 50%") or (
        found.facts["languages_en"] == "Chinese 50 %, English 50 %"
    )


def test_one_language_says_nothing() -> None:
    assert "languages_mixed" not in codes(labelled(TWO, CHINESE * 2))


def test_a_mixture_told_from_a_sample_says_so() -> None:
    texts = [f"Please could you tell me about parcel {number} before the weekend" for number in range(450)]
    found = finding(labelled(["a", "b"] * 450, [*texts, *CHINESE * 23][:900]), "languages_mixed_sampled")
    assert found.facts["count"] == 900
    assert int(found.facts["looked"]) < 900
    assert "900" in found.message("zh")
