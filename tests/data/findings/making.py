"""Examples for checks, and the shortest ways to ask what was found and what a fix leaves."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pandas as pd

from playground.data.findings import check_examples
from playground.data.mending.steps import apply_steps
from playground.data.types import Finding, TaskName

_WORDS = [
    "parcel", "refund", "kettle", "morning", "window", "ticket", "printer", "garden", "invoice", "summer", "letter", "station", "bridge",
    "coffee", "market", "winter", "pencil", "island", "doctor", "planet", "guitar", "camera", "river", "pocket", "mirror", "blanket",
    "hammer", "candle", "saddle", "thunder", "village", "lantern",
]  # fmt: skip


def sentences(count: int, words: int = 9, seed: int = 1) -> list[str]:
    """Different texts, none of them nearly another."""
    dice = random.Random(seed)
    return [f"the {' '.join(dice.sample(_WORDS, words))}" for _ in range(count)]


def labelled(labels: Sequence[str], texts: Sequence[str] | None = None, **more: Sequence[str]) -> pd.DataFrame:
    """Rows of a classification."""
    return pd.DataFrame({"text": list(texts or sentences(len(labels))), "label": list(labels), **more}, dtype="str")


def tagged(*rows: tuple[Sequence[str], Sequence[str]]) -> pd.DataFrame:
    """Rows of a token classification."""
    return pd.DataFrame({"text": [json.dumps(words) for words, _ in rows], "label": [json.dumps(tags) for _, tags in rows]}, dtype="str")


def chats(*rows: tuple[Sequence[tuple[str, str]], str]) -> pd.DataFrame:
    """Rows of a generation."""
    texts = [json.dumps([{"role": role, "content": content} for role, content in turns]) for turns, _ in rows]
    return pd.DataFrame({"text": texts, "label": [answer for _, answer in rows]}, dtype="str")


def codes(rows: pd.DataFrame, task: TaskName = "text-classification") -> set[str]:
    """What was found."""
    return {finding.code for finding in check_examples(rows, task)}


def finding(rows: pd.DataFrame, code: str, task: TaskName = "text-classification") -> Finding:
    """The finding of this code; there must be one."""
    found = {finding.code: finding for finding in check_examples(rows, task)}
    assert code in found, sorted(found)
    return found[code]


def fixed(rows: pd.DataFrame, code: str, fix: str, task: TaskName = "text-classification") -> pd.DataFrame:
    """The rows after a finding's fix was applied."""
    offered = {offer.code: offer for offer in finding(rows, code, task).fixes}
    assert fix in offered, sorted(offered)
    return apply_steps(rows, offered[fix].steps, task)
