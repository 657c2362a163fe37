"""What the Compare tab says: an honest verdict, base named, and nothing unreadable at 200 labels or in Chinese."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from playground.compare import Comparison, Verdict, compare
from playground.ui.compare_rows import ROW_KINDS, rows_html
from playground.ui.compare_views import interval_html, ladder_html, metrics_html, p_words, verdict_html, verdict_line
from playground.ui.confusion_views import confusion_html, folded, mix_ups
from playground.ui.label_views import LARGEST, by_support, classes_html
from playground.words import LANGUAGES, Language
from tests.ui.seeds import CHINESE, Seed, answers, many_labels, result
from tests.ui.task_seeds import TASKS, TaskSeed
from tests.ui.task_seeds import comparison as compared


@cache
def comparison(seed: Seed = Seed(), base: str | None = None) -> Comparison:  # noqa: B008 - a frozen value
    return compare(result(seed), answers(seed), base)


def judged(outcome: str, base: float = 0.74, tuned: float = 0.82, low: float = 0.03, high: float = 0.13) -> Comparison:
    verdict = Verdict(outcome, "macro_f1", base, tuned, low, high, 0.003, 84)  # type: ignore[arg-type]
    return replace(comparison(), verdict=verdict)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_better_is_said_with_scores_rows_and_interval() -> None:
    said = "The fine-tune is better: macro-F1 .74 → .82 on 84 held-out rows, likely between +.03 and +.13."
    assert said in verdict_html(judged("better"), "en")


def test_worse_is_said_as_plainly() -> None:
    html = verdict_html(judged("worse", 0.82, 0.74, -0.13, -0.03), "en")
    assert "The fine-tune is worse: macro-F1 .82 → .74 on 84 held-out rows, likely between −.13 and −.03." in html


def test_cannot_tell_says_what_would_help() -> None:
    html = verdict_html(judged("cannot_tell", 0.74, 0.76, -0.05, 0.09), "en")
    assert "Cannot tell whether the fine-tune helped" in html
    assert "More labelled rows" in html


def test_an_interval_without_zero_that_is_not_called_explains_why() -> None:
    assert "only both together count" in verdict_html(judged("cannot_tell"), "en")


def test_the_verdict_in_chinese() -> None:
    said = "微调更好：在 84 行测试数据上，宏平均 F1 由 .74 升到 .82，提升很可能在 +.03 到 +.13 之间。"
    assert said in verdict_html(judged("better"), "zh")


def test_base_is_named_and_explained() -> None:
    assert "Base here: label names by similarity." in verdict_html(comparison(), "en")
    assert "Base here: probe on frozen embeddings." in verdict_html(comparison(base="probe"), "en")


def test_a_reference_that_beats_the_fine_tune_is_not_hidden() -> None:
    weak = Seed(base=0.9, tuned=0.6)
    assert "The strongest reference" in verdict_html(comparison(weak, base="zero_shot"), "en")


def test_the_line_under_the_tab_is_in_points() -> None:
    assert verdict_line(judged("better", 0.741, 0.822, 0.049, 0.112), "en") == "better  +8.1 (4.9 … 11.2)"


@pytest.mark.parametrize(("value", "shown"), [(0.003, "= .003"), (0.0001, "< .001"), (1.0, "= 1.000")])
def test_p_values_read_as_one_writes_them(value: float, shown: str) -> None:
    assert p_words(value) == shown


def test_the_ladder_has_every_reference_and_the_fine_tune_weakest_first() -> None:
    html = ladder_html(comparison(), "en")
    assert html.count('<div class="rung ') == 6  # five rungs and the head
    values = [float(value) for value in re.findall(r"<b>(\.\d\d)</b>", html)]
    assert values == sorted(values)


def test_the_ladder_marks_base_and_fine_tuned() -> None:
    html = ladder_html(comparison(), "en")
    assert html.count('class="rung base"') == 1
    assert html.count('class="rung tuned"') == 1


def test_metric_names_carry_an_explanation() -> None:
    assert "a rare label counts as much as a frequent one" in ladder_html(comparison(), "en")


def test_two_hundred_labels_are_readable_with_all_a_click_away() -> None:
    html = classes_html(comparison(many_labels(Seed(), 200)), "en")
    assert html.count("<tr>") - 2 == LARGEST + 200
    assert "All 200 labels" in html


def test_few_labels_need_no_click() -> None:
    assert "<details" not in classes_html(comparison(), "en")


def test_labels_come_most_frequent_first() -> None:
    seen = comparison(many_labels(Seed(), 40))
    supports = [seen.tuned.per_class[label].support if label in seen.tuned.per_class else 0 for label in by_support(seen)]
    assert supports == sorted(supports, reverse=True)


def test_folding_a_matrix_loses_no_row() -> None:
    matrix = ((5, 1, 0), (2, 7, 3), (0, 4, 9))
    small = folded(matrix, [1])
    assert small == ((7, 5), (5, 14))


def test_folding_nothing_keeps_the_matrix_in_the_order_asked_for() -> None:
    assert folded(((1, 2), (3, 4)), [1, 0]) == ((4, 3), (2, 1))


def test_mix_ups_are_the_wrong_answers_most_frequent_first() -> None:
    assert mix_ups(((5, 1), (3, 7)), ("a", "b")) == [("b", "a", 3), ("a", "b", 1)]


def test_two_matrices_count_every_held_out_row() -> None:
    seen = comparison()
    right = sum(seen.tuned_confusion[i][i] for i in range(len(seen.labels)))
    assert f"{right} / 84" in confusion_html(seen, "en")


def test_a_large_matrix_shows_the_largest_labels_and_others() -> None:
    html = confusion_html(comparison(many_labels(Seed(), 200)), "en")
    assert html.count('<th scope="row"') == 2 * (LARGEST + 1)
    assert "others" in html
    assert "Every mix-up as a list" in html


def test_a_perplexity_is_said_to_fall() -> None:
    seen = compared(TaskSeed("language-modeling"))
    said = plain(verdict_html(seen, "en"))
    assert re.search(r"better: perplexity fell from \d+ to [\d.]+ on 60 held-out rows \(lower is better\)", said)
    assert "由" in verdict_html(seen, "zh")
    assert "降到" in verdict_html(seen, "zh")


def test_a_perplexity_that_rose_is_said_to_be_worse() -> None:
    seen = compared(TaskSeed("language-modeling"))
    worse = replace(seen, verdict=Verdict("worse", "perplexity", 20.0, 26.5, 2.1, 9.9, 0.003, 60))
    assert "perplexity rose from 20.0 to 26.5" in verdict_html(worse, "en")
    assert verdict_line(worse, "en") == "worse  +6.50 (+2.10 … +9.90)"


def test_the_side_of_the_axis_that_is_better_is_named() -> None:
    rising, falling = interval_html(judged("better"), "en"), interval_html(compared(TaskSeed("language-modeling")), "en")
    assert re.search(r"−\.\d\d worse", rising)
    assert re.search(r"−\d+ better", falling)


def test_the_test_behind_the_verdict_is_named_by_its_kind() -> None:
    assert "McNemar" in verdict_html(judged("better"), "en")
    assert "Wilcoxon" in verdict_html(compared(TaskSeed("regression")), "en")


def test_where_less_is_better_the_ladder_still_ends_with_the_best_and_says_so() -> None:
    html = ladder_html(compared(TaskSeed("language-modeling")), "en")
    values = [float(value.replace(",", "")) for value in re.findall(r"<b>([\d,.]+)</b>", html)]
    assert values == sorted(values, reverse=True)
    assert "short bars are good" in html


def test_a_metric_some_answers_have_not_is_a_dash() -> None:
    seen = compared(TaskSeed("generation"), "nearest")
    assert "perplexity" not in seen.base.values
    assert '<td class="base">–</td>' in metrics_html(seen, "en")


def test_more_metrics_than_fit_beside_the_bars_have_a_table_with_their_meaning() -> None:
    html = metrics_html(compared(TaskSeed("regression")), "en")
    assert html.count('<th scope="row">') == 3
    assert "in the data&#x27;s own unit" in html
    assert re.search(r"▲ 0\.\d+ lower", html)


def test_two_metrics_need_no_table_of_their_own() -> None:
    assert metrics_html(comparison(), "en") == ""


def test_the_name_of_a_reference_fits_its_task() -> None:
    assert "linear tagger" in verdict_html(compared(TaskSeed("token-classification")), "en")
    assert "Most frequent answer" in ladder_html(compared(TaskSeed("generation")), "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_the_findings_of_every_task_can_be_said_in_every_language(task: str, language: Language) -> None:
    seen = compared(TaskSeed(task, language, rows=20))  # type: ignore[arg-type]
    assert seen.verdict.outcome in verdict_html(seen, language)
    assert ladder_html(seen, language).count('<div class="rung ') == len(seen.references) + 2
    assert verdict_line(seen, language)
    metrics_html(seen, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said_in_every_language(language: Language) -> None:
    seen = comparison(Seed(labels=CHINESE, language="zh", test_rows=60))
    for html in (verdict_html(seen, language), ladder_html(seen, language), classes_html(seen, language), confusion_html(seen, language)):
        assert html
    for kind in ROW_KINDS:
        assert "包装完好" in rows_html(seen, kind, 0, language) or not getattr(seen, kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_test_rows_that_nobody_was_asked_are_mentioned_beside_the_verdict(language: Language) -> None:
    asked_all = compared(TaskSeed("generation", language))
    assert "190" not in plain(verdict_html(asked_all, language))
    assert "190" in plain(verdict_html(replace(asked_all, left_out=130), language))


def test_every_metric_of_written_answers_has_its_interval_in_the_table() -> None:
    html = metrics_html(compared(TaskSeed("generation")), "en")
    rows = html.split("<tbody>")[1].split("</tr>")[:-1]
    assert len(rows) == 4
    assert all(row.count('class="quiet range"') == 3 for row in rows)


def test_a_metric_without_intervals_is_shown_without_them() -> None:
    found = compared(TaskSeed("regression"))
    row = next(row for row in metrics_html(found, "en").split("</tr>") if "Spearman" in row)
    assert "range" not in row
