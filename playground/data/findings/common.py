"""What every check works on: the examples of a task, and the ways findings name rows and labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.meaning.cells import entities_of, listed
from playground.data.meaning.near import near_groups
from playground.data.meaning.rows import Mask, usable
from playground.data.normal import normalise
from playground.data.types import Finding, Fix, Severity, Step, StepKind, TaskName
from playground.words import Fact

#: Fewer examples than this cannot be split into three parts that say anything.
FEWEST_ROWS: Final = 10
#: Different texts a label needs to be in training and test both.
SPLITTABLE_TEXTS: Final = 3
#: Row numbers a finding lists.
MOST_ROWS: Final = 1000
#: Row numbers a step of a fix names; a fault of more rows is mended in the file, or by a fix that names none.
MOST_FIXED_ROWS: Final = 10_000
#: Names a sentence lists.
NAMES_SHOWN: Final = 5
_LONGEST_NAME: Final = 60
_ORDER: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "info": 2}
#: Tasks with one label a row, out of a few.
CLASSES: Final[frozenset[TaskName]] = frozenset({"text-classification", "text-pair-classification"})


class Examples:
    """The examples of a task after the steps, and what several checks ask of them, worked out when first asked."""

    def __init__(self, rows: pd.DataFrame, task: TaskName) -> None:
        """
        :param rows: as ``data.rows`` makes them, indexed by row number of the file; unusable ones included.
        """
        self.rows = rows
        self.task = task
        self.usable = rows[usable(rows, task)]

    @cached_property
    def _identical(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
        texts = normalise(self.usable["text"])
        if "text_pair" in self.usable:
            texts = [f"{first}\n{second}" for first, second in zip(texts, normalise(self.usable["text_pair"]), strict=True)]
        codes, different = pd.factorize(np.asarray(texts, dtype=object))
        return codes.astype(np.int64), list(different)

    @property
    def keys(self) -> pd.Series[int]:
        """A number for each usable row; rows with identical texts have the same."""
        return pd.Series(self._identical[0], index=self.usable.index)

    @property
    def different(self) -> list[str]:
        """The different texts, normalised, in order of their keys."""
        return self._identical[1]

    @cached_property
    def labels(self) -> pd.Series[str]:
        """Every label of every usable row: several a row where the task has several, the kinds of entities for tags, else nothing."""
        if self.task in CLASSES:
            return self.usable["label"]
        if self.task == "multi-label-classification":
            return _exploded(self.usable["label"], lambda cell: listed(cell) or [])
        if self.task == "token-classification":
            return _exploded(self.usable["label"], lambda cell: list(dict.fromkeys(entities_of(listed(cell) or []))))
        return pd.Series([], dtype="str")

    @cached_property
    def counts(self) -> pd.Series[int]:
        """Label -> usable rows, most frequent first."""
        return self.labels.value_counts()

    @cached_property
    def near(self) -> list[list[int]]:
        """Groups of keys whose texts are nearly the same."""
        return near_groups(self.different) if self.task not in ("token-classification", "generation") else []


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first; among equals those about more rows first."""
    return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.severity], -len(finding.rows))))


def about_rows(code: str, severity: Severity, rows: pd.Index[Any], *fixes: Fix | None, **facts: Fact) -> Iterator[Finding]:
    """One finding about these rows of the file, none if there are none."""
    if len(rows):
        offered = tuple(fix for fix in fixes if fix is not None)
        yield Finding(code, severity, {"count": len(rows), **facts}, first_rows(rows), offered)


def first_rows(rows: Iterable[Any]) -> tuple[int, ...]:
    """As many row numbers as a finding lists."""
    return tuple(int(row) for _, row in zip(range(MOST_ROWS), rows, strict=False))


def where(rows: pd.DataFrame, mask: Mask) -> pd.Index[Any]:
    """The row numbers of the mask."""
    return rows.index[mask]


def fix_rows(code: str, kind: StepKind, rows: Sequence[Any] | pd.Index[Any], **facts: Fact) -> Fix | None:
    """A fix that names rows; None if they are too many to be recorded, or none."""
    if not 0 < len(rows) <= MOST_FIXED_ROWS:
        return None
    return Fix(code, (Step(kind, tuple(int(row) for row in rows)),), {"count": len(rows), **facts})


def drop_rows(rows: Sequence[Any] | pd.Index[Any]) -> Fix | None:
    """Leave these rows out."""
    return fix_rows("drop_rows", "drop_rows", rows)


def named(names: Iterable[Any]) -> str:
    """The first few names of a list, none of them endless."""
    listed_names = [str(name) for name in names]
    shown = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name in listed_names[:NAMES_SHOWN]]
    return ", ".join(shown) + (" …" if len(listed_names) > NAMES_SHOWN else "")


def _exploded(cells: pd.Series[str], values: Any) -> pd.Series[str]:
    codes, different = pd.factorize(cells.to_numpy(dtype=object))
    lists = [values(str(cell)) for cell in different]
    lengths = np.array([len(lists[code]) for code in codes], dtype=np.int64)
    flat = [value for code in codes for value in lists[code]]
    return pd.Series(flat, index=np.repeat(cells.index.to_numpy(), lengths), dtype="str")
