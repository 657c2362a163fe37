"""Missing, long and strange texts."""

from __future__ import annotations

import pytest

from tests.data.findings.making import chats, codes, finding, fixed, labelled, sentences

TWO = ["a-label", "b-label"] * 20


def test_a_missing_text_is_left_out() -> None:
    found = finding(labelled([*TWO, "a-label"], [*sentences(40), ""]), "empty_text")
    assert (found.severity, found.rows) == ("warning", (40,))


def test_a_missing_partner_is_a_missing_text() -> None:
    rows = labelled(TWO, text_pair=[*sentences(39, seed=2), ""])
    assert finding(rows, "empty_text", "text-pair-classification").rows == (39,)


def test_a_missing_label_can_be_dropped() -> None:
    rows = labelled([*TWO, ""], sentences(41))
    assert finding(rows, "empty_label").rows == (40,)
    assert len(fixed(rows, "empty_label", "drop_rows")) == 40


def test_a_damaged_label_is_no_label_of_its_own_and_is_restored_where_only_one_fits() -> None:
    rows = labelled([*["好评", "差评"] * 20, "差\ufffd", "\ufffd"], sentences(42))
    found = finding(rows, "damaged_labels")
    assert (found.severity, found.rows, found.facts["labels"]) == ("warning", (40, 41), "差\ufffd, \ufffd")
    mended = fixed(rows, "damaged_labels", "restore_labels")["label"].tolist()
    assert mended[40:] == ["差评", "\ufffd"]
    assert "single_labels" not in codes(rows)


def test_long_texts_say_how_much_is_lost_and_can_be_cut() -> None:
    rows = labelled([*TWO, "a-label"], [*sentences(40), "word " * 1000])
    found = finding(rows, "long_text")
    assert (found.rows, found.facts["percent"]) == ((40,), "39")
    assert fixed(rows, "long_text", "shorten")["text"].str.len().max() <= 2000


def test_chinese_texts_are_long_sooner() -> None:
    assert "long_text" in codes(labelled([*TWO, "a-label"], [*sentences(40), "字" * 800]))
    assert "long_text" not in codes(labelled([*TWO, "a-label"], [*sentences(40), "a" * 800]))


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u202e", "\x07", "\u00ad"])
def test_characters_nobody_sees_are_found_and_taken_out(character: str) -> None:
    rows = labelled([*TWO, "a-label"], [*sentences(40), f"pay{character} me back please"])
    assert finding(rows, "odd_characters").rows == (40,)
    assert fixed(rows, "odd_characters", "clean_characters")["text"].iloc[-1] == "pay me back please"


def test_joiners_that_hold_emoji_and_words_together_are_left_alone() -> None:
    assert "odd_characters" not in codes(labelled([*TWO, "a-label"], [*sentences(40), "the family 👨‍👩‍👧 می‌خواهم"]))


@pytest.mark.parametrize("token", ["<|im_start|>", "[INST]", "</s>", "<<SYS>>", "<start_of_turn>"])
def test_control_tokens_are_named_and_taken_out(token: str) -> None:
    rows = labelled([*TWO, "a-label"], [*sentences(40), f"{token}where is it"])
    assert finding(rows, "control_tokens").facts["token"] == token
    assert "where is it" in fixed(rows, "control_tokens", "clean_characters")["text"].iloc[-1]
    assert token not in fixed(rows, "control_tokens", "clean_characters")["text"].iloc[-1]


def test_control_tokens_in_answers_are_found_too() -> None:
    rows = chats(*[([("user", text)], f"answer {place} <|im_end|>") for place, text in enumerate(sentences(12))])
    assert len(finding(rows, "control_tokens", "generation").rows) == 12


def test_a_close_look_at_some_only_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.data.findings import texts

    rows = labelled(["a", "b"] * 20, [f"{text}\u200b <|end|>" for text in sentences(40)])
    assert {"odd_characters", "control_tokens"} <= codes(rows)
    monkeypatch.setattr(texts, "_MOST_CANDIDATES", 10)
    assert {"odd_characters_sampled", "control_tokens_sampled"} <= codes(rows)
    found = finding(rows, "odd_characters_sampled")
    assert (len(found.rows), found.facts["looked"]) == (10, 10)
    assert found.message("zh")
    assert found.remedy("zh")
