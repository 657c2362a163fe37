"""Datasets on disk: one folder per content, whoever uploaded it, kept until its last owner deletes it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from filelock import FileLock

from playground.data.infer import examples
from playground.data.meaning.cells import label_counts, plain_texts
from playground.data.meaning.language import language_shares
from playground.data.mending.recorded import steps_from_values, steps_to_values
from playground.data.types import SPLITS, Dataset, Inspection
from playground.errors import DatasetError

ROWS_FILE: Final = "data.parquet"
FACTS_FILE: Final = "dataset.json"
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}")
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER: Final = re.compile(r"[^\W\d_]")
#: Values of a column turned into JSON at once.
_PIECE: Final = 50_000
#: Texts looked at for the share of Chinese, Japanese and Korean, taken evenly from the whole, and characters of each.
_SAMPLE_TEXTS: Final = 2000
_SAMPLE_CHARACTERS: Final = 500

_log = logging.getLogger(__name__)


class DatasetStore:
    """The datasets under one folder.

    A folder appears whole (written aside, then renamed) and disappears whole. Only the owners in ``dataset.json`` ever change; a lock
    file keeps two processes from doing so at once.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, inspection: Inspection, owner: str, draft: str | None = None) -> Dataset:
        """Keep the usable rows of an inspected file for this owner; the same rows again only add the owner.

        :param draft: id of the draft the file is kept as; it and the steps are remembered with this owner.
        :raises DatasetError: "not_ready" if the inspection has no columns or forbids training.
        """
        rows = examples(inspection)
        fingerprint = fingerprint_of(inspection.task, rows)
        with self._lock():
            if not (self.root / fingerprint / FACTS_FILE).exists():
                self._write(fingerprint, inspection.task, rows)
            facts = self._facts(fingerprint)
            entry = {"name": inspection.table.name, "added": time.time(), "draft": draft, "steps": steps_to_values(inspection.steps)}
            owners = {**facts["owners"], owner: entry}
            self._replace_facts(fingerprint, {**facts, "owners": owners})
        return self.get(fingerprint, owner)

    def get(self, fingerprint: str, owner: str | None = None) -> Dataset:
        """:raises DatasetError: "not_found" if there is none, or it is not this owner's (None: anybody's); "dataset_damaged"."""
        facts = self._facts(fingerprint)
        dataset = _dataset(fingerprint, facts, owner)
        if dataset is None:
            raise _not_found(fingerprint)
        return dataset

    def examples(self, fingerprint: str) -> pd.DataFrame:
        """Every column of the task's examples ("split" among them when the file brought its own), in file order.

        :raises DatasetError: "not_found" or "dataset_damaged".
        """
        self._facts(fingerprint)
        try:
            return pd.read_parquet(self.root / fingerprint / ROWS_FILE).astype("str")
        except (OSError, ValueError) as error:
            raise DatasetError("dataset_damaged", name=fingerprint) from error

    def list(self, owner: str | None = None) -> list[Dataset]:
        """This owner's datasets (None: all), newest first; a damaged one is left out and logged."""
        found = []
        for path in self.root.glob("*/" + FACTS_FILE):
            try:
                dataset = _dataset(path.parent.name, self._facts(path.parent.name), owner)
            except DatasetError as error:
                _log.warning("%s: %s", path.parent.name, error)
                continue
            if dataset is not None:
                found.append(dataset)
        return sorted(found, key=lambda dataset: dataset.added, reverse=True)

    def delete(self, fingerprint: str, owner: str | None) -> None:
        """Forget this owner (None: all of them); the folder goes when nobody is left.

        :raises DatasetError: "not_found" if there is none, or it is not this owner's.
        """
        with self._lock():
            facts = self._facts(fingerprint)
            if owner is not None and owner not in facts["owners"]:
                raise _not_found(fingerprint)
            left = {name: kept for name, kept in facts["owners"].items() if owner is not None and name != owner}
            if left:
                self._replace_facts(fingerprint, {**facts, "owners": left})
                return
            doomed = self._aside()
            (self.root / fingerprint).rename(doomed)
        shutil.rmtree(doomed)

    def _lock(self) -> FileLock:
        self.root.mkdir(parents=True, exist_ok=True)
        return FileLock(self.root / ".lock")

    def _aside(self) -> Path:
        """A path beside the datasets that no dataset has."""
        return self.root / f".{uuid.uuid4().hex}"

    def _write(self, fingerprint: str, task: str, rows: pd.DataFrame) -> None:
        folder = self._aside()
        folder.mkdir()
        rows.to_parquet(folder / ROWS_FILE, index=False)
        facts = {"task": task, "rows": len(rows), **_measure(task, rows), "owners": {}}
        (folder / FACTS_FILE).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        folder.rename(self.root / fingerprint)

    def _facts(self, fingerprint: str) -> dict[str, Any]:
        """:raises DatasetError: "not_found" (a fingerprint that is none names no file), "dataset_damaged"."""
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise _not_found(fingerprint)
        try:
            facts: dict[str, Any] = json.loads((self.root / fingerprint / FACTS_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise _not_found(fingerprint) from error
        except ValueError as error:
            raise DatasetError("dataset_damaged", name=fingerprint) from error
        return facts

    def _replace_facts(self, fingerprint: str, facts: Mapping[str, Any]) -> None:
        written = self._aside()
        written.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        written.replace(self.root / fingerprint / FACTS_FILE)


def measured(inspection: Inspection) -> Dataset:
    """The dataset these rows would become, not kept anywhere: what there is to know before a person decides.

    :raises DatasetError: "not_ready" if the inspection has no columns or forbids training.
    """
    rows = examples(inspection)
    facts = {"task": inspection.task, "rows": len(rows), **_measure(inspection.task, rows)}
    entry = {"name": inspection.table.name, "added": 0.0, "steps": steps_to_values(inspection.steps)}
    dataset = _dataset(fingerprint_of(inspection.task, rows), {**facts, "owners": {"": entry}}, "")
    assert dataset is not None  # its only owner asked
    return dataset


def fingerprint_of(task: str, rows: pd.DataFrame) -> str:
    """SHA-256 over task, labels, texts and whatever other columns the task has, in order; its first 16 hexadecimal digits.

    JSON keeps neighbouring values apart. Labels and texts carry no name, so that data without other columns keeps the fingerprint it
    had when there were no others.
    """
    digest = hashlib.sha256(json.dumps(task).encode())
    others = sorted(set(rows.columns) - {"label", "text"})
    for column in ("label", "text", *others):
        if column in others:
            digest.update(json.dumps(column).encode())
        for piece in _json_pieces(rows[column]):
            digest.update(piece.encode("utf-8"))
    return digest.hexdigest()[:16]


def _json_pieces(values: pd.Series[str]) -> Iterator[str]:
    """The JSON list of these values, piece by piece: a million texts need not stand in memory a third time."""
    for start in range(0, max(1, len(values)), _PIECE):
        piece = json.dumps(values.iloc[start : start + _PIECE].tolist(), ensure_ascii=False)[1:-1]
        yield f"{', ' if start else '['}{piece}"
    yield "]"


def _dataset(fingerprint: str, facts: Mapping[str, Any], owner: str | None) -> Dataset | None:
    """The dataset as this owner named it (None: as its first owner did); None if it is not theirs."""
    owners: Mapping[str, Mapping[str, Any]] = facts["owners"]
    first = min(owners.values(), key=lambda one: float(one["added"]), default=None)
    mine = first if owner is None else owners.get(owner)
    if mine is None:
        return None
    return Dataset(
        fingerprint,
        str(mine["name"]),
        facts["task"],
        facts["rows"],
        facts["labels"],
        float(mine["added"]),
        facts["mean_characters"],
        facts["long_characters"],
        facts["cjk_share"],
        facts["non_ascii_letter_share"],
        steps_from_values(mine.get("steps", [])),
        mine.get("draft"),
        facts.get("splits", {}),
        facts.get("languages", {}),
    )


def _measure(task: str, rows: pd.DataFrame) -> dict[str, Any]:
    """The facts of a dataset that only its rows can tell."""
    texts = plain_texts(rows, task)
    lengths = texts.str.len()
    counts = label_counts(rows["label"], task)
    sample = "".join(text[:_SAMPLE_CHARACTERS] for text in texts.iloc[:: max(1, len(rows) // _SAMPLE_TEXTS)])
    letters = _LETTER.findall(sample)
    cjk = len(_CJK.findall(sample))
    foreign = sum(not letter.isascii() for letter in letters) - cjk
    return {
        "labels": dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "mean_characters": float(lengths.mean()),
        "long_characters": float(lengths.quantile(0.95)),
        "cjk_share": cjk / max(1, len(letters)),
        "non_ascii_letter_share": foreign / max(1, len(letters)),
        "languages": language_shares(texts.tolist()),
        "splits": {name: int((rows["split"] == name).sum()) for name in SPLITS if name in set(rows["split"])} if "split" in rows else {},
    }


def _not_found(fingerprint: str) -> DatasetError:
    return DatasetError("not_found", name=fingerprint[:40])
