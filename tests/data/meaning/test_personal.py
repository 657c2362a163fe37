"""Likely personal data."""

from __future__ import annotations

from itertools import pairwise

import pytest

from playground.data.meaning.personal import find_personal, mask

#: Numbers from documentation of the card companies, standards and telephone plans; nobody's own.
FOUND = {
    "write to anna.b+x@mail.example.co.uk please": "write to [email] please",
    "发到zhang@example.cn吧": "发到[email]吧",
    "ring 13812345678 today": "ring [phone] today",
    "打138 1234 5678找我": "打[phone]找我",
    "+86 138-1234-5678": "[phone]",
    "手机13812345678，座机010-62771234": "手机[phone]，座机[phone]",
    "call +44 20 7946 0958 now": "call [phone] now",
    "0049 30 901820": "[phone]",
    "(415) 555-2671 or 415-555-2671": "[phone] or [phone]",
    "card 4111 1111 1111 1111 ok": "card [card] ok",
    "5500-0000-0000-0004": "[card]",
    "3782 822463 10005": "[card]",
    "卡号6222020200112230": "卡号[card]",
    "身份证11010519491231002X。": "身份证[id]。",
    "110105194912310021": "110105194912310021",
}


@pytest.mark.parametrize("text", FOUND)
def test_personal_data_is_masked_and_the_rest_stays(text: str) -> None:
    assert mask(text) == FOUND[text]


@pytest.mark.parametrize(
    "text",
    [
        "order 1234567890", "on 2026-01-15 at 12:30", "version 1.2.3.4",
        "4111 1111 1111 1112", "1234 5678 9012 3456", "me@home", "a @ b . c",
        "price 13 812 345 678", "3.13812345678", "12345678901234567890123", "0000 0000 0000 0000", "ISBN 978-3-16-148410-0", "@name #13812",
        "1990-1999 2000-2009", "99999999", "10 20 30 40 50 60",
    ],
)  # fmt: skip
def test_other_numbers_are_not_personal(text: str) -> None:
    assert find_personal(text) == ()


def test_only_the_kinds_asked_for_are_masked() -> None:
    assert mask("a@example.com 13812345678", ("phone",)) == "a@example.com [phone]"


def test_places_are_in_order_and_apart() -> None:
    found = find_personal("13812345678 a@example.com 11010519491231002X 4111111111111111")
    assert [one.kind for one in found] == ["phone", "email", "id", "card"]
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_masked_text_has_nothing_more_to_mask() -> None:
    for text in FOUND.values():
        assert mask(text) == text


def test_endless_text_takes_no_time_to_speak_of() -> None:
    assert find_personal("1" * 200_000 + "@" * 200_000 + "a." * 100_000) == ()


def test_very_many_in_one_text_are_masked_one_by_one() -> None:
    assert mask("13812345678 a@example.com " * 20_000) == "[phone] [email] " * 20_000
