"""Spans of entities."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from playground.data.findings.spans import check_spans

TEXT = "Anna lives in Berlin"


@pytest.mark.parametrize(
    ("spans", "code"),
    [
        ([{"start": 0, "end": 4, "label": "PER"}, [14, 20, "LOC"]], None),
        ([], None),
        ([{"start": 14, "end": 21, "label": "LOC"}], "span_out_of_range"),
        ([{"start": 4, "end": 0, "label": "PER"}], "span_out_of_range"),
        ([{"start": -1, "end": 4, "label": "PER"}], "span_out_of_range"),
        ([{"start": 0, "end": 4, "label": "PER"}, {"start": 2, "end": 8, "label": "PER"}], "spans_overlap"),
        ([{"start": 1, "end": 5, "label": "PER", "text": "Anna"}], "span_text_differs"),
        ([{"start": 0, "end": 4, "label": "PER", "text": "Anna"}], None),
        ([{"start": "here", "end": 4, "label": "PER"}], "spans_unreadable"),
    ],
)
def test_each_fault_of_a_span_is_told(spans: list[object], code: str | None) -> None:
    found = list(check_spans(pd.Series([TEXT], index=[7]), pd.Series([json.dumps(spans)], index=[7])))
    assert [finding.code for finding in found] == ([code] if code else [])
    assert all(finding.rows == (7,) and finding.fixes[0].steps[0].rows == (7,) for finding in found)


def test_places_count_the_space_before_a_text() -> None:
    spans = json.dumps([{"start": 2, "end": 6, "label": "PER", "text": "Anna"}])
    assert not list(check_spans(pd.Series([f"  {TEXT}"]), pd.Series([spans])))
