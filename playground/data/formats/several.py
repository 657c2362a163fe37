"""Several tables become one: the splits of one dataset, or parts of one table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from playground.data.formats.columns import check_size
from playground.data.limits import Limits
from playground.data.meaning.hints import plain_name
from playground.data.types import SPLITS, Finding, SplitName, Table
from playground.errors import DatasetError

_WORDS: Final[dict[str, SplitName]] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("validation", "valid", "validate", "val", "dev", "devel", "development", "eval", "evaluation"), "validation"),
    **dict.fromkeys(("test", "testing", "tst", "heldout"), "test"),
}
_CHINESE: Final[dict[str, SplitName]] = {
    "训练": "train",
    "验证": "validation",
    "校验": "validation",
    "开发集": "validation",
    "测试": "test",
}
_SUFFIX: Final = re.compile(r"(?:set|data|split|file|dataset)$")
_MOST_FINDING_ROWS: Final = 1000


def split_of(path: str) -> SplitName | None:
    """The split that a file's name says it is, or else the nearest of its folders; None if neither says one, or says two."""
    for part in reversed(PurePosixPath(path.replace("\\", "/")).parts):
        found = _splits_in(part)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _splits_in(part: str) -> set[SplitName]:
    plain = unicodedata.normalize("NFKC", part).casefold()
    found = {split for word, split in _CHINESE.items() if word in plain}
    for token in re.split(r"[^a-z]+", plain):
        split = _WORDS.get(token) or _WORDS.get(_SUFFIX.sub("", token))
        if split:
            found.add(split)
    return found


def divided(names: Sequence[str]) -> list[SplitName] | None:
    """The split of each file, if their names tell: a file that says nothing is for training where no other is.

    None if they are not splits of one dataset: fewer than two splits, none for training, or a file that could belong anywhere.
    """
    said = [split_of(name) for name in names]
    if None in said and "train" in said:
        return None
    splits = [split or "train" for split in said]
    return splits if "train" in splits and len(set(splits)) > 1 else None


def combine(tables: Sequence[Table], name: str, splits: Sequence[SplitName] | None, limits: Limits) -> Table:
    """One table of the rows of all, in order of the tables.

    :param splits: the split of each table, or None for parts of one table.
    :raises DatasetError: "tables_differ" naming the columns, "too_many_rows".
    """
    first, *others = tables
    frames = [first.frame, *(_aligned(table, first) for table in others)]
    check_size(sum(map(len, frames)), first.frame.shape[1], name, limits)
    own = [table.splits for table in tables]
    kept: tuple[SplitName, ...] | None = None
    if splits:
        kept = tuple(split for split, frame in zip(splits, frames, strict=True) for _ in range(len(frame)))
    elif all(own):
        kept = tuple(split for part in own if part for split in part)
    formats = list(dict.fromkeys(table.format for table in tables))
    return Table(
        name=name,
        format=formats[0] if len(formats) == 1 else " + ".join(formats),
        encoding=_common([table.encoding for table in tables]),
        delimiter=_common([table.delimiter for table in tables]),
        frame=pd.concat(frames, ignore_index=True),
        findings=_findings(tables),
        splits=kept,
        task=first.task if all(table.task == first.task for table in tables) else None,
    )


def by_split(tables: Sequence[tuple[Table, SplitName]], name: str, limits: Limits) -> Table:
    """The same, the training rows first and the test rows last, whatever order the files came in."""
    ordered = sorted(tables, key=lambda one: SPLITS.index(one[1]))
    return combine([table for table, _ in ordered], name, [split for _, split in ordered], limits)


def _common(values: Sequence[str | None]) -> str | None:
    given = {value for value in values if value is not None}
    return given.pop() if len(given) == 1 else None


def _aligned(table: Table, first: Table) -> pd.DataFrame:
    """The columns in the order of the first table's, names that differ in case or spacing taken for the same."""
    wanted, given = list(first.frame.columns), list(table.frame.columns)
    if wanted == given:
        return table.frame
    plain = {plain_name(column): column for column in given}
    same = [plain.get(plain_name(column)) for column in wanted]
    if None in same or len(set(same)) != len(given):
        raise DatasetError("tables_differ", first=first.name, columns=_listed(wanted), other=table.name, others=_listed(given))
    return table.frame[same].set_axis(wanted, axis=1)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


def _findings(tables: Sequence[Table]) -> tuple[Finding, ...]:
    """What was noticed in each, its rows counted through; the same said of several files is said once."""
    found: dict[tuple[str, tuple[tuple[str, object], ...]], Finding] = {}
    offset = 0
    for table in tables:
        for finding in table.findings:
            rows = tuple(row + offset for row in finding.rows)
            key = (finding.code, tuple(sorted(finding.facts.items())))
            before = found[key].rows if key in found else ()
            found[key] = replace(finding, rows=(*before, *rows)[:_MOST_FINDING_ROWS])
        offset += len(table.frame)
    return tuple(found.values())
