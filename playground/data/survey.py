"""A closer look at a dataset with a base model's eyes: what it found, how far it is, and what a person can do about it.

The looking itself happens in a process of its own (``playground.survey``); here is only what comes back, without torch. A survey's
folder holds ``points.parquet`` (one row a text looked at) and, written last, ``result.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.data.types import Finding, Fix, Step, TaskName
from playground.errors import PlaygroundError
from playground.words import Fact

#: "none": nobody asked; "waiting": for a run to end or another survey, it begins by itself.
SurveyStatus = Literal["none", "waiting", "running", "finished", "failed"]
#: In this order; its words are ``survey.stage.<stage>``.
SurveyStage = Literal["starting", "downloading", "loading", "embedding", "words", "judging", "trial", "neighbours", "map"]

POINTS: Final = "points.parquet"
#: By ``runs.folder`` a folder with this file is complete.
RESULT: Final = "result.json"
#: A trial that found fewer of the flips, or flagged fewer flips among all it flagged (the rest were labelled so before, some of them
#: wrongly), makes the list something to read, not to apply with a click.
TRUSTED_FOUND: Final = 0.5
TRUSTED_PRECISE: Final = 0.25
#: From this share of lost tokens on, the limit costs something.
_LOSS_WORTH_A_WARNING: Final = 0.01
#: Rows a finding lists.
_MOST_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row whose label is likely wrong."""

    row: int
    #: The label it has, and the one a model gives it that never saw this row.
    label: str
    suggested: str
    #: Probability of ``suggested`` if it is one of the two, 0 to 1; below 0.5 the judge itself leans to the label it has.
    confidence: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How well likely label errors are found in this very data: some labels were flipped at random, and looked for."""

    #: Share of all labels that were flipped, 0 to 1.
    flipped: float
    #: Share of the flips that were flagged, 0 to 1.
    found: float
    #: Share of the flagged rows that were flips, 0 to 1. Labels that were wrong before count against it.
    precise: float


@dataclass(frozen=True, slots=True)
class Lost:
    """What a limit on the tokens of a text cuts off."""

    #: Texts that are cut, and their share, 0 to 1.
    texts: int
    texts_share: float
    #: Share of all tokens behind the cut, 0 to 1.
    tokens_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a base model sees in a dataset. The arrays and tuples of the first block belong together, one entry a row looked at."""

    #: Row numbers in the file, ascending.
    rows: NDArray[np.int64]
    #: Tokens of each text, whole, as the model's tokenizer counts them (its special tokens included).
    lengths: NDArray[np.int32]
    #: n x 2, each axis from -1 to 1: texts near each other mean something similar.
    positions: NDArray[np.float32]
    #: Label of each row; "" where the task has no single label or the row has none.
    labels: tuple[str, ...]
    #: The beginning of each text, on one line.
    excerpts: tuple[str, ...]

    #: Catalogue id of the base model that looked.
    model: str
    task: TaskName
    #: Longest text the model can read, in tokens; how much of it a run reads is the recipe's maximum length.
    limit_tokens: int
    #: Rows with a text in the whole data; more than ``rows`` when only an even sample was looked at.
    total_rows: int
    #: Likely label errors, the surest first; empty when labels could not be judged.
    suspects: tuple[Suspect, ...] = ()
    #: Rows whose label was judged (labels of fewer than five texts are not), and in which share of them the judge agrees, 0 to 1.
    judged_rows: int = 0
    agreement: float = 0.0
    #: None when labels could not be judged.
    trial: Trial | None = None
    #: Groups of rows that say the same in other words, largest first; identical texts alone make no group.
    near: tuple[tuple[int, ...], ...] = ()
    #: Rows unlike all others, the strangest first.
    outliers: tuple[int, ...] = ()
    #: Label -> its most telling words (pieces of two or three characters in Chinese and Japanese) and their weight, strongest first.
    telling: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    #: What it took.
    seconds: float = 0.0

    @property
    def sampled(self) -> bool:
        """Whether only an even sample of the rows was looked at."""
        return len(self.rows) < self.total_rows

    def lost(self, limit: int) -> Lost:
        """What is cut off if ``limit`` tokens of each text are read."""
        cut = np.maximum(self.lengths.astype(np.int64) - limit, 0)
        texts, tokens = int((cut > 0).sum()), int(self.lengths.sum())
        return Lost(texts, texts / max(1, len(self.rows)), int(cut.sum()) / max(1, tokens))


@dataclass(frozen=True, slots=True)
class SurveyState:
    """How a survey stands at one moment."""

    status: SurveyStatus
    #: Where a running one is; None otherwise.
    stage: SurveyStage | None = None
    #: Units of the stage that are done, of how many (texts, or bytes while downloading); 0 of 0 where that is unknown.
    done: int = 0
    total: int = 0
    #: What a waiting one waits for.
    waits_for: Literal["training", "survey"] | None = None
    #: Why it failed, with a remedy.
    error: PlaygroundError | None = None
    #: What it found, once finished.
    survey: Survey | None = None

    @property
    def share(self) -> float | None:
        """How much of the stage is done, 0 to 1; None where that is unknown."""
        return min(1.0, self.done / self.total) if self.total else None


def read_survey(folder: Path) -> Survey | None:
    """What a survey found; None if it did not come to its end or its files are not what this version writes."""
    try:
        facts: dict[str, Any] = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        points = pd.read_parquet(folder / POINTS)
        trial = facts.pop("trial")
        return Survey(
            rows=points["row"].to_numpy(np.int64),
            lengths=points["tokens"].to_numpy(np.int32),
            positions=points[["x", "y"]].to_numpy(np.float32),
            labels=tuple(map(str, points["label"])),
            excerpts=tuple(map(str, points["excerpt"])),
            suspects=tuple(Suspect(**one) for one in facts.pop("suspects")),
            trial=None if trial is None else Trial(**trial),
            near=tuple(tuple(group) for group in facts.pop("near")),
            outliers=tuple(facts.pop("outliers")),
            telling={label: tuple((word, weight) for word, weight in words) for label, words in facts.pop("telling").items()},
            **facts,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def survey_findings(survey: Survey) -> tuple[Finding, ...]:
    """What a person should know from a survey, the worst first."""
    found = [*_label_errors(survey), *_over_limit(survey), *_near(survey), *_outliers(survey)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


def _label_errors(survey: Survey) -> Iterator[Finding]:
    """Applied with a click only where the trial says that most flagged labels are really wrong."""
    if not survey.suspects or survey.trial is None:
        return
    rows = tuple(suspect.row for suspect in survey.suspects)
    facts = {
        "count": len(rows),
        "agreement": round(100 * survey.agreement),
        "flipped": round(100 * survey.trial.flipped),
        "found": round(100 * survey.trial.found),
        "precise": round(100 * survey.trial.precise),
    }
    if survey.trial.found < TRUSTED_FOUND or survey.trial.precise < TRUSTED_PRECISE:
        yield Finding("doubtful_labels", "info", facts, rows[:_MOST_ROWS])
        return
    suggested: dict[str, list[int]] = {}
    for suspect in survey.suspects:
        suggested.setdefault(suspect.suggested, []).append(suspect.row)
    steps = tuple(Step("set_label", tuple(sorted(chosen)), {"to": label}) for label, chosen in sorted(suggested.items()))
    fixes = (Fix("use_suggested_labels", steps, {"count": len(rows)}), _drop("drop_suspects", rows))
    yield Finding("likely_label_errors", "warning", facts, rows[:_MOST_ROWS], fixes)


def _over_limit(survey: Survey) -> Iterator[Finding]:
    """No fix here: how much of each text is read is the recipe's maximum length."""
    lost = survey.lost(survey.limit_tokens)
    if not lost.texts:
        return
    longest = np.argsort(-survey.lengths, kind="stable")[: min(lost.texts, _MOST_ROWS)]
    facts: dict[str, Fact] = {
        "count": lost.texts,
        "limit": survey.limit_tokens,
        "longest": int(survey.lengths.max()),
        "percent": f"{100 * lost.texts_share:.2g}",
        "tokens": f"{100 * lost.tokens_share:.2g}",
    }
    severity: Literal["warning", "info"] = "warning" if lost.tokens_share >= _LOSS_WORTH_A_WARNING else "info"
    yield Finding("over_token_limit", severity, facts, tuple(int(row) for row in survey.rows[longest]))


def _near(survey: Survey) -> Iterator[Finding]:
    if not survey.near:
        return
    label_of = dict(zip(survey.rows.tolist(), survey.labels, strict=True))
    mixed = [group for group in survey.near if len({label_of.get(row, "") for row in group}) > 1]
    rows = tuple(row for group in survey.near for row in group)
    # Of rows that mean the same under one label, the first stays; rows of other labels are for a person to look at.
    spare = [row for group in survey.near if group not in mixed for row in group[1:]]
    facts = {"count": len(survey.near), "rows": len(rows), "mixed": len(mixed)}
    fixes = (_drop("keep_one_of_near", tuple(spare)),) if spare else ()
    yield Finding("near_by_meaning", "info", facts, rows[:_MOST_ROWS], fixes)


def _outliers(survey: Survey) -> Iterator[Finding]:
    if survey.outliers:
        rows = survey.outliers
        yield Finding("outliers", "info", {"count": len(rows)}, rows[:_MOST_ROWS], (_drop("drop_outliers", rows),))


def _drop(code: str, rows: tuple[int, ...]) -> Fix:
    return Fix(code, (Step("drop_rows", tuple(sorted(rows))),), {"count": len(rows)})
