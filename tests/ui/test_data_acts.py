"""A click stands for steps the server itself proposes, for the state of the data it was made on, and for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.data.limits import LIMITS
from playground.data.types import Reading, Step
from playground.errors import DatasetError
from playground.ui.data_acts import Act, parse_act, steps_of
from playground.ui.data_desk import Desk, Sight
from playground.workbench import Workbench
from tests.ui.surveys import survey_of, suspect

ROWS = (
    "message,intent\n"
    + "".join(f"question number {n} of many,{('billing', 'delivery', 'Billing')[n % 3]}\n" for n in range(40))
    + "gone,\n"
)
OWNER = "local"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Workbench(tmp_path))


@pytest.fixture
def sight(desk: Desk) -> Sight:
    return open_file(desk, ROWS)


def open_file(desk: Desk, rows: str, reading: Reading | None = None) -> Sight:
    draft = desk._workbench.open([(rows.encode(), "a.csv")], OWNER, reading)
    return desk.sight(draft.id, OWNER)


def fix_of(sight: Sight, code: str) -> Act:
    """The click on the first fix of the first finding of that code."""
    finding = next(finding for finding in sight.inspection.findings if finding.code == code)
    return Act("fix", {"key": f"file:{code}.0/0", "code": finding.fixes[0].code, "seen": str(sight.seen)})


@pytest.mark.parametrize("data", [None, [], "fix", {}, {"do": "format_disk"}, {"do": ["fix"]}, {"do": None}, 7])
def test_an_event_of_another_kind_is_no_click(data: Any) -> None:
    assert parse_act(data) is None


def test_a_click_keeps_only_names_it_may_have() -> None:
    act = parse_act({"do": "fix", "key": "file:a.0/1", "steps": [1], "seen": 3, "row": {"a": 1}, "value": True})
    assert act == Act("fix", {"key": "file:a.0/1", "seen": "3"})


@pytest.mark.parametrize("spelled", ["", "-1", "1.5", "٣", "1" * 20, "a"])
def test_a_number_that_is_none_is_none(spelled: str) -> None:
    assert Act("turn", {"page": spelled}).number("page") is None


def test_a_fix_is_the_one_the_server_proposes(sight: Sight) -> None:
    finding = next(finding for finding in sight.inspection.findings if finding.fixes)
    assert steps_of(fix_of(sight, finding.code), sight, None) == finding.fixes[0].steps


@pytest.mark.parametrize(
    "changed",
    [
        {"seen": "9"},
        {"seen": ""},
        {"code": "another"},
        {"key": "file:label_variants.0/99"},
        {"key": "file:nothing.0/0"},
        {"key": "survey:label_variants.0/0"},
        {"key": ""},
        {"key": "file:label_variants.0/-1"},
    ],
)
def test_a_fix_that_is_not_there_any_more_is_refused(sight: Sight, changed: dict[str, str]) -> None:
    code = next(finding.code for finding in sight.inspection.findings if finding.fixes)
    act = Act("fix", {**fix_of(sight, code).values, **{name: value.replace("label_variants", code) for name, value in changed.items()}})
    with pytest.raises(DatasetError, match="has changed since"):
        steps_of(act, sight, None)


def test_a_fix_counts_for_the_state_it_was_drawn_for(desk: Desk, sight: Sight) -> None:
    assert sight.draft
    code = next(finding.code for finding in sight.inspection.findings if finding.fixes)
    act = fix_of(sight, code)
    after = desk.mend(sight.draft, (Step("drop_rows", (3,)),))
    with pytest.raises(DatasetError):
        steps_of(act, after, None)


def test_a_cell_becomes_what_was_typed(sight: Sight) -> None:
    text = Act("edit", {"row": "2", "column": "text", "value": "  another question "})
    label = Act("edit", {"row": "40", "column": "label", "value": "billing"})
    assert steps_of(text, sight, None) == (Step("set_text", (2,), {"text": "another question"}),)
    assert steps_of(label, sight, None) == (Step("set_label", (40,), {"to": "billing"}),)


def test_the_second_text_of_a_pair_can_be_changed(desk: Desk) -> None:
    rows = "premise,hypothesis,label\n" + "".join(f"one thing {n},other thing {n},{'ab'[n % 2]}\n" for n in range(30))
    sight = open_file(desk, rows, Reading(task="text-pair-classification"))
    act = Act("edit", {"row": "2", "column": "text_pair", "value": "new"})
    assert steps_of(act, sight, None) == (Step("set_text", (2,), {"text": "new", "column": "text_pair"}),)


def test_the_same_text_again_is_no_step(sight: Sight) -> None:
    assert steps_of(Act("edit", {"row": "2", "column": "text", "value": "question number 2 of many"}), sight, None) == ()


@pytest.mark.parametrize(
    "values",
    [
        {"row": "999", "column": "text", "value": "x"},
        {"row": "1", "column": "split", "value": "train"},
        {"row": "1", "column": "text_pair", "value": "x"},
        {"row": "", "column": "text", "value": "x"},
    ],
)
def test_a_cell_that_is_not_there_is_refused(sight: Sight, values: dict[str, str]) -> None:
    with pytest.raises(DatasetError):
        steps_of(Act("edit", values), sight, None)


def test_a_cell_stays_within_the_limit(sight: Sight) -> None:
    with pytest.raises(DatasetError, match="up to"):
        steps_of(Act("edit", {"row": "1", "column": "text", "value": "x" * (LIMITS.cell_characters + 1)}), sight, None)


def test_a_row_is_left_out(sight: Sight) -> None:
    assert steps_of(Act("drop", {"row": "5"}), sight, None) == (Step("drop_rows", (5,)),)


def test_a_label_is_renamed_by_its_place(sight: Sight) -> None:
    labels = list(sight.inspection.labels or {})
    act = Act("name", {"place": "1", "value": " new ", "seen": "0"})
    assert steps_of(act, sight, None) == (Step("rename_labels", (), {labels[1]: "new"}),)
    assert steps_of(Act("name", {"place": "1", "value": labels[1], "seen": "0"}), sight, None) == ()
    with pytest.raises(DatasetError):
        steps_of(Act("name", {"place": "99", "value": "new", "seen": "0"}), sight, None)


def test_a_suspect_is_accepted_or_kept_by_its_row(sight: Sight) -> None:
    survey = survey_of(40, ("billing", "delivery", "Billing"), (suspect(0, "billing"), suspect(3, "billing")))
    assert steps_of(Act("accept", {"row": "3", "seen": "0"}), sight, survey) == (Step("set_label", (3,), {"to": "delivery"}),)
    assert steps_of(Act("keep_all", {"seen": "0"}), sight, survey) == (Step("set_label", (0, 3), {"to": "billing"}),)
    with pytest.raises(DatasetError):
        steps_of(Act("accept", {"row": "4", "seen": "0"}), sight, survey)
    with pytest.raises(DatasetError):
        steps_of(Act("keep_all", {"seen": "0"}), sight, None)


def test_mending_and_undo_leave_the_data_as_it_was(desk: Desk, sight: Sight) -> None:
    assert sight.draft
    after = desk.mend(sight.draft, steps_of(Act("drop", {"row": "5"}), sight, None))
    assert after.draft
    assert 5 not in after.rows.index
    back = desk.undo(after.draft, after.seen)
    assert back.rows.equals(sight.rows)


def test_an_undo_of_another_state_is_refused(desk: Desk, sight: Sight) -> None:
    assert sight.draft
    with pytest.raises(DatasetError):
        desk.undo(sight.draft, 1)


def test_nobody_sees_the_draft_of_another(desk: Desk, sight: Sight) -> None:
    assert sight.draft
    with pytest.raises(DatasetError, match="not yours"):
        desk.sight(sight.draft.id, "somebody")


def test_a_dataset_without_its_draft_is_shown_and_not_mended(desk: Desk, sight: Sight) -> None:
    dataset = desk.keep(sight)
    assert dataset
    kept, same = desk.kept(dataset.fingerprint, OWNER)
    assert kept.draft is None
    assert same == dataset
    assert len(kept.rows) == dataset.rows
