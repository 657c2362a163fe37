"""Charts of the Data tab: how the rows are split, how long the texts are. Numbers in, HTML out; colours are the page's own.

Bars are HTML, so they follow light and dark and stay readable at every width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from playground.data.split_kinds import kinds
from playground.data.types import SPLITS, TaskName
from playground.ui.charts import ticks
from playground.ui.data_cells import short
from playground.ui.format import count, percent
from playground.ui.html import esc
from playground.words import Language, say

#: Bars of a histogram at most.
_BARS: Final = 40
#: A limit further away than this many times the longest text is named beside the axis instead of stretching it.
_FAR: Final = 3.0
#: Labels of the split table before the rest goes into a fold.
_SPLIT_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class Histogram:
    """What a histogram shows."""

    title: str
    #: What is counted along the axis, with its unit.
    axis: str
    values: Sequence[float]
    #: A line to draw at a value, and its name.
    limit: float | None = None
    limit_name: str = ""
    #: Whether only whole numbers occur.
    whole: bool = False
    #: A sentence below.
    note: str = ""


def histogram_html(histogram: Histogram, language: Language) -> str:
    """Bars of equal width from the smallest to the largest value; the last one holds what is far beyond the others too."""
    values = np.asarray(histogram.values, dtype=float)
    if not len(values):
        return ""
    low, high, limit = _span(values, histogram.limit)
    edges = _edges(values, low, high, histogram.whole)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    tallest = int(counts.max())
    bars = "".join(_column(edges, place, int(rows), tallest, histogram, language) for place, rows in enumerate(counts))
    span = edges[-1] - edges[0]
    axis = "".join(_tick(100 * (tick - edges[0]) / span, tick) for tick in ticks(edges[0], edges[-1], 6))
    line, beside = "", ""
    if limit is not None:
        line = f'<span class="pg-limit" style="left:{100 * (limit - edges[0]) / span:.2f}%"><b>{esc(histogram.limit_name)}</b></span>'
    elif histogram.limit is not None:
        beside = f'<span class="pg-far">{esc(histogram.limit_name)} →</span>'
    note = f'<p class="pg-muted pg-hint">{esc(histogram.note)}</p>' if histogram.note else ""
    most = esc(say("data.histogram.most", language, count=tallest))
    return (
        f'<figure class="pg-histogram"><figcaption><h3 class="pg-h3">{esc(histogram.title)}</h3>{beside}</figcaption>'
        f'<div class="pg-plot" role="img" aria-label="{esc(histogram.title)}. {esc(histogram.note)}"><span class="pg-most">{most}</span>'
        f'<div class="pg-columns">{bars}{line}</div><div class="pg-axis">{axis}</div>'
        f'<p class="pg-axis-name">{esc(histogram.axis)}</p></div>{note}</figure>'
    )


def _span(values: np.ndarray, limit: float | None) -> tuple[float, float, float | None]:
    """The ends of the axis, and the limit if it lies between them. A few giants do not squeeze everything else."""
    low, longest = float(values.min()), float(values.max())
    usual = float(np.quantile(values, 0.99))
    high = min(longest, max(usual * 1.5, usual + 1))
    if limit is None:
        return low, high, None
    low = min(low, 0.0)
    if limit > _FAR * longest:
        return low, high, None
    return low, max(high, limit * 1.05), limit


def _edges(values: np.ndarray, low: float, high: float, whole: bool) -> np.ndarray:
    if not whole:
        different = np.unique(values)
        step = float(np.diff(different).min()) if len(different) > 1 else 1.0
        if (high - low) / step < 1.5 * _BARS:  # marks such as 3.5: a bar for each, which would else fall together by twos
            return low - step / 2 + step * np.arange(round((high - low) / step) + 2, dtype=float)
        return np.linspace(low, high if high > low else low + 1, _BARS + 1)
    step = max(1, math.ceil((high + 1 - low) / _BARS))
    bars = max(1, math.ceil((high + 1 - low) / step))
    return math.floor(low) + step * np.arange(bars + 1, dtype=float)


def _column(edges: np.ndarray, place: int, rows: int, tallest: int, histogram: Histogram, language: Language) -> str:
    first, last = edges[place], edges[place + 1] - (1 if histogram.whole else 0)
    open_end = place == len(edges) - 2 and max(histogram.values) > edges[-1]
    span = f"≥ {_number(first)}" if open_end else _number(first) if first == last else f"{_number(first)}–{_number(last)}"
    over = " pg-over" if histogram.limit is not None and first > histogram.limit else ""
    title = esc(say("data.histogram.bar", language, span=span, count=rows))
    # One row among thousands is still to be seen.
    height = max(1.0, 100 * rows / tallest) if rows else 0.0
    return f'<i class="pg-column{over}" style="height:{height:.1f}%" title="{title}"></i>'


def _tick(place: float, value: float) -> str:
    """A number under the axis; at its ends it stands inside."""
    end = ' class="pg-first"' if place < 2 else ' class="pg-last"' if place > 97 else ""
    return f'<span{end} style="left:{place:.2f}%">{_number(value)}</span>'


def _number(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.3g}"


def splits_html(rows: pd.DataFrame, language: Language, task: TaskName = "text-classification") -> str:
    """What share of the rows the file itself gives to each split, and which labels each has; "" if it brings no splits."""
    if "split" not in rows.columns or not len(rows):
        return ""
    counts = {split: int((rows["split"] == split).sum()) for split in SPLITS}
    present = [split for split in SPLITS if counts[split]]
    total = sum(counts.values())
    bar = "".join(f'<i class="pg-{split}" style="flex-grow:{counts[split]}"></i>' for split in present)
    keys = "".join(
        f'<li class="pg-{split}"><span>{esc(say(f"data.split.{split}", language))}</span> <b>{count(counts[split])}</b> '
        f'<span class="pg-muted">{percent(counts[split] / total, language)}</span></li>'
        for split in present
    )
    title = esc(say("data.splits", language))
    table = _label_table(rows, present, task, language)
    return (
        f'<section class="pg-card" id="data-splits"><h3 class="pg-h3">{title}</h3><div class="pg-split" aria-hidden="true">{bar}</div>'
        f'<ul class="pg-split-keys">{keys}</ul>{table}</section>'
    )


def _label_table(rows: pd.DataFrame, present: Sequence[str], task: TaskName, language: Language) -> str:
    """Rows of each label, or of each kind of entity, in each split; where one is missing, that is marked. "" where there are none."""
    labelled = rows[rows["label"] != ""]
    places, held, names = kinds(labelled["label"], task)
    if not names:
        return ""
    split_of = np.array([present.index(split) for split in labelled["split"]], dtype=np.int64)[places]
    counts = np.bincount(held * len(present) + split_of, minlength=len(names) * len(present)).reshape(len(names), len(present))
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    lines = [_label_line(names[label], counts[label].tolist()) for label in order]
    head = "".join(f'<th class="pg-num" scope="col">{esc(say(f"data.split.{split}", language))}</th>' for split in present)
    head = f'<thead><tr><th scope="col">{esc(say("data.table.label", language))}</th>{head}</tr></thead>'
    table = f'<div class="pg-tall"><table class="pg-table">{head}<tbody>{"".join(lines)}</tbody></table></div>'
    if len(lines) <= _SPLIT_LABELS:
        return table
    return f"<details><summary>{esc(say('data.bars.all', language, count=len(lines)))}</summary>{table}</details>"


def _label_line(label: str, counts: Sequence[int]) -> str:
    cells = "".join(f'<td class="pg-num{"" if rows else " pg-none"}">{count(rows) if rows else "▲ 0"}</td>' for rows in counts)
    return f'<tr><td dir="auto">{esc(short(label))}</td>{cells}</tr>'
