"""What was changed is said in one sentence, every change is listed, and only the last can be taken back."""

from __future__ import annotations

from dataclasses import replace

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.types import Inspection, Step
from playground.ui.data_steps import Change, change_sentence, steps_html

RENAME = Step("rename_labels", (), {"Billing": "billing"})
DROP = Step("drop_rows", (0, 1))


def look(*steps: Step) -> Inspection:
    rows = [f"question number {n},{('billing', 'delivery', 'Billing')[n % 3]}" for n in range(30)]
    return inspect(read_table(("message,intent\n" + "\n".join(rows)).encode(), "a.csv"), steps=steps)


def test_a_change_says_what_was_done_and_what_became_of_the_rows() -> None:
    assert change_sentence(Change(look(), look(DROP)), "en") == "2 rows left out · 30 → 28 usable rows"
    assert change_sentence(Change(look(), look(DROP)), "zh") == "去掉 2 行 · 可用行 30 → 28"


def test_a_merge_says_what_became_of_the_labels() -> None:
    assert change_sentence(Change(look(), look(RENAME)), "en").endswith("3 → 2 labels")


def test_a_label_changed_says_which_one_grew() -> None:
    changed = look(Step("set_label", (0,), {"to": "delivery"}))
    assert change_sentence(Change(look(), changed), "en").endswith("delivery: 10 → 11 rows")


def test_an_undo_says_what_was_taken_back() -> None:
    assert change_sentence(Change(look(DROP), look()), "en") == "Taken back: 2 rows left out · 28 → 30 usable rows"


def test_a_click_that_changed_nothing_says_so() -> None:
    assert change_sentence(Change(look(), look()), "en") == "Nothing changed"


def test_every_change_is_listed_and_undo_stands_once() -> None:
    html = steps_html([(DROP,), (RENAME,)], "en")
    assert html.count("<li>") == 2
    assert html.count('data-do="undo"') == 1
    assert 'data-seen="2"' in html


def test_one_press_is_one_line_however_many_steps_it_took() -> None:
    many = tuple(Step("set_label", (n,), {"to": "billing"}) for n in range(9))
    html = steps_html([many], "en")
    assert html.count("<li>") == 1
    assert "and 6 more" in html
    assert 'data-seen="9"' in html


def test_older_changes_are_folded() -> None:
    assert "7 earlier ones" in steps_html([(DROP,)] * 12, "en")


def test_nothing_changed_shows_nothing() -> None:
    assert steps_html([], "en") == ""


def test_a_label_in_a_step_is_never_markup() -> None:
    bad = Step("set_label", (1,), {"to": "<img src=x>"})
    assert "<img" not in steps_html([(bad,)], "en", Change(look(), replace(look(), steps=(bad,))))
