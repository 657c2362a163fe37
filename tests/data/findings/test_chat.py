"""Chats."""

from __future__ import annotations

import pytest

from playground.data.findings.chat import in_turn
from tests.data.findings.making import chats, codes, finding, fixed, sentences

GOOD = [([("user", text)], f"answer {place} in full") for place, text in enumerate(sentences(12))]


def test_good_chats_have_no_findings() -> None:
    assert codes(chats(*GOOD), "generation") == set()


def test_a_missing_answer_is_left_out() -> None:
    rows = chats(*GOOD, ([("user", "and now")], ""))
    assert finding(rows, "empty_answers", "generation").rows == (12,)
    assert len(fixed(rows, "empty_answers", "drop_rows", "generation")) == 12


def test_unknown_roles_are_named() -> None:
    rows = chats(*GOOD, ([("alien", "take me to your leader")], "no"))
    assert finding(rows, "bad_roles", "generation").facts["roles"] == "alien"


def test_two_user_turns_in_a_row_are_noticed() -> None:
    rows = chats(*GOOD, ([("user", "hello"), ("user", "are you there")], "yes"))
    assert finding(rows, "turns_in_a_row", "generation").rows == (12,)


@pytest.mark.parametrize(
    ("roles", "fine"),
    [
        (["user"], True),
        (["system", "user", "assistant", "user"], True),
        (["user", "assistant"], False),
        (["assistant", "user"], False),
        (["user", "system", "user"], False),
        (["system"], False),
    ],
)
def test_whose_turn_it_is(roles: list[str], fine: bool) -> None:
    assert in_turn(roles) is fine
