"""F1 of sets, counted row by row or summed up."""

from __future__ import annotations

import numpy as np
import pytest

from playground.tasks.overlap import f1_of, overlap


def test_members_are_counted_in_both_answered_and_expected() -> None:
    assert overlap({"a", "b"}, {"b", "c", "d"}) == (1, 3, 2)


def test_f1_of_each_row_and_of_a_row_without_any_member() -> None:
    assert f1_of(np.array([[1.0, 3, 2], [0, 0, 0], [2, 2, 2]]), nothing=0.5) == pytest.approx([2 / 5, 0.5, 1.0])
