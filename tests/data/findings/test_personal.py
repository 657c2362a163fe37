"""Personal data among the texts."""

from __future__ import annotations

from tests.data.findings.making import chats, codes, finding, fixed, labelled, sentences, tagged

TWO = ["delivery", "refund"] * 20


def test_kinds_are_counted_and_masked() -> None:
    rows = labelled(
        [*TWO, "refund", "refund", "delivery"],
        [*sentences(40), "write to anna@example.com", "or bob@example.org", "ring 13812345678 at noon"],
    )
    found = finding(rows, "personal_data")
    assert found.rows == (40, 41, 42)
    assert found.facts["kinds_en"] == "e-mail addresses (2), a phone number"
    mended = fixed(rows, "personal_data", "mask_personal")
    assert mended["text"].tolist()[40:] == ["write to [email]", "or [email]", "ring [phone] at noon"]
    assert "personal_data" not in codes(mended)


def test_answers_are_looked_at_too() -> None:
    rows = chats(*[([("user", text)], "ask anna@example.com") for text in sentences(12)])
    assert len(finding(rows, "personal_data", "generation").rows) == 12


def test_what_stands_on_a_line_of_its_own_in_a_message_is_found() -> None:
    rows = chats(*[([("user", f"{text}\n+44 20 7946 0958")], "thanks") for text in sentences(12)])
    assert "personal_data" not in codes(fixed(rows, "personal_data", "mask_personal", "generation"), "generation")


def test_tokens_are_looked_at_one_by_one_as_they_are_masked() -> None:
    rows = tagged(*[([*text.split(), "anna@example.com"], ["O"] * 10 + ["B-MAIL"]) for text in sentences(12)])
    assert "personal_data" not in codes(fixed(rows, "personal_data", "mask_personal", "token-classification"), "token-classification")


def test_order_numbers_and_dates_are_not_personal() -> None:
    texts = [*sentences(36), "order 20260115123456", "ticket 4155552671", "on 2026-01-15 12:00", "version 1.2.3.4 of 10 20 30 40"]
    assert "personal_data" not in codes(labelled(TWO, texts))
