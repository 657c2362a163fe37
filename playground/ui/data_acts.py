"""Clicks inside the Data tab's own HTML, as the browser reports them, and the steps they stand for.

A click names a place in what the server itself proposes (a finding's fix, a suspect) or a cell with its new text; it never brings a step
of its own. One that was made on an older state of the data is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from playground.data.limits import LIMITS
from playground.data.survey import Survey, Suspect, survey_findings
from playground.data.types import Finding, Step
from playground.errors import DatasetError
from playground.ui.data_cells import from_typed
from playground.ui.data_desk import Sight
from playground.ui.data_rows import finding_keys
from playground.ui.data_survey import labels_to, still_true

#: Clicks that change the data, and those that only show something else.
MENDING: Final = frozenset({"fix", "edit", "name", "drop", "accept", "keep", "keep_all"})
SHOWING: Final = frozenset({"turn", "row", "show", "undo", "cancel"})
_NAMES: Final = frozenset({"key", "code", "seen", "row", "column", "value", "place", "page"})
_COLUMNS: Final = frozenset({"text", "text_pair", "label"})


@dataclass(frozen=True, slots=True)
class Act:
    """One click."""

    do: str
    #: What it named, as strings.
    values: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """A whole number it named, None if it is none."""
        value = self.values.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def parse_act(data: object) -> Act | None:
    """The click an event reports; None for anything else, for the event may come from anybody."""
    kind = data.get("do") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(kind, str) or kind not in MENDING | SHOWING:
        return None
    values = {name: str(data[name]) for name in _NAMES if isinstance(data.get(name), str | int) and not isinstance(data[name], bool)}
    return Act(kind, values)


def steps_of(act: Act, sight: Sight, survey: Survey | None) -> tuple[Step, ...]:
    """What a mending click does to the data as it stands now; nothing if it changes nothing.

    :param survey: what the closer look found, if there was one.
    :raises DatasetError: "click_outdated" if it was made on another state of the data; "cell_too_long_typed".
    """
    if act.do == "edit":
        return _edit(act, sight)
    row = act.number("row")
    if act.do == "drop":
        return (Step("drop_rows", (_known(row, sight),)),)
    if act.number("seen") != sight.seen:
        raise DatasetError("click_outdated")
    if act.do == "name":
        return _rename(act, sight)
    if act.do == "fix":
        return _fix(act, sight, survey)
    suspects = still_true(survey, sight.inspection, sight.rows).suspects if survey else ()
    chosen: Sequence[Suspect] = suspects if act.do == "keep_all" else [one for one in suspects if one.row == row]
    if not chosen:
        raise DatasetError("click_outdated")
    return labels_to(chosen, suggested=act.do == "accept")


def _edit(act: Act, sight: Sight) -> tuple[Step, ...]:
    row, column, typed = _known(act.number("row"), sight), act.values.get("column", ""), act.values.get("value", "").strip()
    unlabelled = column == "label" and sight.inspection.task == "language-modeling"
    if column not in _COLUMNS or column not in sight.rows.columns or unlabelled:
        raise DatasetError("click_outdated")
    if len(typed) > LIMITS.cell_characters:
        raise DatasetError("cell_too_long_typed", characters=len(typed), limit=LIMITS.cell_characters)
    value = from_typed(sight.inspection.task, column, typed)
    if value == sight.rows.at[row, column]:
        return ()
    if column == "label":
        return (Step("set_label", (row,), {"to": value}),)
    return (Step("set_text", (row,), {"text": value} if column == "text" else {"text": value, "column": column}),)


def _rename(act: Act, sight: Sight) -> tuple[Step, ...]:
    labels, place, new = list(sight.inspection.labels or {}), act.number("place"), act.values.get("value", "").strip()
    if place is None or place >= len(labels):
        raise DatasetError("click_outdated")
    if len(new) > LIMITS.cell_characters:
        raise DatasetError("cell_too_long_typed", characters=len(new), limit=LIMITS.cell_characters)
    return (Step("rename_labels", (), {labels[place]: new}),) if new and new != labels[place] else ()


def _fix(act: Act, sight: Sight, survey: Survey | None) -> tuple[Step, ...]:
    """The fix at a place, if it is still the one that was shown there."""
    whole, _, index = act.values.get("key", "").rpartition("/")
    source, _, key = whole.partition(":")
    finding = find(source, key, sight, survey)
    fixes = finding.fixes if finding else ()
    place = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else len(fixes)
    if place >= len(fixes) or fixes[place].code != act.values.get("code"):
        raise DatasetError("click_outdated")
    return fixes[place].steps


def find(source: str, key: str, sight: Sight, survey: Survey | None) -> Finding | None:
    """A finding by what its buttons say: of the "file", or of the "survey"."""
    findings: Sequence[Finding] = sight.inspection.findings
    if source == "survey":
        findings = survey_findings(still_true(survey, sight.inspection, sight.rows)) if survey else ()
    return dict(zip(finding_keys(findings), findings, strict=True)).get(key)


def _known(row: int | None, sight: Sight) -> int:
    """:raises DatasetError: "click_outdated" if the data has no such row any more."""
    if row is None or sight.inspection.choice is None or row not in sight.rows.index:
        raise DatasetError("click_outdated")
    return row
