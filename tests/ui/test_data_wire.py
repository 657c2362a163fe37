"""What each deed on the Data tab changes on the page, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from playground.data.survey import SurveyState
from playground.data.types import ColumnChoice
from playground.errors import DatasetError
from playground.ui import data_tab
from playground.ui.app import _page
from playground.ui.data_acts import Act
from playground.ui.data_change import with_columns, with_task
from playground.ui.data_look import Asked
from playground.ui.data_tab import asked_for
from playground.ui.data_wire import Deeds, Source, Visit, sources_of
from playground.workbench import Workbench
from tests.ui.surveys import survey_of

CSV = (
    "message,intent,id\n" + "".join(f"question {n} of {n * n},{('billing', 'delivery')[n % 2]},{n}\n" for n in range(60)) + "no label,,9\n"
)
ANNA = Visit("anna", "en")


@dataclass
class Tab:
    """The tab of one app."""

    deeds: Deeds
    bench: Workbench

    def opens(self, text: str | bytes = CSV, name: str = "a.csv", visit: Visit = ANNA) -> dict[Any, Any]:
        data = text if isinstance(text, bytes) else text.encode()
        return self.deeds.open(visit, lambda: [Source(data, name)])

    def opened(self, text: str = CSV) -> Visit:
        """The visit after opening a file."""
        return self.after(self.opens(text))

    def after(self, updates: dict[Any, Any]) -> Visit:
        page = self.deeds.page
        return replace(ANNA, draft_id=updates[page.draft_id], dataset_id=updates[page.dataset_id])

    def html(self, updates: dict[Any, Any], part: str) -> str:
        value = updates[getattr(self.deeds.parts, part)]
        return str(getattr(value, "value", value))


@pytest.fixture
def tab(tmp_path: Path) -> Tab:
    bench = Workbench(tmp_path)
    with gr.Blocks() as demo:
        page = _page(demo, bench, shared=True)
        return Tab(Deeds(page, data_tab.build(page)), bench)


def test_a_file_becomes_a_draft_and_a_dataset(tab: Tab) -> None:
    updates = tab.opens()
    visit = tab.after(updates)
    assert tab.bench.draft(visit.draft_id or "", "anna").name == "a.csv"
    assert tab.bench.dataset(visit.dataset_id or "", "anna").rows == 60
    assert "61 rows (60 usable)" in tab.html(updates, "sentence")


def test_a_file_that_cannot_be_trained_on_is_a_draft_and_no_dataset(tab: Tab) -> None:
    visit = tab.opened("text,label\none thing,a\nanother thing,b\n")
    assert visit.draft_id
    assert visit.dataset_id is None


def test_a_refused_file_leaves_everything_but_the_message(tab: Tab) -> None:
    updates = tab.opens(b"\x89PNG\r\n\x1a\n" + bytes(900), "cat.csv")
    assert "cat.csv" in tab.html(updates, "message")
    assert tab.deeds.page.draft_id not in updates
    assert tab.deeds.parts.sentence not in updates


def test_a_file_in_an_unknown_encoding_waits_for_another_reading_and_then_takes_the_place(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, parts = tab.opened(), tab.deeds.parts
    with monkeypatch.context() as unreadable:

        def look(id: str, owner: str) -> Any:
            raise DatasetError("encoding_not_found", name="été.csv")

        unreadable.setattr(tab.bench, "look", look)
        refused = tab.opens(CSV.replace("of", "été").encode("cp1252"), "été.csv")
    assert refused[parts.change.encoding].visible
    assert tab.deeds.page.draft_id not in refused
    read = tab.deeds.reread(before, refused[parts.pending], lambda reading: replace(reading, encoding="cp1252"))
    assert tab.after(read).draft_id == refused[parts.pending]
    assert read[parts.pending] is None
    assert "été" in tab.html(read, "rows")


def test_a_fix_an_edit_and_an_undo_are_shown_and_said(tab: Tab) -> None:
    visit = tab.opened()
    edited = tab.deeds.act(visit, Act("edit", {"row": "60", "column": "label", "value": "billing"}), Asked(search="no label"))
    assert "60 → 61 usable rows" in tab.html(edited, "steps")
    assert 'data-row="60"' in tab.html(edited, "rows")
    assert 'data-row="1"' not in tab.html(edited, "rows")
    after = tab.after(edited)
    assert after.draft_id == visit.draft_id
    assert after.dataset_id != visit.dataset_id
    undone = tab.deeds.act(after, Act("undo", {"seen": "1"}), Asked())
    assert "Taken back" in tab.html(undone, "steps")
    assert tab.after(undone).dataset_id == visit.dataset_id


def test_a_click_on_an_older_state_changes_nothing_and_says_so(tab: Tab) -> None:
    visit = tab.opened()
    updates = tab.deeds.act(visit, Act("undo", {"seen": "3"}), Asked())
    assert "has changed since" in tab.html(updates, "steps")
    assert tab.bench.draft(visit.draft_id or "", "anna").changes == ()


def test_a_change_that_does_not_fit_is_refused_and_not_recorded(tab: Tab) -> None:
    visit = tab.opened(CSV.replace("billing", "1.25").replace("delivery", "2.5"))
    visit = tab.after(tab.deeds.reread(visit, None, lambda reading: with_task(reading, "regression")))
    updates = tab.deeds.act(visit, Act("edit", {"row": "1", "column": "label", "value": "much"}), Asked())
    assert "much" in tab.html(updates, "steps")
    assert tab.bench.draft(visit.draft_id or "", "anna").changes == ()


def test_another_page_draws_the_rows_alone(tab: Tab) -> None:
    updates = tab.deeds.act(tab.opened(), Act("turn", {"page": "1"}), Asked(page=1))
    assert list(updates) == [tab.deeds.parts.rows]
    assert "rows 26–50 of 61" in tab.html(updates, "rows")


def test_the_rows_of_a_finding_are_shown_in_the_table(tab: Tab) -> None:
    updates = tab.deeds.act(tab.opened(), Act("show", {"key": "file:empty_label.0"}), Asked(search="question"))
    assert "rows 1–1 of 1" in tab.html(updates, "rows")
    assert tab.html(updates, "search") == ""


def test_another_column_or_task_is_another_reading(tab: Tab) -> None:
    updates = tab.deeds.reread(tab.opened(), None, lambda reading: with_columns(reading, "message", "", "id"))
    assert "number in <b>id</b>" in tab.html(updates, "sentence")
    other = tab.deeds.reread(tab.after(updates), None, lambda reading: with_task(reading, "text-classification"))
    assert "label in <b>intent</b>" in tab.html(other, "sentence")


def test_a_reading_that_fails_leaves_the_draft_as_it_was(tab: Tab) -> None:
    visit = tab.opened()
    updates = tab.deeds.reread(visit, None, lambda reading: replace(reading, choice=ColumnChoice("nothing", "intent")))
    assert "nothing" in tab.html(updates, "message")
    assert tab.bench.draft(visit.draft_id or "", "anna").reading.choice is None


def test_after_a_reload_the_draft_is_back_with_its_changes(tab: Tab) -> None:
    visit = tab.after(tab.deeds.act(tab.opened(), Act("drop", {"row": "3"}), Asked()))
    updates = tab.deeds.restore(visit)
    assert tab.after(updates) == visit
    assert "Row 4 left out" in tab.html(updates, "steps")
    assert "CSV, UTF-8, comma" in tab.html(updates, "sentence")


def test_a_browser_that_forgot_the_draft_finds_it_by_its_dataset(tab: Tab) -> None:
    visit = tab.opened()
    assert tab.after(tab.deeds.restore(replace(visit, draft_id=None))) == visit


def test_a_dataset_without_draft_is_shown_as_kept(tab: Tab) -> None:
    dataset = tab.bench.keep(tab.bench.inspect(CSV.encode(), "old.csv"), "anna")
    visit = replace(ANNA, draft_id="feedfacefeedface", dataset_id=dataset.fingerprint)
    updates = tab.deeds.restore(visit)
    assert "kept from before" in tab.html(updates, "sentence")
    assert "question 1" in tab.html(updates, "rows")
    assert "data-edit" not in tab.html(updates, "rows")
    assert tab.after(updates).draft_id is None
    assert "rows 26–50 of 60" in tab.html(tab.deeds.act(tab.after(updates), Act("turn"), Asked(page=1)), "rows")
    assert tab.deeds.act(tab.after(updates), Act("drop", {"row": "1"}), Asked()) == {}


def test_nothing_yet_says_so(tab: Tab) -> None:
    assert "no data yet" in str(tab.deeds.restore(ANNA))


@pytest.mark.parametrize(
    "deed",
    [
        lambda deeds, visit: deeds.restore(visit),
        lambda deeds, visit: deeds.act(visit, Act("turn"), Asked()),
        lambda deeds, visit: deeds.act(visit, Act("drop", {"row": "1"}), Asked()),
        lambda deeds, visit: deeds.act(visit, Act("undo", {"seen": "0"}), Asked()),
        lambda deeds, visit: deeds.act(visit, Act("cancel"), Asked()),
        lambda deeds, visit: deeds.ask(visit, Asked(search="question")),
        lambda deeds, visit: deeds.reread(visit, visit.draft_id, lambda reading: reading),
        lambda deeds, visit: deeds.start_survey(visit),
        lambda deeds, visit: deeds.look_at_survey(visit, None),
    ],
)
def test_another_visitor_sees_and_touches_nothing(tab: Tab, deed: Callable[[Deeds, Visit], Any]) -> None:
    visit = tab.opened()
    said = deed(tab.deeds, replace(visit, owner="berta"))
    assert "question" not in str({str(part): str(getattr(value, "value", value)) for part, value in said.items()})
    assert tab.bench.draft(visit.draft_id or "", "anna").changes == ()


def test_a_survey_stays_in_sight_while_the_data_is_mended(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = tab.opened()
    monkeypatch.setattr(tab.bench, "survey", lambda id, owner: SurveyState("finished", survey=survey_of(60)))
    seen = tab.deeds.look_at_survey(visit, None)
    assert "data-map" in tab.html(seen, "map")
    monkeypatch.setattr(tab.bench, "survey", lambda id, owner: SurveyState("none"))
    mended = tab.deeds.act(visit, Act("drop", {"row": "3"}), Asked())
    assert "changed since" in tab.html(mended, "survey")
    assert tab.deeds.parts.map not in mended


def test_a_survey_that_stands_as_before_draws_nothing(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = tab.opened()
    monkeypatch.setattr(tab.bench, "survey", lambda id, owner: SurveyState("running", "embedding", 3, 9))
    seen = tab.deeds.look_at_survey(visit, None)
    assert "3 / 9" in tab.html(seen, "survey_state")
    assert tab.deeds.look_at_survey(visit, seen[tab.deeds.parts.survey_seen]) == {}


def test_whatever_a_browser_sends_asks_for_something() -> None:
    assert asked_for(None, None) == asked_for({"a": 1}, ["b"]) == Asked("", "", 0)


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="empty"):
        sources_of("paste", None, "  ", "en")
    with pytest.raises(DatasetError, match="no longer there"):
        sources_of("file", [str(tmp_path / "gone.csv")], None, "en")
    with pytest.raises(DatasetError, match="no longer there"):
        sources_of("file", None, None, "en")
