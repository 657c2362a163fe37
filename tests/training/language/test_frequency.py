"""How often words occur."""

from __future__ import annotations

import numpy as np

from playground.training.language.frequency import log_frequencies


def test_shares_sum_to_one_and_no_word_is_impossible() -> None:
    found = np.exp(log_frequencies([[1, 1, 2], [1]], 4))
    np.testing.assert_allclose(found, [1 / 8, 4 / 8, 2 / 8, 1 / 8], rtol=1e-6)


def test_words_beyond_the_table_are_left_out() -> None:
    assert log_frequencies([[9]], 2).tolist() == log_frequencies([[]], 2).tolist()
