"""Numbers, times and sizes read well in both languages."""

from __future__ import annotations

import pytest

from playground.ui import format


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0.42, "0.4 s", "0.4 秒"),
        (42, "42 s", "42 秒"),
        (60, "1 min", "1 分钟"),
        (80, "1 min 20 s", "1 分 20 秒"),
        (3600, "1 h", "1 小时"),
        (3900, "1 h 5 min", "1 小时 5 分"),
        (59.7, "1 min", "1 分钟"),
        (7199, "2 h", "2 小时"),
    ],
)
def test_a_duration_is_said_in_the_units_that_matter(seconds: float, english: str, chinese: str) -> None:
    assert format.duration(seconds, "en") == english
    assert format.duration(seconds, "zh") == chinese


@pytest.mark.parametrize(
    ("seconds", "said"), [(3.3, "3 s"), (23, "25 s"), (83, "1 min 20 s"), (500, "8 min"), (4000, "1 h 5 min"), (0.2, "1 s")]
)
def test_an_estimate_is_no_more_precise_than_it_can_be(seconds: float, said: str) -> None:
    assert format.about(seconds, "en") == said


@pytest.mark.parametrize(("seconds", "shown"), [(41, "0:41"), (725, "12:05"), (3723, "1:02:03"), (-1, "0:00")])
def test_a_clock_shows_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert format.clock(seconds) == shown


@pytest.mark.parametrize(("megabytes", "said"), [(0.42, "0.4 MB"), (91.6, "92 MB"), (899, "0.9 GB"), (23_600, "24 GB")])
def test_memory_is_said_in_megabytes_or_gigabytes(megabytes: float, said: str) -> None:
    assert format.size(megabytes) == said


@pytest.mark.parametrize(
    ("share", "english", "chinese"), [(0.63, "63 %", "63%"), (0.004, "< 1 %", "< 1%"), (0.998, "> 99 %", "> 99%"), (1.0, "100 %", "100%")]
)
def test_a_share_reads_0_or_100_only_when_it_is(share: float, english: str, chinese: str) -> None:
    assert format.percent(share, "en") == english
    assert format.percent(share, "zh") == chinese


@pytest.mark.parametrize(
    ("value", "shown"), [(0.82, ".82"), (1.0, "1.00"), (0.0, ".00"), (-0.05, "−.05"), (-0.001, ".00"), (0.999, "1.00")]
)
def test_a_score_has_two_decimals_and_no_leading_zero(value: float, shown: str) -> None:
    assert format.score(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.08, "+.08"), (-0.03, "−.03"), (0.001, "±.00")])
def test_a_difference_of_scores_carries_its_sign(value: float, shown: str) -> None:
    assert format.signed_score(value) == shown


def test_points_are_hundredths_with_a_sign() -> None:
    assert [format.points(value) for value in (0.081, -0.02, 0.0002)] == ["+8.1", "−2.0", "±0.0"]


@pytest.mark.parametrize(("value", "shown"), [(16, "16"), (0.001, "0.001"), (1e-6, "0.000001"), (2**31 - 1, "2,147,483,647"), (2.5, "2.5")])
def test_a_settings_number_has_no_noise(value: float, shown: str) -> None:
    assert format.number(value) == shown


def test_the_size_of_a_model_is_counted_as_its_reader_counts() -> None:
    assert format.parameters(22_713_216, "en") == "22.7 M"
    assert format.parameters(22_713_216, "zh") == "2271 万"
    assert format.parameters(117_653_760, "zh") == "1.2 亿"
    assert format.parameters(1_200_000_000, "en") == "1.2 B"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.4123, "0.412"), (3.14159, "3.14"), (23.41, "23.4"), (1204.3, "1,204"), (-17.63, "−17.6"), (float("inf"), "∞")]
)
def test_an_amount_has_about_three_digits(value: float, shown: str) -> None:
    assert format.measure(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.31, "+0.310"), (-17.63, "−17.6"), (0.0, "±0"), (-0.0001, "±0")])
def test_a_difference_of_amounts_carries_its_sign(value: float, shown: str) -> None:
    assert format.signed_measure(value) == shown


def test_a_chinese_fact_in_a_chinese_sentence_has_no_space_beside_it() -> None:
    assert format.close_up("困惑度 由 41.0 降到 23.4，宏平均 F1 由") == "困惑度由 41.0 降到 23.4，宏平均 F1 由"
    assert format.close_up("macro-F1 fell to") == "macro-F1 fell to"
