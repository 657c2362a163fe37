"""A draft: a person's file as it was uploaded, how it is to be read, and the changes made so far.

Every change is one press of a button, holding one step or several, and is taken back as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

from playground.data.mending.recorded import steps_from_values, steps_to_values
from playground.data.types import ColumnChoice, Inspection, Reading, Step, StepKind

#: What names the kept bytes of a file: their SHA-256.
SOURCE: Final = re.compile(r"[0-9a-f]{64}")
#: Steps that name neither rows nor labels, and those that name labels.
_ANY_DATA: Final[frozenset[StepKind]] = frozenset({"drop_duplicates", "mask_personal", "clean_characters", "shorten"})
_ANY_LABEL: Final[frozenset[StepKind]] = frozenset({"set_label", "rename_labels", "drop_labels"})

#: The steps of one press of a button.
Change: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One uploaded file."""

    name: str
    #: SHA-256 of its bytes, hexadecimal.
    source: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A file on its way to becoming a dataset."""

    id: str
    owner: str
    #: One file, or one for each split.
    files: tuple[DraftFile, ...]
    reading: Reading
    #: What was changed, press by press.
    changes: tuple[Change, ...]
    #: Seconds since the epoch, as is ``changed``.
    added: float
    changed: float
    #: Fingerprint of the dataset last made of it; a draft that has one is not forgotten.
    dataset: str | None = None

    @property
    def name(self) -> str:
        """The name of the file, or of the first of several."""
        return self.files[0].name

    @property
    def source(self) -> str:
        """SHA-256 of the file, or of the first of several."""
        return self.files[0].source

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of every change, in order."""
        return tuple(step for change in self.changes for step in change)


def draft_to_json(draft: Draft) -> str:
    """The draft as it lies on disk."""
    values = {
        "owner": draft.owner,
        "files": [asdict(file) for file in draft.files],
        "reading": asdict(draft.reading),
        "changes": [steps_to_values(change) for change in draft.changes],
        "added": draft.added,
        "changed": draft.changed,
        "dataset": draft.dataset,
    }
    return json.dumps(values, indent=1)


def draft_from_json(id: str, text: str) -> Draft:
    """The draft ``draft_to_json`` wrote.

    :raises KeyError, TypeError, ValueError, DatasetError: if this is no draft.
    """
    values: dict[str, Any] = json.loads(text)
    reading = dict(values["reading"])
    choice = reading.pop("choice")
    files = tuple(DraftFile(str(file["name"]), _source(file["source"])) for file in values["files"])
    if not files:
        raise ValueError("a draft without a file")
    changes = tuple(steps_from_values(change) for change in values["changes"])
    whole = Reading(**reading, choice=ColumnChoice(**choice) if choice else None)
    times = float(values["added"]), float(values["changed"])
    return Draft(id, str(values["owner"]), files, whole, changes, *times, dataset=values["dataset"])


def _source(text: object) -> str:
    """A name of a kept file, which cannot lead anywhere else. :raises ValueError: if it is none."""
    if not isinstance(text, str) or not SOURCE.fullmatch(text):
        raise ValueError("not a SHA-256")
    return text


def still_fitting(before: Inspection | None, after: Inspection) -> Callable[[Step], bool]:
    """Which steps still mean something once a file is read another way.

    Row numbers and label names are those of one reading: another encoding, delimiter or sheet makes other rows of the same bytes, another
    label column other labels. What asks for neither, such as leaving out duplicates, stays.

    :param before: the file as it was read until now, None if it could not be.
    """
    if before is None or _read_as(before) != _read_as(after):
        return lambda step: step.kind in _ANY_DATA
    old, new = before.choice, after.choice
    same_task = before.task == after.task and old is not None and new is not None
    same_label = same_task and _label(before) == _label(after)

    def fits(step: Step) -> bool:
        if step.kind in _ANY_LABEL:
            return same_label
        if step.kind == "set_text":
            column = "text_pair" if step.facts.get("column") == "text_pair" else "text"
            return same_task and getattr(old, column) == getattr(new, column)
        return True

    return fits


def _read_as(inspection: Inspection) -> tuple[object, ...]:
    table = inspection.table
    return table.format, table.encoding, table.delimiter, table.sheet, tuple(table.frame.columns), len(table.frame)


def _label(inspection: Inspection) -> str | None:
    return inspection.choice.label if inspection.choice else None
