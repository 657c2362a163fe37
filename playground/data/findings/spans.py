"""Spans of entities as the file gives them: places outside the text, places that overlap, places that hold something else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from playground.data.findings.common import about_rows, drop_rows
from playground.data.meaning.spelled import spans_of
from playground.data.types import Finding


def check_spans(texts: pd.Series[str], cells: pd.Series[str]) -> Iterator[Finding]:
    """Every fault of the spans, each row under the first of its faults.

    :param texts: the rows' texts as they are in the file, for spans count its characters, spaces before the text included.
    """
    faults: dict[str, list[int]] = {}
    for row, text, cell in zip(texts.index, texts, cells, strict=True):
        if text.strip() and cell.strip() and (fault := fault_of(text, cell.strip())):
            faults.setdefault(fault, []).append(int(row))
    unreadable, outside, differing, overlapping = (
        pd.Index(faults.get(code, [])) for code in ("spans_unreadable", "span_out_of_range", "span_text_differs", "spans_overlap")
    )
    yield from about_rows("spans_unreadable", "warning", unreadable, drop_rows(unreadable))
    yield from about_rows("span_out_of_range", "warning", outside, drop_rows(outside))
    yield from about_rows("span_text_differs", "warning", differing, drop_rows(differing))
    yield from about_rows("spans_overlap", "warning", overlapping, drop_rows(overlapping))


def fault_of(text: str, cell: str) -> str | None:
    """The code of what is wrong with a row's spans, if anything is."""
    spans = spans_of(cell)
    if spans is None:
        return "spans_unreadable"
    if any(not 0 <= start < end <= len(text) for start, end, _, _ in spans):
        return "span_out_of_range"
    if any(covered is not None and covered.strip() != text[start:end].strip() for start, end, _, covered in spans):
        return "span_text_differs"
    ordered = sorted(spans, key=lambda span: span[:2])
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        return "spans_overlap"
    return None
