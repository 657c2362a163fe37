"""What is wrong or remarkable about pairs of text and label, each with the rows it is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.normal import normalise
from playground.data.types import Finding, Severity

#: Fewer examples than this cannot be split into three parts that say anything.
FEWEST_ROWS: Final = 10
#: Labels with fewer rows than this are learned from hardly anything.
RARE_ROWS: Final = 5
#: Different texts a label needs to be in training and test both.
SPLITTABLE_TEXTS: Final = 3
#: Beyond this share of one label, always answering it looks good.
_IMBALANCE_SHARE: Final = 0.8
_MANY_LABELS: Final = 50
_ROWS_PER_MANY_LABELS: Final = 10
#: About what small models read at once (512 tokens): 4 characters a token, 1.5 in Chinese, Japanese and Korean.
_LONG_CHARACTERS: Final = 2000
_LONG_CJK_CHARACTERS: Final = 750
_MOST_ROWS: Final = 1000
_NAMES_SHOWN: Final = 5
_ORDER: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "info": 2}


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first; among equals those about more rows first."""
    return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.severity], -len(finding.rows))))


def check_examples(pairs: pd.DataFrame) -> tuple[Finding, ...]:
    """Every finding about these rows.

    :param pairs: text and label, stripped, one row per row of the file.
    """
    no_text, no_label = (pairs["text"] == "").to_numpy(dtype=bool), (pairs["label"] == "").to_numpy(dtype=bool)
    usable = pairs[~no_text & ~no_label]
    found = [*_about_rows("empty_text", "warning", no_text), *_about_rows("empty_label", "warning", no_label & ~no_text)]
    if usable.empty:
        return (*found, Finding("no_usable_rows", "error"))
    counts = usable["label"].value_counts()
    keys = pd.Series(pd.factorize(np.asarray(normalise(usable["text"]), dtype=object))[0], index=usable.index)
    found += _enough(usable, counts, keys)
    found += _labels(usable, counts)
    found += _same_texts(usable, keys)
    found += _about_rows("long_text", "info", _long(pairs["text"]))
    return tuple(found)


def _about_rows(code: str, severity: Severity, mask: np.ndarray[Any, np.dtype[np.bool_]], **facts: str | int) -> Iterator[Finding]:
    """One finding about the rows of the mask, none if there are none."""
    rows = np.flatnonzero(mask)
    if len(rows):
        yield Finding(code, severity, {"count": len(rows), **facts}, tuple(int(row) for row in rows[:_MOST_ROWS]))


def _enough(usable: pd.DataFrame, counts: pd.Series[int], keys: pd.Series[int]) -> Iterator[Finding]:
    """Errors that make training impossible."""
    if len(counts) == 1:
        yield Finding("one_label", "error", {"label": str(counts.index[0])})
        return
    if len(counts) > 20 and len(counts) > len(usable) / 2:
        yield Finding("labels_do_not_repeat", "error", {"labels": len(counts), "rows": len(usable)})
        return
    texts_per_label = pd.DataFrame({"label": usable["label"], "key": keys}).drop_duplicates()["label"].value_counts()
    learnable = int((texts_per_label >= SPLITTABLE_TEXTS).sum())
    if int(keys.nunique()) < FEWEST_ROWS:
        yield Finding("too_few_rows", "error", {"count": int(keys.nunique()), "needed": FEWEST_ROWS})
    elif learnable < 2:
        yield Finding("labels_too_rare", "error", {"needed": SPLITTABLE_TEXTS})


def _labels(usable: pd.DataFrame, counts: pd.Series[int]) -> Iterator[Finding]:
    """Warnings about the labels as a whole."""
    rare = counts[counts < RARE_ROWS]
    if len(rare) and len(counts) > 1:
        mask = usable["label"].isin(rare.index).to_numpy(dtype=bool)
        rows = tuple(int(row) for row in usable.index[mask][:_MOST_ROWS])
        yield Finding("rare_labels", "warning", {"count": len(rare), "labels": _named(rare.index), "fewest": RARE_ROWS}, rows)
    share = float(counts.iloc[0]) / len(usable)
    if len(counts) > 1 and share >= _IMBALANCE_SHARE:
        yield Finding("imbalance", "warning", {"label": str(counts.index[0]), "percent": round(100 * share)})
    if len(counts) > _MANY_LABELS and len(usable) < _ROWS_PER_MANY_LABELS * len(counts):
        yield Finding("many_labels", "warning", {"labels": len(counts), "rows": len(usable)})
    yield from _variants(usable, counts)


def _variants(usable: pd.DataFrame, counts: pd.Series[int]) -> Iterator[Finding]:
    """Labels that differ only by case, width or space are one label to a person and several to a model."""
    spelled: dict[str, list[str]] = {}
    for label in map(str, counts.index):  # most frequent first
        spelled.setdefault(_plain_label(label), []).append(label)
    groups = [group for group in spelled.values() if len(group) > 1]
    if groups:
        odd = {label for group in groups for label in group[1:]}
        rows = usable.index[usable["label"].isin(odd).to_numpy(dtype=bool)]
        shown = "; ".join(" = ".join(group) for group in groups[:_NAMES_SHOWN])
        yield Finding("label_variants", "warning", {"count": len(groups), "labels": shown}, tuple(int(row) for row in rows[:_MOST_ROWS]))


def _plain_label(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label).casefold()
    return "".join(character for character in folded if not character.isspace() and character not in "_-\u200b\u200c\u200d\u2060\ufeff")


def _same_texts(usable: pd.DataFrame, keys: pd.Series[int]) -> Iterator[Finding]:
    """Repeated texts, and those that carry different labels."""
    repeated = keys.duplicated(keep=False)
    if not repeated.any():
        return
    pairs = pd.DataFrame({"key": keys[repeated], "label": usable["label"][repeated]})
    labels_per_text = pairs.drop_duplicates()["key"].value_counts()
    conflicting = pairs["key"].isin(labels_per_text[labels_per_text > 1].index)
    rows = tuple(int(row) for row in pairs.index[conflicting][:_MOST_ROWS])
    if rows:
        texts = int((labels_per_text > 1).sum())
        yield Finding("conflicting_labels", "warning", {"count": texts, "rows": int(conflicting.sum())}, rows)
    again = pairs.duplicated(keep="first")
    copies = tuple(int(row) for row in pairs.index[again][:_MOST_ROWS])
    if copies:
        yield Finding("duplicate_texts", "warning", {"count": int(again.sum())}, copies)


def _long(texts: pd.Series[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    lengths = texts.str.len().to_numpy(dtype=np.int64)
    mask = lengths > _LONG_CHARACTERS
    for place in np.flatnonzero((lengths > _LONG_CJK_CHARACTERS) & ~mask):
        start = str(texts.iloc[place])[:200]
        mask[place] = sum(character >= "\u3040" for character in start) > len(start) / 2
    return mask


def _named(names: Iterable[Any]) -> str:
    listed = [str(name) for name in names]
    return ", ".join(listed[:_NAMES_SHOWN]) + (" …" if len(listed) > _NAMES_SHOWN else "")
