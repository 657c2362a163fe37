"""How a draft looks on the Data tab: every part of the page drawn from what the draft holds now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from playground.data.survey import Survey, SurveyState, survey_findings
from playground.data.types import Dataset, Finding
from playground.errors import PlaygroundError
from playground.ui import data_views as views
from playground.ui.data_acts import find
from playground.ui.data_beside import beside_html
from playground.ui.data_change import ChangeParts
from playground.ui.data_charts import splits_html
from playground.ui.data_desk import UNDER_WAY, Sight
from playground.ui.data_map import map_html
from playground.ui.data_rows import Ask, finding_keys, page_of, rows_html
from playground.ui.data_sources import SourceParts
from playground.ui.data_steps import Change, steps_html
from playground.ui.data_survey import Sighting, found_html, more_html, state_html, still_true, suspects_html
from playground.ui.html import esc, note_html
from playground.ui.session import Page, status_html
from playground.words import Language, say

#: What the list of filters holds for every row.
ALL_ROWS: Final = ""
#: Characters of a finding in that list.
_FILTER_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class DataParts:
    """The components of this tab."""

    #: Which base model the data will be used with, where that is settled already.
    base: gr.HTML
    sources: SourceParts
    message: gr.HTML
    sentence: gr.HTML
    change: ChangeParts
    #: Id of a draft that could not be read yet, which the fold "change" then speaks of; else None.
    pending: gr.State
    found: gr.Column
    #: A click in it, or in any of the parts below, is the event "act".
    findings: gr.HTML
    steps: gr.HTML
    beside: gr.Column
    labels: gr.HTML
    filter: gr.Dropdown
    search: gr.Textbox
    rows: gr.HTML
    splits: gr.HTML
    survey_start: gr.Button
    survey_state: gr.HTML
    survey: gr.HTML
    map: gr.HTML
    suspects: gr.HTML
    survey_more: gr.HTML
    #: Ticks only while a survey waits or runs.
    survey_timer: gr.Timer
    #: How the survey stood when it was last drawn.
    survey_seen: gr.State
    next: gr.Button


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked of the table, as the components have it."""

    filter: str | None = None
    search: str | None = None
    page: int = 0
    row: int | None = None


class Drawing:
    """Draws this tab's parts for one page of the app."""

    def __init__(self, page: Page, parts: DataParts) -> None:
        self.page, self.parts = page, parts

    def everything(
        self, sight: Sight, dataset: Dataset | None, language: Language, asked: Asked, looked: tuple[SurveyState, bool],
        change: Change | None = None, *, anew: bool = True,
    ) -> dict[Any, Any]:  # fmt: skip
        """All of the tab below the place where files are dropped, except how the file is read.

        :param anew: whether other data was shown before, or none; else what a survey found long ago stays as drawn.
        """
        parts, inspection = self.parts, sight.inspection
        survey = looked[0].survey
        return {
            self.page.draft_id: sight.draft.id if sight.draft else None,
            self.page.dataset_id: dataset.fingerprint if dataset else None,
            self.page.status["data"]: _status(dataset, language),
            parts.sources.fold: gr.Accordion(open=False, label=self.page.t("data.source.change")),
            parts.message: gr.HTML("", visible=False),
            parts.found: gr.Column(visible=True),
            parts.sentence: gr.HTML(_sentence(sight, dataset, language), visible=True),
            parts.findings: views.findings_html(inspection, sight.rows, language) if sight.draft else "",
            parts.steps: steps_html(sight.draft.changes, language, change) if sight.draft else "",
            **_labels(parts, sight, language),
            parts.splits: splits_html(sight.rows, language, inspection.task) if inspection.choice else "",
            parts.next: gr.Button(interactive=dataset is not None),
            **self.table(sight, language, asked, survey),
            **self.survey(sight, language, looked, anew=anew),
        }

    def table(self, sight: Sight, language: Language, asked: Asked, survey: Survey | None) -> dict[Any, Any]:
        """The page of rows asked for, and what rows can be asked for."""
        choices = _filters(sight, survey, language)
        chosen = asked.filter if any(value == asked.filter for _, value in choices) else ALL_ROWS
        return {
            self.parts.filter: gr.Dropdown(choices=choices, value=chosen, visible=len(choices) > 1),
            self.parts.search: asked.search or "",
            **self.rows(sight, language, Asked(chosen, asked.search, asked.page, asked.row), survey),
        }

    def filters(self, sight: Sight, language: Language, survey: Survey | None) -> dict[Any, Any]:
        """What rows can be asked for, whatever is chosen now."""
        choices = _filters(sight, survey, language)
        return {self.parts.filter: gr.Dropdown(choices=choices, visible=len(choices) > 1)}

    def rows(self, sight: Sight, language: Language, asked: Asked, survey: Survey | None) -> dict[Any, Any]:
        """Only the page of rows asked for."""
        finding: Finding | None = None
        if asked.filter:
            source, _, key = asked.filter.partition(":")
            finding = find(source, key, sight, survey)
        shown = page_of(sight.rows, Ask(finding, asked.search or "", max(0, asked.page), asked.row))
        html = rows_html(shown, sight.inspection, language, mendable=sight.draft is not None, stamp=secrets.token_hex(4))
        return {self.parts.rows: html}

    def survey(self, sight: Sight, language: Language, looked: tuple[SurveyState, bool], *, anew: bool) -> dict[Any, Any]:
        """The closer look: a button for it, how far it is, or what it found."""
        state, outdated = looked
        busy = state.status in UNDER_WAY
        can = sight.draft is not None and not sight.inspection.blocked and not busy
        label = self.page.t("data.survey.again" if state.survey or state.error else "data.survey.start")
        sighting = Sighting(state.survey, sight.inspection, sight.rows, outdated) if state.survey else None
        intro = f'<p class="pg-muted">{esc(say("data.survey.intro", language))}</p>' if can and not state.survey else ""
        return {
            self.parts.survey_start: gr.Button(label, visible=can and (state.survey is None or outdated)),
            self.parts.survey_state: state_html(state, language) or intro,
            self.parts.survey: found_html(sighting, language) if sighting else "",
            self.parts.suspects: suspects_html(sighting, language) if sighting else "",
            self.parts.survey_timer: gr.Timer(active=busy),
            self.parts.survey_seen: survey_signature(state),
            **(self._still(sighting, language) if anew else {}),
        }

    def _still(self, sighting: Sighting | None, language: Language) -> dict[Any, Any]:
        """What a survey found that no click changes; the map may be half a megabyte."""
        return {
            self.parts.map: map_html(sighting.survey, language) if sighting else "",
            self.parts.survey_more: more_html(sighting, language) if sighting else "",
        }

    def refused(self, error: PlaygroundError, language: Language) -> dict[Any, Any]:
        """Why a file could not be read; what was shown stays."""
        return {self.parts.message: gr.HTML(note_html(error, language), visible=True)}

    def failed(self, error: PlaygroundError, sight: Sight, language: Language) -> dict[Any, Any]:
        """Why a change could not be made, beside the changes that were."""
        changes = sight.draft.changes if sight.draft else ()
        return {self.parts.steps: note_html(error, language) + steps_html(changes, language)}

    @property
    def outputs(self) -> list[Any]:
        """Every component ``everything`` may change, and those of the fold that asks how to read the file."""
        parts = self.parts
        return [
            self.page.draft_id, self.page.dataset_id, self.page.status["data"], parts.sources.fold, parts.message, parts.found,
            parts.sentence, parts.findings, parts.steps, parts.beside, parts.labels, parts.splits, parts.next, *self.table_outputs,
            *self.survey_outputs, *parts.change.everything, parts.pending,
        ]  # fmt: skip

    @property
    def table_outputs(self) -> list[Any]:
        """The table and what it is asked by."""
        return [self.parts.filter, self.parts.search, self.parts.rows]

    @property
    def survey_outputs(self) -> list[Any]:
        """The closer look."""
        parts = self.parts
        return [
            parts.survey_start, parts.survey_state, parts.survey, parts.map, parts.suspects, parts.survey_more, parts.survey_timer,
            parts.survey_seen,
        ]  # fmt: skip


def survey_signature(state: SurveyState) -> list[Any]:
    """Equal for states that look the same."""
    return [state.status, state.stage, state.done, state.total, state.waits_for]


def _sentence(sight: Sight, dataset: Dataset | None, language: Language) -> str:
    return views.kept_html(dataset, language) if sight.draft is None and dataset else views.found_html(sight.inspection, language)


def _status(dataset: Dataset | None, language: Language) -> str:
    if dataset is None:
        return status_html("data", say("data.status.blocked", language), "attention")
    return status_html("data", views.status_line(dataset, language))


def _labels(parts: DataParts, sight: Sight, language: Language) -> dict[Any, Any]:
    """How the labels are spread, or what there is instead of labels."""
    html = beside_html(sight.inspection, sight.rows, language, sight.seen if sight.draft else None)
    return {parts.beside: gr.Column(visible=bool(html)), parts.labels: html}


def _filters(sight: Sight, survey: Survey | None, language: Language) -> list[tuple[str, str]]:
    """All rows, or those of a finding that names some."""
    found: list[tuple[str, Finding]] = []
    if sight.draft and sight.inspection.choice:
        findings = sight.inspection.findings
        found += [(f"file:{key}", finding) for key, finding in zip(finding_keys(findings), findings, strict=True)]
        seen = survey_findings(still_true(survey, sight.inspection, sight.rows)) if survey else ()
        found += [(f"survey:{key}", finding) for key, finding in zip(finding_keys(seen), seen, strict=True)]
    named = [(_cut(finding.message(language)), key) for key, finding in found if finding.rows]
    return [(say("data.table.filter.all", language), ALL_ROWS), *named]


def _cut(text: str) -> str:
    return text if len(text) <= _FILTER_CHARACTERS else text[: _FILTER_CHARACTERS - 1] + "…"
