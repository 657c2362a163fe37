"""Columns of strings."""

from __future__ import annotations

from playground.data.frames import unique_names


def test_made_up_names_do_not_collide_with_given_ones() -> None:
    names, changed = unique_names(["", "column_1", "a", "a", "a (2)"])
    assert names == ["column_1", "column_1 (2)", "a", "a (2)", "a (2) (2)"]
    assert changed


def test_good_names_stay() -> None:
    assert unique_names(["text", "label"]) == (["text", "label"], False)
