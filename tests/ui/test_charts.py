"""The chart's promises: round ticks, labels that never overlap, nothing lost by thinning, text that is escaped."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import pairwise

import pytest

from playground.ui.charts import MAX_POINTS, Chart, Level, Line, line_chart, smooth, spread, thin, ticks


def chart(*lines: Line, **changes: object) -> Chart:
    values: dict[str, object] = {"title": "Loss", "help": "It should fall.", "x_name": "step", "lines": lines, "empty": "Nothing yet."}
    return Chart(**(values | changes))  # type: ignore[arg-type]


def test_few_points_are_drawn_as_they_are() -> None:
    points = [(1.0, 2.0), (2.0, 1.0)]
    assert thin(points) == tuple(points)


def test_many_points_are_thinned_to_the_limit_and_keep_both_ends() -> None:
    points = [(float(x), float(x % 7)) for x in range(10_000)]
    thinned = thin(points)
    assert len(thinned) == MAX_POINTS
    assert (thinned[0], thinned[-1]) == (points[0], points[-1])


def test_thinned_points_stay_in_order() -> None:
    xs = [x for x, _ in thin([(float(x), 0.0) for x in range(777)])]
    assert xs == sorted(set(xs))


def test_smoothing_starts_at_the_first_value_and_not_at_zero() -> None:
    assert smooth([(1.0, 5.0), (2.0, 5.0)]) == ((1.0, pytest.approx(5.0)), (2.0, pytest.approx(5.0)))


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, (0, 0.5, 1)), (0.32, 0.88, (0.4, 0.6, 0.8)), (0, 200, (0, 50, 100, 150, 200))]
)
def test_ticks_are_round_numbers_inside_the_range(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_ticks_of_an_empty_range_are_its_one_value() -> None:
    assert ticks(3.0, 3.0) == (3.0,)


def test_labels_close_together_are_moved_apart_and_stay_inside() -> None:
    places = spread([0.98, 0.99, 1.0], gap=0.1)
    assert all(later - earlier >= 0.0999 for earlier, later in pairwise(places))
    assert min(places) >= 0
    assert max(places) <= 1


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([0.1, 0.5], gap=0.1) == (0.1, 0.5)


def test_more_labels_than_room_still_stay_inside() -> None:
    places = spread([0.5] * 40, gap=0.1)
    assert min(places) >= -1e-9
    assert max(places) <= 1 + 1e-9


def test_every_point_of_a_line_is_in_its_path() -> None:
    html = line_chart(chart(Line("a", "tuned", ((1, 1.0), (2, 0.5), (3, 0.2)))))
    path = re.search(r'class="line tuned" data-points="3" d="([^"]+)"', html)
    assert path is not None
    assert path[1].count("L") == 2


def test_a_chart_without_points_says_what_will_come() -> None:
    assert "Nothing yet." in line_chart(chart(Line("a", "tuned", ())))


def test_a_chart_with_points_says_nothing_of_that() -> None:
    assert "Nothing yet." not in line_chart(chart(Line("a", "tuned", ((1, 1.0),))))


def test_the_axis_reaches_to_the_last_step_to_come() -> None:
    html = line_chart(chart(Line("a", "tuned", ((1, 1.0),)), x_end=200))
    assert ">150</span>" in html


def test_a_level_is_named_with_its_value_and_explained() -> None:
    html = line_chart(chart(Line("a", "tuned", ((1, 0.5),)), levels=(Level("TF-IDF", 0.79, ".79", "The classic method."),)))
    assert "TF-IDF <b>.79</b>" in html
    assert 'data-help="The classic method."' in html


def test_a_level_far_below_does_not_flatten_the_curve_and_is_marked_with_an_arrow() -> None:
    html = line_chart(chart(Line("a", "tuned", ((1, 0.7), (2, 0.8))), levels=(Level("majority", 0.05, ".05", stretches=False),)))
    assert "↓ majority" in html
    assert 'class="level"' not in html


def test_a_value_that_is_no_number_is_left_out() -> None:
    html = line_chart(chart(Line("a", "tuned", ((1, float("nan")), (2, 0.5)), marked=True)))
    assert "nan" not in re.sub(r"data-plot=\"[^\"]*\"", "", html)


def test_names_are_escaped() -> None:
    html = line_chart(chart(Line("<script>x</script>", "tuned", ((1, 1.0),)), title="<b>"))
    assert "<script>" not in html
    assert "<b></strong>" not in html


def test_values_under_the_pointer_travel_with_the_chart() -> None:
    html = line_chart(chart(Line("loss", "tuned", ((10, 1.25),)), x_end=20))
    found = re.search(r'data-plot="([^"]+)"', html)
    assert found is not None
    assert json.loads(unescape(found[1]))["lines"][0]["points"] == [[0.5, 10, "1.250"]]
