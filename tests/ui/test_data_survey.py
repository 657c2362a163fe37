"""What a closer look found, as far as it is still true, and the map of the texts."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from playground.data.survey import Survey, SurveyState
from playground.data.types import ColumnChoice, Inspection, Step, Table
from playground.errors import DatasetError
from playground.ui import data_map
from playground.ui.data_map import map_data, map_html, rings_html
from playground.ui.data_survey import (
    MOST_SUSPECTS,
    Sighting,
    found_html,
    labels_to,
    more_html,
    state_html,
    still_true,
    suspects_html,
)
from tests.ui.surveys import survey_of, suspect

LABELS = ("billing", "delivery")


def sighting(survey: Survey, *steps: Step, dropped: tuple[int, ...] = (), outdated: bool = False) -> Sighting:
    texts = {"text": list(survey.excerpts), "label": list(survey.labels)}
    rows = pd.DataFrame(texts, dtype="str").drop(index=list(dropped))
    table = Table("a.csv", "csv", "utf-8", ",", pd.DataFrame(texts, dtype="str"))
    counts = {str(label): int(count) for label, count in rows["label"].value_counts().items()}
    return Sighting(
        survey,
        Inspection(table, (), ColumnChoice("text", "label"), (), "text-classification", len(rows), counts, (), steps),
        rows,
        outdated,
    )


def data_of(html: str, name: str) -> Any:
    found = re.search(rf'{name}="([^"]*)"', html)
    assert found
    return json.loads(unescape(found[1]))


def test_what_is_settled_is_no_longer_suspected() -> None:
    doubtful = survey_of(suspects=(suspect(0, "billing"), suspect(2, "billing"), suspect(4, "billing"), suspect(6, "changed")))
    seen = sighting(doubtful, Step("set_label", (2,), {"to": "billing"}), dropped=(4,))
    assert [one.row for one in still_true(doubtful, seen.inspection, seen.rows).suspects] == [0]


def test_rows_left_out_are_in_no_group_and_no_ring() -> None:
    seen = sighting(survey_of(outliers=(1, 5)), dropped=(5,))
    assert still_true(seen.survey, seen.inspection, seen.rows).outliers == (1,)


def test_accepting_gives_the_suggested_labels_and_keeping_records_the_ones_there_are() -> None:
    both = (suspect(4, "billing"), suspect(2, "billing"), suspect(7, "delivery", "billing"))
    accepted = (Step("set_label", (7,), {"to": "billing"}), Step("set_label", (2, 4), {"to": "delivery"}))
    kept = (Step("set_label", (2, 4), {"to": "billing"}), Step("set_label", (7,), {"to": "delivery"}))
    assert labels_to(both, suggested=True) == accepted
    assert labels_to(both, suggested=False) == kept


def test_each_suspect_can_be_accepted_or_kept_and_all_be_kept() -> None:
    html = suspects_html(sighting(survey_of(suspects=(suspect(0, "billing"), suspect(2, "billing")))), "en")
    assert re.findall(r'data-do="(\w+)" data-row="(\d+)" data-seen', html) == [
        ("accept", "0"),
        ("keep", "0"),
        ("accept", "2"),
        ("keep", "2"),
    ]
    assert 'data-do="keep_all"' in html
    assert "Change to “delivery”" in html
    assert "93 %" in html


def test_a_long_list_of_suspects_shows_the_surest_first_and_counts_the_rest() -> None:
    html = suspects_html(sighting(survey_of(suspects=tuple(suspect(2 * n, "billing") for n in range(30)))), "en")
    assert html.count('data-do="accept"') == MOST_SUSPECTS
    assert "10 more follow" in html


def test_findings_of_a_survey_have_buttons_of_their_own() -> None:
    html = found_html(sighting(survey_of(suspects=(suspect(0, "billing"),))), "en")
    assert 'data-key="survey:likely_label_errors.0/0"' in html
    assert "MiniLM L6 read 60 texts" in html


def test_a_survey_of_an_earlier_state_says_so() -> None:
    assert "changed since" in found_html(sighting(survey_of(), outdated=True), "en")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", [2, 200])
def test_words_and_lengths_stay_readable_with_two_and_with_two_hundred_labels(language: Any, count: int) -> None:
    html = more_html(sighting(survey_of(600, tuple(f"label {n}" for n in range(count)))), language)
    assert html.count("<dt") == count
    assert ("<details>" in html) == (count > 8)
    assert html.count("pg-column") <= 41


def test_the_map_holds_every_text_with_its_label_and_row() -> None:
    data = data_of(map_html(survey_of(), "en"), "data-map")
    assert len(data["points"]) == len(data["texts"]) == 60
    assert data["labels"] == ["billing", "delivery"]
    assert data["points"][1][2:] == [1, 1]
    assert data["texts"][1] == "text 1"


def test_a_large_map_is_thinned_evenly_and_keeps_everything_ringed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_map, "MOST_DOTS", 50)
    data = map_data(survey_of(1000, suspects=(suspect(7, "delivery"),), outliers=(993,)), "en")
    rows = [point[3] for point in data["points"]]
    assert len(rows) == 50
    assert {7, 993} <= set(rows)
    assert max(later - earlier for earlier, later in pairwise(rows)) < 50


def test_rings_say_why_and_what_is_suggested() -> None:
    rings = data_of(rings_html(survey_of(suspects=(suspect(4, "billing"),), outliers=(4, 9))), "data-rings")
    assert rings == {"4": [1, "delivery"], "9": [2]}


def test_nine_labels_have_colours_and_many_have_a_list_to_choose_from() -> None:
    few, many = map_html(survey_of(labels=LABELS), "en"), map_html(survey_of(400, tuple(f"label {n}" for n in range(200))), "en")
    assert few.count("data-light") == 2
    assert "<select" not in few
    assert many.count("data-light") == data_map.COLOURS
    assert many.count("<option") == 201
    assert "191 other labels" in many


def test_texts_and_labels_in_the_map_are_never_markup() -> None:
    bad = "<img src=x onerror=alert(1)>"
    survey = survey_of(labels=(bad, "b"), suspects=(suspect(0, bad, bad),))
    everything = map_html(survey, "en") + found_html(sighting(survey), "en") + suspects_html(sighting(survey), "en")
    assert "<img" not in everything + more_html(sighting(survey), "zh")


def test_a_running_survey_says_how_far_it_is_and_can_be_cancelled() -> None:
    html = state_html(SurveyState("running", "embedding", 30, 120), "en")
    assert "Reading the texts · 30 / 120" in html
    assert 'aria-valuenow="25"' in html
    assert 'data-do="cancel"' in html


def test_a_waiting_survey_says_what_it_waits_for() -> None:
    assert "running training" in state_html(SurveyState("waiting", waits_for="training"), "en")


def test_a_failed_survey_says_why() -> None:
    assert "not enough memory" in state_html(SurveyState("failed", error=DatasetError("survey_memory")), "en")


def test_no_survey_says_nothing() -> None:
    assert state_html(SurveyState("none"), "en") == ""


def test_texts_without_labels_have_a_map_without_a_legend() -> None:
    html = map_html(survey_of(labels=("",)), "en")
    assert "data-light" not in html
    assert data_of(html, "data-map")["labels"] == [""]
