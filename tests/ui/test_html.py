"""Pieces of HTML are safe whatever text they carry."""

from __future__ import annotations

from playground.errors import DatasetError, RecipeError
from playground.ui.html import empty_html, esc, note_html


def test_text_cannot_become_an_element_or_leave_an_attribute() -> None:
    assert esc('<b a="1">&\'') == "&lt;b a=&quot;1&quot;&gt;&amp;&#x27;"


def test_a_note_says_what_happened_and_then_the_next_step() -> None:
    note = note_html(DatasetError("nothing_pasted"), "en")
    assert note.index("the box is empty") < note.index("Paste a header line")


def test_a_note_speaks_the_pages_language() -> None:
    assert "输入框是空的" in note_html(DatasetError("nothing_pasted"), "zh")


def test_a_note_escapes_the_facts_of_its_error() -> None:
    note = note_html(RecipeError("setting_unknown", field="<script>x</script>", known="r"), "en")
    assert "<script>" not in note
    assert "&lt;script&gt;" in note


def test_a_note_is_marked_by_a_sign_and_not_by_colour_alone() -> None:
    assert "▲" in note_html(DatasetError("nothing_pasted"), "en")


def test_an_empty_place_says_what_will_be_there() -> None:
    assert "Nothing &amp; nobody" in empty_html("Nothing & nobody", "later")
