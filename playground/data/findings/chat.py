"""Chats: roles nobody knows, answers that say nothing, turns out of order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from playground.data.findings.common import Examples, about_rows, drop_rows, named, where
from playground.data.meaning.cells import messages_of
from playground.data.types import Finding

_ROLES = frozenset({"system", "user", "assistant"})


def check_chat(examples: Examples) -> Iterator[Finding]:
    """For generation only."""
    if examples.task != "generation":
        return
    rows = examples.rows
    unanswered = where(rows, ((rows["label"] == "") & (rows["text"] != "")).to_numpy(dtype=bool))
    yield from about_rows("empty_answers", "warning", unanswered, drop_rows(unanswered))
    chats = [[str(message["role"]) for message in messages_of(cell)] for cell in rows["text"]]
    unknown = [bool(set(roles) - _ROLES) for roles in chats]
    odd = where(rows, np.array(unknown, dtype=bool))
    names = named(sorted({role or "“”" for roles in chats for role in roles} - _ROLES))
    yield from about_rows("bad_roles", "warning", odd, drop_rows(odd), roles=names)
    answered = (rows["label"] != "").to_numpy(dtype=bool)
    turned = [bool(roles) and not other and not in_turn(roles) for roles, other in zip(chats, unknown, strict=True)]
    out_of_turn: pd.Index[int] = where(rows, np.array(turned, dtype=bool) & answered)
    yield from about_rows("turns_in_a_row", "warning", out_of_turn, drop_rows(out_of_turn))


def in_turn(roles: list[str]) -> bool:
    """Whether user and assistant take turns, the user first and last; a system message may only open the chat."""
    talk = roles[1:] if roles[0] == "system" else roles
    return bool(talk) and all(role == ("user", "assistant")[place % 2] for place, role in enumerate(talk)) and talk[-1] == "user"
