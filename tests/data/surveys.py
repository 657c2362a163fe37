"""Surveys made by hand, and as the files a child writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from playground.data.survey import POINTS, RESULT, Survey, Suspect, Trial

GOOD_TRIAL = Trial(flipped=0.05, found=0.9, precise=0.8)


def make_survey(**changes: Any) -> Survey:
    """Six rows of a file of which one has no text; nothing is remarkable unless said so."""
    values: dict[str, Any] = {
        "rows": np.array([0, 1, 2, 4, 5, 6]),
        "lengths": np.array([10, 20, 30, 40, 50, 600], np.int32),
        "positions": np.array([[-1, -1], [-1, 1], [0, 0], [0.5, 0.5], [1, -1], [1, 1]], np.float32),
        "labels": ("a", "a", "b", "b", "c", "c"),
        "excerpts": ("zero", "one", "two", "four", "five", "six"),
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "task": "text-classification",
        "limit_tokens": 512,
        "total_rows": 6,
        "judged_rows": 6,
        "agreement": 0.97,
    }
    return Survey(**{**values, **changes})


def suspects(*rows: int, to: str = "b") -> tuple[Suspect, ...]:
    """Rows whose label should be ``to``."""
    return tuple(Suspect(row, "a", to, 0.9) for row in rows)


def write_survey(folder: Path, survey: Survey) -> None:
    """As the child leaves it."""
    points = {
        "row": survey.rows, "tokens": survey.lengths, "x": survey.positions[:, 0], "y": survey.positions[:, 1],
        "label": list(survey.labels), "excerpt": list(survey.excerpts),
    }  # fmt: skip
    pd.DataFrame(points).to_parquet(folder / POINTS, index=False)
    whole = ("model", "task", "limit_tokens", "total_rows", "judged_rows", "agreement", "near", "outliers", "telling", "seconds")
    facts = {name: getattr(survey, name) for name in whole}
    facts["suspects"] = [asdict(one) for one in survey.suspects]
    facts["trial"] = None if survey.trial is None else asdict(survey.trial)
    (folder / RESULT).write_text(json.dumps(facts), encoding="utf-8")
