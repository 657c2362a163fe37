"""Which words are hidden."""

from __future__ import annotations

from playground.training.language.hide import HIDDEN_SHARE, Hider

HIDER = Hider(mask=4, special=frozenset({0, 1, 2, 3, 4}), vocabulary=100)
TEXT = [2, *range(10, 110), 3]


def test_the_same_stream_hides_the_same_words() -> None:
    assert HIDER.hide(TEXT, (1, 2, 3)) == HIDER.hide(TEXT, (1, 2, 3))
    assert HIDER.hide(TEXT, (1, 2, 3)) != HIDER.hide(TEXT, (1, 3, 3))


def test_as_many_words_are_hidden_as_counted_and_never_a_mark() -> None:
    shown, places = HIDER.hide(TEXT, (0,))
    assert len(places) == HIDER.count(TEXT) == round(HIDDEN_SHARE * 100)
    assert all(TEXT[place] not in HIDER.special for place in places)
    assert [token for place, token in enumerate(shown) if place not in places] == [
        token for place, token in enumerate(TEXT) if place not in places
    ]


def test_most_hidden_words_are_masked_and_some_stand_as_they_are() -> None:
    fates = [shown[place] for seed in range(200) for shown, places in [HIDER.hide(TEXT, (seed,))] for place in places]
    same = sum(shown[place] == TEXT[place] for seed in range(200) for shown, places in [HIDER.hide(TEXT, (seed,))] for place in places)
    assert 0.75 < fates.count(4) / len(fates) < 0.85
    assert 0.05 < same / len(fates) < 0.15


def test_a_short_text_hides_one_word_and_an_empty_one_none() -> None:
    assert HIDER.count([2, 50, 3]) == 1
    assert HIDER.hide([2, 3], (0,)) == ([2, 3], [])
