"""A number for each text: both answers on one line, a cloud of points, errors that shrink or grow."""

from __future__ import annotations

import re

import pytest

from playground.compare import ComparedRow
from playground.runs.types import Prediction
from playground.ui.scatter import MOST_POINTS, Panel, scatter_html
from playground.ui.tasks.regression import answer_html, detail_html, figure, held_out_html
from tests.ui.tasks.seen import HOSTILE, comparison, context, plain

NUMBER = context("regression")


def places(html: str) -> list[float]:
    return [float(place) for place in re.findall(r'class="at \w+(?: left)?" style="left:([\d.]+)%"', html)]


def test_the_higher_number_stands_further_right_and_the_difference_is_said() -> None:
    html = answer_html(Prediction("x", {"value": 1.5}, {"value": 4.0}), NUMBER)
    base, tuned = places(html)
    assert 0 <= base < tuned <= 100
    assert "Higher by 2.5: 1.5 became 4." in html


def test_a_number_beyond_the_held_out_rows_still_stands_on_the_line() -> None:
    assert all(0 <= place <= 100 for place in places(answer_html(Prediction("x", {"value": -40.0}, {"value": 900.0}), NUMBER)))


def test_nearly_the_same_number_is_called_that() -> None:
    assert "Nearly the same" in answer_html(Prediction("x", {"value": 2.0}, {"value": 2.01}), NUMBER)


@pytest.mark.parametrize(("value", "shown"), [(4.0, "4"), (3.5, "3.5"), (-0.25, "−0.25"), (1204.0, "1,204"), (100.0, "100"), (0.0, "0")])
def test_numbers_are_written_as_the_data_writes_them(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_every_held_out_row_is_a_point_for_base_and_for_tuned() -> None:
    rows = comparison("regression")
    seen = len(rows.fixed) + len(rows.broken) + len(rows.both_wrong)
    assert re.findall(r'data-points="(\d+)"', detail_html(rows, "en")) == [str(seen)] * 2


def test_a_right_answer_lies_on_the_line_from_corner_to_corner() -> None:
    html = scatter_html([Panel("tuned", "t", "n", ((1.0, 1.0), (3.0, 3.0), (3.0, 1.0)), "s")], "x", "y")
    found = re.search(r'data-points="3" d="([^"]+)"', html)
    assert found
    corners = [sum(map(int, point.split())) for point in re.findall(r"M(\d+ \d+)h0", found[1])]
    assert corners[:2] == [pytest.approx(1000, abs=1)] * 2
    assert corners[2] > 1500


def test_a_large_cloud_is_thinned() -> None:
    many = tuple((float(place), 1.0) for place in range(5 * MOST_POINTS))
    found = re.search(r'data-points="(\d+)"', scatter_html([Panel("base", "t", "n", many, "s")], "x", "y"))
    assert found
    assert MOST_POINTS / 2 < int(found[1]) <= MOST_POINTS


def test_a_row_says_how_far_off_both_are_and_which_is_nearer() -> None:
    html = plain(held_out_html(ComparedRow("text", "3", "1", "3.5"), NUMBER))
    assert "1 off by 2" in html
    assert "▲ 1.5 nearer" in html
    assert "▼ 1.5 farther off" in plain(held_out_html(ComparedRow("text", "3", "3.5", "1"), NUMBER))


def test_a_number_as_the_data_spells_it_is_understood() -> None:
    assert "off by 0.5" in held_out_html(ComparedRow("text", "3,5", "4", "3.5"), NUMBER)


def test_a_persons_text_is_escaped() -> None:
    assert "<img" not in answer_html(Prediction(HOSTILE, {"value": 1.0}, {"value": 2.0}), NUMBER)
    assert "<img" not in held_out_html(ComparedRow(HOSTILE, "1", "2", "3"), NUMBER)
