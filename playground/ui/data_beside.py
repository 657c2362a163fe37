"""What stands beside the rows on the Data tab: how the labels are spread, or the numbers, or how long the texts and answers are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from playground.data.meaning.cells import messages_of
from playground.data.meaning.rows import numbers, usable
from playground.data.split_kinds import kinds
from playground.data.types import Inspection
from playground.ui.data_cells import kind_colour, short
from playground.ui.data_charts import Histogram, histogram_html
from playground.ui.format import count, percent
from playground.ui.html import esc
from playground.words import Language, say

#: Labels drawn as bars; the rest is one bar "others" and the full table a click away.
MOST_BARS: Final = 30
#: Tasks whose labels are names that can be changed one by one.
NAMED_LABELS: Final = frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "token-classification"})


def beside_html(inspection: Inspection, rows: pd.DataFrame, language: Language, seen: int | None = None) -> str:
    """The card beside the rows; "" while there is nothing to tell.

    :param rows: the examples as mended so far.
    :param seen: steps recorded so far; with it, names of labels can be changed in place.
    """
    if inspection.choice is None:
        return ""
    if inspection.task in NAMED_LABELS:
        return _labels(inspection, rows, language, seen) if inspection.labels else ""
    chart = {"regression": _numbers, "generation": _answers, "language-modeling": _texts}[inspection.task]
    html = chart(rows[usable(rows, inspection.task)], language)
    return f'<section class="pg-card" id="data-labels">{html}</section>' if html else ""


def labels_html(
    labels: Mapping[str, int], language: Language, seen: int | None = None, *, title: str = "", line: str = "", total: int | None = None,
    coloured: bool = False,
) -> str:  # fmt: skip
    """Rows of each label as bars, the most frequent first; beyond ``MOST_BARS`` one bar for the others and the full table in a fold.

    :param seen: steps recorded so far; with it, names can be changed in place.
    :param line: a sentence above the bars.
    :param total: what shares are of; all counts together when None.
    :param coloured: whether each has the colour it has in the rows.
    """
    total = sum(labels.values()) if total is None else total
    largest = max(labels.values(), default=0)
    entries = list(labels.items())
    top, rest = (entries, []) if len(entries) <= MOST_BARS else (entries[: MOST_BARS - 1], entries[MOST_BARS - 1 :])
    colours = {name: kind_colour(name, list(labels)) for name in labels} if coloured else {}
    bars = "".join(
        _bar(_label(name, place, seen, language), rows, largest, total, language, colours.get(name, ""))
        for place, (name, rows) in enumerate(top)
    )
    table = ""
    if rest:
        others = sum(rows for _, rows in rest)
        name = f'<span class="pg-name"><i>{esc(say("data.bars.others", language, count=len(rest)))}</i></span>'
        bars += _bar(name, others, max(largest, others), total, language)
        table = _full_table(entries, seen, language)
    hint = f'<p class="pg-muted pg-hint">{esc(say("data.bars.rename", language))}</p>' if seen is not None and entries else ""
    above = f'<p class="pg-counted">{esc(line)}</p>' if line else ""
    return (
        f'<section class="pg-card" id="data-labels"><h3 class="pg-h3">{esc(title or say("data.bars", language))}</h3>{above}'
        f'<div class="pg-tall"><div class="pg-bars">{bars}</div></div>{table}{hint}</section>'
    )


def _labels(inspection: Inspection, rows: pd.DataFrame, language: Language, seen: int | None) -> str:
    labels = inspection.labels or {}
    used = rows[usable(rows, inspection.task)]
    total, mentions = len(used), sum(labels.values())
    if inspection.task == "multi-label-classification":
        without = total - len(np.unique(kinds(used["label"], inspection.task)[0]))
        line = say("data.bars.several", language, mean=f"{mentions / max(1, total):.1f}")
        line += say("data.bars.several.without", language, count=without) if without else ""
        title = say("data.bars.several.title", language)
        return labels_html(labels, language, seen, title=title, line=line, total=total)
    if inspection.task == "token-classification":
        without = total - len(np.unique(kinds(used["label"], inspection.task)[0]))
        line = say("data.bars.entities", language, count=mentions, rows=total - without)
        line += say("data.bars.entities.without", language, count=without) if without else ""
        return labels_html(labels, language, seen, title=say("data.bars.entities.title", language), line=line, coloured=True)
    return labels_html(labels, language, seen)


def _numbers(rows: pd.DataFrame, language: Language) -> str:
    found = numbers(rows["label"])
    values = found[np.isfinite(found)]
    if not len(values):
        return ""
    facts = {
        "mean": f"{values.mean():.4g}",
        "sd": f"{values.std():.3g}",
        "low": f"{values.min():.4g}",
        "high": f"{values.max():.4g}",
    }
    note = say("data.numbers.note", language, **facts)
    chart = Histogram(say("data.numbers", language), say("data.numbers.axis", language), values.tolist(), note=note)
    return histogram_html(chart, language)


def _answers(rows: pd.DataFrame, language: Language) -> str:
    """Two charts' worth in one: how long answers are, and how many turns come before them, in words."""
    lengths = rows["label"].str.len()
    asked = np.array([sum(message["role"] == "user" for message in messages_of(cell)) for cell in rows["text"]])
    several = int((asked > 1).sum())
    note = say("data.answers.note", language, median=int(lengths.median()) if len(rows) else 0)
    note += say("data.answers.several", language, count=several) if several else ""
    return _lengths(lengths, "data.answers", note, language)


def _texts(rows: pd.DataFrame, language: Language) -> str:
    lengths = rows["text"].str.len()
    note = say("data.texts.note", language, characters=int(lengths.sum()), median=int(lengths.median()) if len(rows) else 0)
    return _lengths(lengths, "data.texts", note, language)


def _lengths(lengths: pd.Series[int], key: str, note: str, language: Language) -> str:
    values = lengths.astype(float).tolist()
    axis = say("data.characters.axis", language)
    return histogram_html(Histogram(say(key, language), axis, values, whole=True, note=note), language) if values else ""


def _full_table(entries: list[tuple[str, int]], seen: int | None, language: Language) -> str:
    lines = "".join(
        f'<tr><td>{_label(label, place, seen, language)}</td><td class="pg-num">{count(rows)}</td></tr>'
        for place, (label, rows) in enumerate(entries)
    )
    summary = esc(say("data.bars.all", language, count=len(entries)))
    return (
        f'<details><summary>{summary}</summary><div class="pg-tall"><table class="pg-table"><tbody>{lines}</tbody></table></div></details>'
    )


def _label(name: str, place: int, seen: int | None, language: Language) -> str:
    shown = short(name)
    if seen is None:
        return f'<span class="pg-name" title="{esc(shown)}">{esc(shown)}</span>'
    full = f' data-full="{esc(name)}"' if name != shown else ""
    title = esc(say("data.bars.rename.one", language, label=shown))
    return (
        f'<span class="pg-name" role="button" tabindex="0" data-edit="name" data-place="{place}" data-seen="{seen}" title="{title}"{full}>'
        f'<span class="pg-cell" dir="auto">{esc(shown)}</span></span>'
    )


def _bar(name: str, rows: int, largest: int, total: int, language: Language, colour: str = "") -> str:
    width = 100 * rows / largest if largest else 0
    share = percent(rows / total, language) if total else ""
    kind = f";--kind:{colour}" if colour else ""
    return (
        f'{name}<span class="pg-track"><span class="pg-fill" style="width:{width:.1f}%{kind}"></span></span>'
        f'<span class="pg-num">{count(rows)}</span><span class="pg-num pg-muted">{share}</span>'
    )
