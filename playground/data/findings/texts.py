"""Missing texts and labels, texts too long for a model, and characters nobody sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from playground.data.findings.common import CLASSES, Examples, about_rows, drop_rows, named, where
from playground.data.meaning.rows import Mask, damaged
from playground.data.mending.clean import CONTROL_TOKEN, INVISIBLE, STRAY_JOINER
from playground.data.types import Finding, Fix, Step

#: About what small models read at once (512 tokens): 4 characters a token, 1.5 in Chinese, Japanese and Korean.
LONG_CHARACTERS: Final = 2000
LONG_CJK_CHARACTERS: Final = 750
#: Texts looked at one by one where a quick look says that there may be something.
_MOST_CANDIDATES: Final = 20_000
#: Damaged labels that others are compared with; a file with more is damaged through and through.
_MOST_RESTORED: Final = 100
#: Written so that RE2 understands them too, which looks at a whole column at once.
_MAY_BE_INVISIBLE: Final = "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_MAY_BE_TOKEN: Final = r"<\||<[｜|]|</?s>|<(?:bos|eos|pad|unk|mask)>|_of_turn>|INST\]|SYS>>|\[(?:CLS|SEP|PAD|MASK|UNK)\]"
_CLEAN: Final = Fix("clean_characters", (Step("clean_characters"),))


def check_missing(examples: Examples) -> Iterator[Finding]:
    """Rows without a text or without a label."""
    rows = examples.rows
    no_text = (rows["text"] == "").to_numpy(dtype=bool, copy=True)
    if "text_pair" in rows and examples.task != "generation":
        no_text |= (rows["text_pair"] == "").to_numpy(dtype=bool)
    no_label = (rows["label"] == "").to_numpy(dtype=bool) & ~no_text
    empty = where(rows, no_text)
    yield from about_rows("empty_text", "warning", empty, drop_rows(empty))
    if examples.task == "language-modeling":
        return
    if examples.task != "generation":  # an answer that is missing is the chat's own finding
        unlabelled = where(rows, no_label)
        yield from about_rows("empty_label", "warning", unlabelled, drop_rows(unlabelled))
    if examples.task not in ("generation", "token-classification"):
        yield from _damaged_labels(examples)


def _damaged_labels(examples: Examples) -> Iterator[Finding]:
    """Labels with characters that got lost, and for each the label it must have been, if only one fits."""
    broken = examples.rows["label"][damaged(examples.rows["label"])]
    restored: dict[str, str] = {}
    for label in broken.unique()[:_MOST_RESTORED] if examples.task in CLASSES else ():
        pattern = re.compile(".+".join(map(re.escape, re.split("\ufffd+", str(label)))))
        fitting = [str(known) for known in examples.counts.index if pattern.fullmatch(str(known))]
        restored |= {str(label): fitting[0]} if len(fitting) == 1 else {}
    fix = Fix("restore_labels", (Step("rename_labels", facts=restored),), {"count": int(broken.isin(restored).sum())}) if restored else None
    yield from about_rows("damaged_labels", "warning", broken.index, fix, drop_rows(broken.index), labels=named(broken.unique()))


def check_texts(examples: Examples) -> Iterator[Finding]:
    """Texts that are too long, and characters that should not be in them."""
    if examples.task not in ("token-classification", "generation", "language-modeling"):
        yield from _long(examples)
    yield from _invisible(examples)
    yield from _control_tokens(examples)


def _long(examples: Examples) -> Iterator[Finding]:
    texts = examples.usable["text"]
    lengths = texts.str.len().to_numpy(dtype=np.int64, copy=True)
    if "text_pair" in examples.usable:  # a model reads both at once
        lengths += examples.usable["text_pair"].str.len().to_numpy(dtype=np.int64)
    mask = lengths > LONG_CHARACTERS
    cjk = np.zeros(len(mask), dtype=bool)
    for place in np.flatnonzero(lengths > LONG_CJK_CHARACTERS):
        start = str(texts.iloc[place])[:200]
        cjk[place] = sum(character >= "\u3040" for character in start) > len(start) / 2
    mask |= cjk
    if not mask.any():
        return
    limits = np.where(cjk, LONG_CJK_CHARACTERS, LONG_CHARACTERS)
    lost = float((lengths[mask] - limits[mask]).sum()) / float(lengths.sum())
    characters = LONG_CJK_CHARACTERS if cjk.sum() * 2 > mask.sum() else LONG_CHARACTERS
    shorten = Fix("shorten", (Step("shorten", facts={"characters": str(characters)}),), {"characters": characters})
    percent = f"{100 * lost:.0f}" if lost >= 0.01 else f"{100 * lost:.1f}"
    yield from about_rows("long_text", "info", where(examples.usable, mask), shorten, percent=percent)


def _invisible(examples: Examples) -> Iterator[Finding]:
    def seen(text: str) -> bool:
        return INVISIBLE.search(text) is not None or STRAY_JOINER.search(text) is not None

    found = _searched(examples.usable, _MAY_BE_INVISIBLE, seen, label=examples.task != "generation")
    if found.every:
        yield from about_rows("odd_characters", "info", found.rows, _CLEAN)
    else:
        yield from about_rows("odd_characters_sampled", "info", found.rows, _CLEAN, looked=_MOST_CANDIDATES)


def _control_tokens(examples: Examples) -> Iterator[Finding]:
    found = _searched(
        examples.usable, _MAY_BE_TOKEN, lambda text: CONTROL_TOKEN.search(text) is not None, label=examples.task == "generation"
    )
    shown = _token(examples.usable.loc[found.rows[:1]].to_numpy().ravel())
    if found.every:
        yield from about_rows("control_tokens", "warning", found.rows, _CLEAN, token=shown)
    else:
        yield from about_rows("control_tokens_sampled", "warning", found.rows, _CLEAN, token=shown, looked=_MOST_CANDIDATES)


def _token(cells: Iterable[object]) -> str:
    """The first control token of these cells, as an example."""
    found = (CONTROL_TOKEN.search(str(cell)) for cell in cells)
    return next((match[0] for match in found if match), "")


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows that have something."""

    rows: pd.Index[int]
    #: Whether every candidate was looked at, and not only some of them, taken evenly.
    every: bool


def _searched(rows: pd.DataFrame, quick: str, certain: Callable[[str], bool], *, label: bool) -> _Found:
    """Rows whose text (or label) has something: a quick look at all of them, a close one at those it leaves."""
    hit: Mask = np.zeros(len(rows), dtype=bool)
    most = 1
    for name in ("text", "text_pair", *(["label"] if label else [])):
        if name not in rows:
            continue
        candidates = np.flatnonzero(rows[name].str.contains(quick, regex=True).to_numpy(dtype=bool))
        step = max(1, -(-len(candidates) // _MOST_CANDIDATES))
        most = max(most, step)
        for place in candidates[::step]:
            hit[place] |= certain(str(rows[name].iloc[place]))
    return _Found(rows.index[hit], most == 1)
