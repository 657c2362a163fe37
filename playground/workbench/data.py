"""The data half of the workbench: files, drafts and their mending, datasets, and the closer look at them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from playground.data.formats.hub_dataset import fetch_hub_dataset
from playground.data.infer import inspect
from playground.data.limits import LIMITS
from playground.data.mending.draft import Draft, still_fitting
from playground.data.mending.drafts import DraftStore
from playground.data.mending.recorded import check_steps
from playground.data.mending.steps import steps_to_json
from playground.data.read import read_table, read_tables, shown_name
from playground.data.store import DatasetStore, measured
from playground.data.survey import SurveyState
from playground.data.types import ColumnChoice, Dataset, Inspection, Reading, Step, Table, TaskName
from playground.errors import DatasetError
from playground.launch.survey import Surveys, survey_key
from playground.models import recommend_reader
from playground.workbench.looks import Kept

#: Bytes of tables kept in memory, and again of tables kept with what was understood of them (mostly the same ones).
_KEPT_BYTES: Final = 500_000_000
#: Seconds between two looks for what nobody needs any more.
_TIDYING_EVERY: Final = 3_600.0
#: Seconds a dataset stays that its draft has left behind; another tab may still show it.
_SUPERSEDED_AFTER: Final = 86_400.0
_LOG: Final = logging.getLogger(__name__)


class DataDoors:
    """What can be done with files and datasets; part of ``Workbench``."""

    def __init__(self, home: Path, surveys: Surveys) -> None:
        self.datasets = DatasetStore(home / "datasets")
        self.drafts = DraftStore(home / "drafts")
        self._tables: Kept[Table] = Kept(_KEPT_BYTES, _table_bytes)
        self._looks: Kept[Inspection] = Kept(_KEPT_BYTES, _look_bytes)
        self._kept: Kept[str] = Kept(100, lambda _: 1)
        self._survey_keys: Kept[tuple[str, str]] = Kept(100, lambda _: 1)
        self.surveys = surveys
        self._next_tidying = 0.0

    # Files at once, as the command line has them

    def inspect(
        self, data: bytes, name: str, *, encoding: str | None = None, delimiter: str | None = None, choice: ColumnChoice | None = None
    ) -> Inspection:
        """What a file holds. :raises DatasetError: if it cannot be read at all."""
        return inspect(read_table(data, name, encoding=encoding, delimiter=delimiter), choice)

    def read(self, files: Sequence[tuple[bytes, str]], reading: Reading) -> Table:
        """The table of one file, or of several that belong together.

        :param files: bytes and name of each.
        :raises DatasetError: if one cannot be read, or they do not fit each other.
        """
        return read_tables(files, encoding=reading.encoding, delimiter=reading.delimiter, sheet=reading.sheet)

    def fetch(self, name: str, config: str | None = None) -> list[tuple[bytes, str]]:
        """The files of a dataset of the hub, for ``read`` or ``open``. :raises DatasetError: if the hub does not give it."""
        return fetch_hub_dataset(name, config=config)

    def understand(
        self, table: Table, choice: ColumnChoice | None = None, task: TaskName | None = None, steps: Sequence[Step] = ()
    ) -> Inspection:
        """What a table means once these steps are taken. :raises DatasetError: if columns, task or steps do not fit it."""
        return inspect(table, choice, task=task, steps=tuple(steps))

    def keep(self, inspection: Inspection, owner: str) -> Dataset:
        """Store the usable rows. :raises DatasetError: if a finding forbids training on them."""
        return self.datasets.add(inspection, owner)

    # Drafts, as the page has them

    def open(self, files: Sequence[tuple[bytes, str]], owner: str, reading: Reading | None = None) -> Draft:
        """Keep files as uploaded and begin a draft of them; whether they can be read, ``look`` tells.

        :param files: bytes and name of each: one, or several that belong together.
        :raises DatasetError: "file_too_large"; "draft_not_written" if the disk is full.
        """
        shown = [(data, shown_name(name)) for data, name in files]
        total = sum(len(data) for data, _ in shown)
        if total > LIMITS.file_bytes:
            limit = LIMITS.file_bytes // 1_000_000
            raise DatasetError("file_too_large", name=shown[0][1], megabytes=total // 1_000_000, limit=limit)
        return self.drafts.add_files(shown, owner, reading)

    def draft_data(self, draft: Draft) -> bytes:
        """The first file of a draft, byte for byte. :raises DatasetError: "draft_damaged" if it is gone."""
        return self.drafts.data(draft)

    def draft(self, id: str, owner: str | None) -> Draft:
        """:raises DatasetError: "not_found" if this owner has no such draft."""
        return self.drafts.get(id, owner)

    def look(self, id: str, owner: str | None) -> Inspection:
        """What the draft holds, as it is to be read and after its steps. :raises DatasetError: if it cannot be read at all."""
        return self._look(self.drafts.get(id, owner))

    def reread(self, id: str, owner: str | None, reading: Reading) -> Draft:
        """Read the file another way; steps that no longer mean anything are taken out.

        :raises DatasetError: if it cannot be read that way; the draft then stays as it was.
        """
        draft = self.drafts.get(id, owner)
        after = self._look(replace(draft, reading=reading, changes=()))
        before: Inspection | None = None
        if draft.changes:
            with suppress(DatasetError):
                before = self._look(replace(draft, changes=()))
        return self.drafts.reread(id, owner, reading, still_fitting(before, after))

    def mend(self, id: str, owner: str | None, *steps: Step) -> Draft:
        """Take steps as one change. :raises DatasetError: if one does not fit the data; nothing is recorded then."""
        draft = self.drafts.get(id, owner)
        check_steps(steps)
        self._look(replace(draft, changes=(*draft.changes, steps)))
        return self.drafts.mend(id, owner, steps)

    def undo(self, id: str, owner: str | None) -> Draft:
        """Take back the last change."""
        return self.drafts.undo(id, owner)

    def discard(self, id: str, owner: str | None) -> None:
        """Remove a draft and its file; datasets made of it stay."""
        self.drafts.delete(id, owner)

    def keep_draft(self, id: str, owner: str) -> Dataset:
        """Store the usable rows of a draft, and remember how they came about; doing so again changes nothing.

        :raises DatasetError: if a finding forbids training on them.
        """
        draft = self.drafts.get(id, owner)
        key = (id, _look_key(draft))
        fingerprint = self._kept.get(key, lambda: self.datasets.add(self._look(draft), owner, id).fingerprint)
        try:
            dataset = self.datasets.get(fingerprint, owner)
        except DatasetError:  # deleted since
            dataset = self.datasets.add(self._look(draft), owner, id)
        if draft.dataset != dataset.fingerprint:
            self.drafts.remember_dataset(id, owner, dataset.fingerprint)
        return dataset

    # Datasets

    def dataset(self, fingerprint: str, owner: str | None) -> Dataset:
        """:raises DatasetError: if this owner has no such dataset."""
        return self.datasets.get(fingerprint, owner)

    def my_datasets(self, owner: str | None) -> list[Dataset]:
        """Newest first."""
        return self.datasets.list(owner)

    # A closer look with a model's eyes

    def survey(self, id: str, owner: str | None) -> SurveyState:
        """How the closer look at a draft, as it is now, stands. :raises DatasetError: if it cannot be read, or not be trained on yet."""
        return self.surveys.state(self._survey_key(self.drafts.get(id, owner))[0])

    def start_survey(self, id: str, owner: str | None) -> SurveyState:
        """Ask for a closer look; it begins when nothing trains. :raises DatasetError: if the draft cannot be trained on yet."""
        draft = self.drafts.get(id, owner)
        key, model = self._survey_key(draft)
        look = self._look(draft)
        self.surveys.start(key, _mended(look), model, look.task)
        return self.surveys.state(key)

    def cancel_survey(self, id: str, owner: str | None) -> None:
        """End the closer look and forget what it found."""
        self.surveys.cancel(self._survey_key(self.drafts.get(id, owner))[0])

    def _survey_key(self, draft: Draft) -> tuple[str, str]:
        """What names the survey of a draft as it is now, and the base model that looks."""

        def make() -> tuple[str, str]:
            look = self._look(draft)
            model = recommend_reader(self._dataset_of(draft, look)).id
            return survey_key(_mended(look), model, look.task), model

        return self._survey_keys.get(_look_key(draft), make)

    def _dataset_of(self, draft: Draft, look: Inspection) -> Dataset:
        """The dataset last made of a draft: a row more or less makes it no other language, and measuring a million texts takes seconds."""
        if draft.dataset and not look.blocked:
            with suppress(DatasetError):  # deleted since
                return self.datasets.get(draft.dataset, draft.owner)
        return measured(look)

    def _look(self, draft: Draft) -> Inspection:
        reading = draft.reading

        def read() -> Table:
            return self.read([(self.drafts.file_data(draft, file), file.name) for file in draft.files], reading)

        def understand() -> Inspection:
            return self.understand(self._tables.get(_file_key(draft), read), reading.choice, reading.task, draft.steps)

        return self._looks.get(_look_key(draft), understand)

    def _tidy(self, in_use: Callable[[str, str], bool]) -> None:
        """Every hour: drop drafts nobody came back to, and what a draft was before it was mended further.

        :param in_use: whether an owner has a run on the dataset of that fingerprint.
        """
        if time.monotonic() < self._next_tidying:
            return
        self._next_tidying = time.monotonic() + _TIDYING_EVERY
        try:
            if count := self.drafts.forget_old():
                _LOG.info("forgot %d drafts nobody came back to", count)
            for draft in self.drafts.list(None):
                for dataset in self.datasets.list(draft.owner):
                    if _left_behind(dataset, draft) and not in_use(draft.owner, dataset.fingerprint):
                        self.datasets.delete(dataset.fingerprint, draft.owner)
        except (DatasetError, OSError):
            _LOG.exception("could not tidy up; trying again in an hour")


def _left_behind(dataset: Dataset, draft: Draft) -> bool:
    """Whether a dataset is what its draft was a day ago or longer, and is no more."""
    old = dataset.added < time.time() - _SUPERSEDED_AFTER
    return old and dataset.draft == draft.id and dataset.fingerprint != draft.dataset


def _mended(look: Inspection) -> pd.DataFrame:
    """The examples after the steps, by row number of the file. :raises DatasetError: "not_ready" without a choice of columns."""
    if look.mended is None:
        raise DatasetError("not_ready", name=look.table.name)
    return look.mended


def _file_key(draft: Draft) -> Hashable:
    return draft.files, draft.reading.encoding, draft.reading.delimiter, draft.reading.sheet


def _look_key(draft: Draft) -> Hashable:
    return _file_key(draft), draft.reading.task, draft.reading.choice, steps_to_json(draft.steps)


def _table_bytes(table: Table) -> int:
    return int(table.frame.memory_usage(index=False).sum())


def _look_bytes(look: Inspection) -> int:
    mended = 0 if look.mended is None else int(look.mended.memory_usage(index=False).sum())
    return _table_bytes(look.table) + mended
