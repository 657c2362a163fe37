"""What the Data tab works on: a draft, what it holds as mended so far, and the survey of it; asked for by owner, never by id alone.

One ``Desk`` serves every visitor of an app. What it remembers can be forgotten at any moment.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, get_args

import pandas as pd

from playground.data.mending.draft import Draft
from playground.data.survey import Survey, SurveyState
from playground.data.types import ColumnChoice, Dataset, Inspection, Step, Table, TaskName
from playground.errors import DatasetError
from playground.workbench import Workbench

#: Surveys that stay at hand while their drafts are mended.
_KEPT: Final = 4
#: How a survey stands that is not at its end.
UNDER_WAY: Final = ("waiting", "running")
_TASKS: Final[tuple[TaskName, ...]] = get_args(TaskName)


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A draft as it stands now, or a dataset whose draft is gone."""

    #: None for a dataset alone: its rows can be looked at, but not mended.
    draft: Draft | None
    inspection: Inspection
    #: The examples as mended so far, by row number of the file; the file's own rows while no columns are chosen.
    rows: pd.DataFrame

    @property
    def seen(self) -> int:
        """Steps recorded so far; what a click names to show that it meant this state."""
        return len(self.inspection.steps)


class Desk:
    """Drafts of a workbench as the page shows them."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._surveys: OrderedDict[str, Survey] = OrderedDict()
        self._lock = threading.Lock()

    def sight(self, draft_id: str, owner: str) -> Sight:
        """:raises DatasetError: "not_found" if this owner has no such draft, and whatever reading it says."""
        draft = self._workbench.draft(draft_id, owner)
        inspection = self._workbench.look(draft_id, owner)
        return Sight(draft, inspection, inspection.table.frame if inspection.mended is None else inspection.mended)

    def kept(self, dataset_id: str, owner: str) -> tuple[Sight, Dataset]:
        """A dataset as it lies in the store. :raises DatasetError: "not_found" if this owner has no such dataset."""
        dataset = self._workbench.dataset(dataset_id, owner)
        rows = self._workbench.datasets.examples(dataset_id)
        table = Table(dataset.name, "parquet", None, None, rows)
        pair = "text_pair" if "text_pair" in rows.columns else None
        task = next((known for known in _TASKS if known == dataset.task), _TASKS[0])
        choice = ColumnChoice("text", "" if task == "language-modeling" else "label", pair)
        return Sight(None, Inspection(table, (), choice, (), task, dataset.rows, dataset.labels, ()), rows), dataset

    def keep(self, sight: Sight) -> Dataset | None:
        """The dataset these rows make; None while a finding forbids training on them."""
        if sight.draft is None or sight.inspection.blocked:
            return None
        return self._workbench.keep_draft(sight.draft.id, sight.draft.owner)

    def mend(self, draft: Draft, steps: Sequence[Step]) -> Sight:
        """Record a change, and what came of it. :raises DatasetError: if the steps do not fit; then nothing was recorded."""
        if steps:
            self._changing(draft, lambda: self._workbench.mend(draft.id, draft.owner, *steps))
        return self.sight(draft.id, draft.owner)

    def undo(self, draft: Draft, seen: int | None) -> Sight:
        """Take the last change back.

        :param seen: steps there were when the button was drawn.
        :raises DatasetError: "click_outdated" if there are others now.
        """
        if seen != len(draft.steps):
            raise DatasetError("click_outdated")
        self._changing(draft, lambda: self._workbench.undo(draft.id, draft.owner))
        return self.sight(draft.id, draft.owner)

    def _changing(self, draft: Draft, change: Callable[[], Draft]) -> None:
        """Change a draft. A survey under way begins anew with the changed data; what it has read of the texts is not read again."""
        looking = self.survey(draft)[0].status in UNDER_WAY
        if looking:
            self._workbench.cancel_survey(draft.id, draft.owner)
        try:
            change()
        finally:
            if looking:
                with suppress(DatasetError):  # nothing left to look at
                    self._workbench.start_survey(draft.id, draft.owner)

    def survey(self, draft: Draft | None) -> tuple[SurveyState, bool]:
        """How the survey of a draft stands, and whether what it found is of an earlier state of the data.

        Mending makes another dataset, which nobody has surveyed; what was found before then still helps with the rest.
        """
        if draft is None:
            return SurveyState("none"), False
        try:
            state = self._workbench.survey(draft.id, draft.owner)
        except DatasetError:  # nothing to look at yet: no columns, or a finding that forbids training
            state = SurveyState("none")
        with self._lock:
            if state.survey is not None:
                self._surveys[draft.id] = state.survey
                while len(self._surveys) > _KEPT:
                    self._surveys.popitem(last=False)
            elif state.status == "none" and draft.id in self._surveys:
                return SurveyState("finished", survey=self._surveys[draft.id]), True
        return state, False
