"""What the Compare tab says: an honest verdict, base named, and nothing unreadable at 200 labels or in Chinese."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from playground.compare import ComparedRow, Comparison, Verdict, compare
from playground.runs.types import Prediction
from playground.ui.answers_views import PAGE_ROWS, ROW_KINDS, answer_html, answers_html, change_words, rows_html, texts_of
from playground.ui.compare_views import LARGEST, by_support, classes_html, ladder_html, p_words, verdict_html, verdict_line
from playground.ui.confusion_views import confusion_html, folded, mix_ups
from playground.words import LANGUAGES, Language
from tests.ui.seeds import CHINESE, Seed, answers, many_labels, result


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
    assert "Base here is label names by similarity." in verdict_html(comparison(), "en")
    assert "Base here is probe on frozen embeddings." in verdict_html(comparison(base="probe"), "en")


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


def test_texts_are_one_a_line_without_the_empty_ones() -> None:
    assert texts_of(" one \n\n two\n") == ("one", "two")


def prediction(base: dict[str, float], tuned: dict[str, float], text: str = "a text") -> Prediction:
    return Prediction(text, base, tuned)


def test_a_changed_answer_is_said_in_words() -> None:
    said = change_words(prediction({"a": 0.52, "b": 0.48}, {"a": 0.09, "b": 0.91}), "en")
    assert said == "Changed: a (52 %) became b (91 %)."


@pytest.mark.parametrize(
    ("before", "after", "start"),
    [(0.5, 0.9, "Same answer, surer"), (0.9, 0.6, "Same answer, less sure"), (0.9, 0.905, "Same answer, as sure")],
)
def test_the_same_answer_says_whether_it_is_surer(before: float, after: float, start: str) -> None:
    said = change_words(prediction({"a": before, "b": 1 - before}, {"a": after, "b": 1 - after}), "en")
    assert said.startswith(start)


def test_both_sides_show_the_same_labels_in_the_same_order() -> None:
    html = answer_html(prediction({"a": 0.7, "b": 0.2, "c": 0.1}, {"a": 0.1, "b": 0.2, "c": 0.7}), "zero_shot", "en")
    names = re.findall(r'class="name" title="(\w)"', html)
    assert names == ["c", "b", "a"] * 2


def test_labels_without_a_bar_are_summed_up() -> None:
    shares = {f"label {place}": 0.1 for place in range(10)}
    assert plain(answer_html(prediction(shares, shares), "probe", "en")).count("… 4 more labels, together 40 %") == 2


def test_base_is_named_beside_every_answer() -> None:
    html = answer_html(prediction({"a": 1.0}, {"a": 1.0}), "probe", "en")
    assert "Base <small>probe on frozen embeddings</small>" in html


def test_a_persons_text_is_escaped() -> None:
    html = answers_html([prediction({"<i>": 1.0}, {"<i>": 1.0}, "<script>alert(1)</script>")], "probe", "en")
    assert "<script>" not in html
    assert "<i>" not in re.sub(r'<i style="[^"]*">', "", html)


def test_leaving_texts_out_is_said() -> None:
    assert "Only the first 1 texts" in answers_html([prediction({"a": 1.0}, {"a": 1.0})], "probe", "en", cut=True)


def rows(count: int) -> tuple[ComparedRow, ...]:
    return tuple(ComparedRow(f"text {place}", "a", "b", "a") for place in range(count))


def test_lists_are_paged_with_counts() -> None:
    html = rows_html(replace(comparison(), fixed=rows(25)), "fixed", 2, "en")
    assert "21 to 25 of 25" in html
    assert html.count('<td class="text">') == 5


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    html = rows_html(replace(comparison(), fixed=rows(PAGE_ROWS + 1)), "fixed", 99, "en")
    assert html.count('<td class="text">') == 1


def test_right_and_wrong_answers_are_marked_without_colour_too() -> None:
    html = rows_html(replace(comparison(), fixed=rows(1)), "fixed", 0, "en")
    assert '<span aria-hidden="true">✕</span> b' in html
    assert '<span aria-hidden="true">✓</span> a' in html


def test_an_empty_list_says_so() -> None:
    assert "The fine-tune broke no row." in rows_html(replace(comparison(), broken=()), "broken", 0, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said_in_every_language(language: Language) -> None:
    seen = comparison(Seed(labels=CHINESE, language="zh", test_rows=60))
    for html in (verdict_html(seen, language), ladder_html(seen, language), classes_html(seen, language), confusion_html(seen, language)):
        assert html
    for kind in ROW_KINDS:
        assert "包装完好" in rows_html(seen, kind, 0, language) or not getattr(seen, kind)
