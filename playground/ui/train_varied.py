"""What augmentation and balancing would do to the training rows, shown before anything runs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Final

from playground.data.mending.augment import balanced_counts, class_weights
from playground.data.plain import plain
from playground.recipe import Balance
from playground.words import Language, say

#: Words, single characters of Chinese and Japanese, and what stands between.
_PIECE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+|\s+")
#: Characters of a text that are shown.
_SHOWN: Final = 300
#: Labels listed before the rest is only counted.
_LABELS: Final = 20


def varied_html(pairs: Sequence[tuple[str, str]], language: Language) -> str:
    """Texts with what would become of them, the difference marked; "" without any."""
    if not pairs:
        return ""
    items = "".join(f"<li>{_marked(plain(before[:_SHOWN]), plain(after[:_SHOWN]))}</li>" for before, after in pairs)
    return f'<section class="train-varied"><h3 class="pg-h3">{escape(say("train.varied", language))}</h3><ul>{items}</ul></section>'


def balance_html(counts: Mapping[str, int], balance: Balance, language: Language) -> str:
    """What is done for each label, the most frequent first; "" where nothing is.

    :param counts: rows of each label.
    """
    if balance == "none" or not counts:
        return ""
    repeated, weights = balanced_counts(counts), class_weights(counts)
    lines = [
        say("train.balance.repeated", language, label=plain(label), before=before, after=after)
        if balance == "oversample"
        else say("train.balance.weight", language, label=plain(label), weight=f"{weights[label]:.2f}")
        for label, (before, after) in list(repeated.items())[:_LABELS]
    ]
    if len(repeated) > _LABELS:
        lines.append(say("report.more", language, count=len(repeated) - _LABELS))
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<section class="train-balance"><h3 class="pg-h3">{escape(say("train.balance", language))}</h3><ul>{items}</ul></section>'


def _marked(before: str, after: str) -> str:
    """The text after, with what went struck out and what came underlined."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    marked = []
    for kind, left, right, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[left:right])), escape("".join(new[start:end]))
        marked.append(come if kind == "equal" else (f"<del>{gone}</del>" if gone else "") + (f"<ins>{come}</ins>" if come else ""))
    return "".join(marked)
