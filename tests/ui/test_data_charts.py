"""Charts of the Data tab say their numbers and stay readable at every size."""

from __future__ import annotations

import re

import pandas as pd

from playground.ui.data_charts import Histogram, histogram_html, splits_html


def histogram(values: list[float], limit: float | None = None, whole: bool = True) -> str:
    return histogram_html(Histogram("Lengths", "tokens", values, limit, f"limit {limit}", whole), "en")


def counted(html: str) -> int:
    return sum(int(rows.replace(",", "")) for rows in re.findall(r": ([\d,]+) rows?\"", html))


def test_every_value_is_in_some_bar() -> None:
    values = [float(n % 37 + n % 11) for n in range(500)]
    assert counted(histogram(values)) == 500
    assert counted(histogram([value / 7 for value in values], whole=False)) == 500


def test_one_value_alone_is_a_bar() -> None:
    assert counted(histogram([5.0])) == 1
    assert counted(histogram([5.0], whole=False)) == 1


def test_nothing_is_no_chart() -> None:
    assert histogram([]) == ""


def test_marks_in_tenths_have_a_bar_each() -> None:
    html = histogram([1 + number % 41 / 10 for number in range(41 * 3)], whole=False)
    assert re.findall(r": (\d+) rows", html) == ["3"] * 41


def test_a_limit_within_reach_is_drawn_and_bars_behind_it_are_marked() -> None:
    html = histogram([float(n) for n in range(100)], limit=60)
    assert 'class="pg-limit"' in html
    assert "pg-over" in html


def test_a_limit_far_away_is_named_and_does_not_squeeze_the_bars() -> None:
    html = histogram([float(n) for n in range(30)], limit=512)
    assert "pg-limit" not in html
    assert "limit 512 →" in html


def test_one_giant_does_not_squeeze_everything_else() -> None:
    html = histogram([float(n % 20) for n in range(1000)] + [100_000.0])
    assert counted(html) == 1001
    assert html.count('style="height:0.0%"') < 20


def test_a_single_row_among_thousands_is_still_seen() -> None:
    heights = [float(height) for height in re.findall(r"height:([\d.]+)%", histogram([1.0] * 5000 + [9.0]))]
    assert min(height for height in heights if height) >= 1


def rows(*parts: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame([{"text": "t", "label": label, "split": split} for split, label, count in parts for _ in range(count)], dtype="str")


def test_splits_say_their_rows_and_shares() -> None:
    html = splits_html(rows(("train", "a", 60), ("train", "b", 20), ("test", "a", 20)), "en")
    assert re.findall(r"<b>(\d+)</b> <span[^>]*>(\d+ %)", html) == [("80", "80 %"), ("20", "20 %")]
    assert "validation" not in html


def test_a_label_missing_from_a_split_is_marked_by_a_sign_too() -> None:
    assert "▲ 0" in splits_html(rows(("train", "a", 6), ("train", "b", 2), ("test", "a", 2)), "en")


def test_several_labels_and_kinds_of_entities_are_counted_one_by_one() -> None:
    several = splits_html(rows(("train", '["a", "b"]', 6), ("test", '["a"]', 2)), "en", "multi-label-classification")
    assert re.findall(r'<td dir="auto">(\w)</td><td class="pg-num">6</td><td class="pg-num(?: pg-none)?">([^<]+)<', several) == [
        ("a", "2"), ("b", "▲ 0"),
    ]  # fmt: skip
    tagged = splits_html(rows(("train", '["B-PER", "I-PER", "O"]', 5), ("test", '["O"]', 2)), "en", "token-classification")
    assert '<td dir="auto">PER</td><td class="pg-num">5</td><td class="pg-num pg-none">▲ 0</td>' in tagged
    assert "<table" not in splits_html(rows(("train", "1.5", 5), ("test", "2", 2)), "en", "regression")


def test_many_labels_are_folded() -> None:
    many = [(split, f"label {n}", 2) for split in ("train", "test") for n in range(200)]
    assert "All 200 labels" in splits_html(rows(*many), "en")


def test_without_splits_of_its_own_a_file_shows_none() -> None:
    assert splits_html(pd.DataFrame({"text": ["a"], "label": ["b"]}, dtype="str"), "en") == ""


def test_names_in_charts_are_never_markup() -> None:
    assert "<b>x" not in splits_html(rows(("train", "<b>x</b>", 6), ("test", "<b>x</b>", 2)), "zh")
