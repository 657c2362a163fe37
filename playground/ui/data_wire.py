"""What happens on the Data tab: files come in, clicks change them, a survey runs. Every handler asks the workbench by owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from playground.data.examples import ALL_EXAMPLES
from playground.data.mending.draft import Draft
from playground.data.types import Dataset, Reading
from playground.errors import DatasetError, PlaygroundError
from playground.ui import data_change as change_views
from playground.ui.data_acts import MENDING, Act, parse_act, steps_of
from playground.ui.data_desk import Desk, Sight
from playground.ui.data_look import Asked, DataParts, Drawing, survey_signature
from playground.ui.data_steps import Change
from playground.ui.session import Page, status_html
from playground.words import Language, say

Updates = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read and the name they go by."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for which draft, as the browser has it."""

    owner: str
    language: Language
    draft_id: str | None = None
    dataset_id: str | None = None


class Deeds:
    """What can be done on the tab; each method's answer is what changes on the page."""

    def __init__(self, page: Page, parts: DataParts) -> None:
        self.page, self.parts = page, parts
        self.desk = Desk(page.workbench)
        self.drawing = Drawing(page, parts)

    def open(self, visit: Visit, sources: Callable[[], Sequence[Source]]) -> Updates:
        """Keep what was given as a draft and show it. What cannot be read leaves the page as it was, but for the reason."""
        try:
            draft = self.page.workbench.open([(given.data, given.name) for given in sources()], visit.owner)
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)
        return self._show_file(draft, visit, opened=False)

    def reread(self, visit: Visit, pending: str | None, other: Callable[[Reading], Reading]) -> Updates:
        """Read the file another way."""
        try:
            draft = self.page.workbench.draft(pending or visit.draft_id or "", visit.owner)
            draft = self.page.workbench.reread(draft.id, visit.owner, other(draft.reading))
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)
        return self._show_file(draft, visit)

    def restore(self, visit: Visit) -> Updates:
        """The draft in use, after a reload; else the dataset in use, whose draft is gone; else nothing."""
        sight = self._last(visit)
        if sight is not None:
            return self._shown(sight, visit, Asked()) | self._reading(sight, visit)
        empty = status_html("data", say("data.status.empty", visit.language))
        gone: Updates = {self.page.draft_id: None} if visit.draft_id else {}
        if visit.dataset_id is None:
            return {**gone, self.page.status["data"]: empty}
        try:
            sight, dataset = self.desk.kept(visit.dataset_id, visit.owner)
        except PlaygroundError as error:
            return {**gone, self.page.status["data"]: empty, **self.drawing.refused(error, visit.language)}
        return self.drawing.everything(sight, dataset, visit.language, Asked(), self.desk.survey(None))

    def _last(self, visit: Visit) -> Sight | None:
        """The draft the browser remembers, else the one its dataset was made of; None if there is none that is theirs."""
        with suppress(PlaygroundError):  # deleted, another visitor's, or limits have changed since
            if visit.draft_id:
                return self.desk.sight(visit.draft_id, visit.owner)
        with suppress(PlaygroundError):
            if visit.dataset_id and (made_of := self.page.workbench.dataset(visit.dataset_id, visit.owner).draft):
                return self.desk.sight(made_of, visit.owner)
        return None

    def act(self, visit: Visit, act: Act, asked: Asked) -> Updates:
        """Do what a click inside the page's own HTML asks for."""
        try:
            sight = self._sight(visit)
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)
        survey = self.desk.survey(sight.draft)[0].survey
        if act.do in ("turn", "row", "show"):
            return self._look(sight, visit, act, asked)
        if sight.draft is None:
            return {}
        if act.do == "cancel":
            return self.cancel_survey(visit)
        try:
            if act.do in MENDING:
                after = self.desk.mend(sight.draft, steps_of(act, sight, survey))
            else:
                after = self.desk.undo(sight.draft, act.number("seen"))
            return self._shown(after, visit, asked, Change(sight.inspection, after.inspection))
        except DatasetError as error:
            now = self._sight(visit)
            return self._shown(now, visit, asked) | self.drawing.failed(error, now, visit.language)

    def ask(self, visit: Visit, asked: Asked) -> Updates:
        """Another choice of rows."""
        try:
            sight = self._sight(visit)
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)
        return self.drawing.rows(sight, visit.language, asked, self.desk.survey(sight.draft)[0].survey)

    def start_survey(self, visit: Visit) -> Updates:
        """Ask for a closer look."""
        try:
            sight = self._sight(visit)
            if sight.draft is not None:
                self.page.workbench.start_survey(sight.draft.id, visit.owner)
            return self.drawing.survey(sight, visit.language, self.desk.survey(sight.draft), anew=True)
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)

    def cancel_survey(self, visit: Visit) -> Updates:
        """End the closer look."""
        try:
            sight = self._sight(visit)
            if sight.draft is not None:
                self.page.workbench.cancel_survey(sight.draft.id, visit.owner)
            return self.drawing.survey(sight, visit.language, self.desk.survey(sight.draft), anew=True)
        except PlaygroundError as error:
            return self.drawing.refused(error, visit.language)

    def look_at_survey(self, visit: Visit, seen: list[Any] | None) -> Updates:
        """What changed since the survey was drawn; nothing if nothing did."""
        try:
            sight = self._sight(visit)
            looked = self.desk.survey(sight.draft)
        except PlaygroundError:
            return {self.parts.survey_timer: gr.Timer(active=False)}
        if survey_signature(looked[0]) == seen:
            return {}
        found = looked[0].survey
        more = self.drawing.filters(sight, visit.language, found) if found else {}
        return self.drawing.survey(sight, visit.language, looked, anew=found is not None) | more

    def _look(self, sight: Sight, visit: Visit, act: Act, asked: Asked) -> Updates:
        survey = self.desk.survey(sight.draft)[0].survey
        if act.do == "turn":
            return self.drawing.rows(sight, visit.language, asked, survey)
        wanted = Asked(act.values.get("key")) if act.do == "show" else Asked(row=act.number("row"))
        return self.drawing.table(sight, visit.language, wanted, survey)

    def _sight(self, visit: Visit) -> Sight:
        """What the tab shows: the draft, or a dataset without one. :raises DatasetError: if there is neither."""
        if visit.draft_id:
            return self.desk.sight(visit.draft_id, visit.owner)
        return self.desk.kept(visit.dataset_id or "", visit.owner)[0]

    def _show_file(self, draft: Draft, visit: Visit, opened: bool | None = None) -> Updates:
        try:
            sight = self.desk.sight(draft.id, visit.owner)
            return self._shown(sight, visit, Asked()) | self._reading(sight, visit, opened) | {self.parts.pending: None}
        except DatasetError as error:
            fold = change_views.refused(self.parts.change, error, draft.reading, self.page.workbench.draft_data(draft), visit.language)
            return self.drawing.refused(error, visit.language) | fold | {self.parts.pending: draft.id}

    def _shown(self, sight: Sight, visit: Visit, asked: Asked, change: Change | None = None) -> Updates:
        """All of the tab for a draft, which is kept as a dataset on the way."""
        failed: Updates = {}
        dataset: Dataset | None = None
        try:
            dataset = self.desk.keep(sight)
        except DatasetError as error:
            failed = self.drawing.failed(error, sight, visit.language)
        looked = self.desk.survey(sight.draft)
        return self.drawing.everything(sight, dataset, visit.language, asked, looked, change, anew=change is None) | failed

    def _reading(self, sight: Sight, visit: Visit, opened: bool | None = None) -> Updates:
        assert sight.draft is not None
        data = self.page.workbench.draft_data(sight.draft)
        return change_views.drawn(self.parts.change, sight.inspection, sight.draft.reading, data, visit.language, opened=opened)


def sources_of(kind: str, paths: Sequence[str] | None, pasted: str | None, language: Language) -> list[Source]:
    """What to read. The paths come from Gradio's own upload folder (it refuses any other).

    :raises DatasetError: if there is nothing to read.
    """
    for example in ALL_EXAMPLES:
        if kind == example.id:
            return [Source(example.path.read_bytes(), example.path.name)]
    if kind == "paste":
        if not pasted or not pasted.strip():
            raise DatasetError("nothing_pasted")
        return [Source(pasted.encode(), f"{say('data.pasted_name', language)}.csv")]
    found = [Path(path) for path in paths or []]
    if not found or not all(path.is_file() for path in found):
        raise DatasetError("upload_gone")
    return [Source(path.read_bytes(), path.name) for path in found]


def clicked(event: gr.EventData) -> Act | None:
    """The click an event of our own HTML reports."""
    return parse_act(event._data)
