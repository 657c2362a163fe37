"""Variations of training texts: small, seeded, made of what was there, and never where they would change the meaning."""

from __future__ import annotations

from collections import Counter

import pytest

from playground.data.mending.augment import (
    AUGMENTATIONS,
    MOST_REPEATS,
    Augmentation,
    balanced_counts,
    class_weights,
    preview,
    repeated_rows,
    varied_copies,
    vary,
)

ENGLISH = [f"the parcel number {n} arrived late and the kettle inside was badly broken again" for n in range(30)]
CHINESE = [f"第{n}单物流很慢，收到的水壶外面包装破了，里面也碎得厉害" for n in range(30)]
every_kind = pytest.mark.parametrize("kind", AUGMENTATIONS)


@every_kind
def test_the_same_seed_gives_the_same_variation(kind: Augmentation) -> None:
    assert [vary(text, kind, 3) for text in ENGLISH] == [vary(text, kind, 3) for text in ENGLISH]


@every_kind
def test_another_seed_or_copy_gives_other_ones(kind: Augmentation) -> None:
    first = [vary(text, kind, 3) for text in ENGLISH]
    assert first != [vary(text, kind, 4) for text in ENGLISH]
    assert first != [vary(text, kind, 3, copy=1) for text in ENGLISH]


def test_a_variation_does_not_depend_on_the_other_texts() -> None:
    assert dict(preview(ENGLISH[:3], "word-swap", 1))[ENGLISH[1]] == vary(ENGLISH[1], "word-swap", 1)


def test_dropout_only_takes_words_out() -> None:
    for text in ENGLISH:
        left, words = vary(text, "word-dropout", 0).split(), text.split()
        assert 0 < len(words) - len(left) <= 2
        assert not Counter(left) - Counter(words)


def test_swapping_keeps_every_word() -> None:
    for text in ENGLISH:
        varied = vary(text, "word-swap", 0)
        assert sorted(varied.split()) == sorted(text.split())


def test_noise_changes_one_letter_or_two_of_a_word_and_not_its_ends() -> None:
    for text in ENGLISH:
        pairs = list(zip(text.split(), vary(text, "character-noise", 0).split(), strict=True))
        for word, noisy in pairs:
            assert abs(len(word) - len(noisy)) <= 1
            assert (word[0], word[-1]) == (noisy[0], noisy[-1])


@every_kind
def test_chinese_is_varied_with_its_own_characters(kind: Augmentation) -> None:
    varied = [vary(text, kind, 0) for text in CHINESE]
    assert sum(one != text for one, text in zip(varied, CHINESE, strict=True)) > 25
    for one, text in zip(varied, CHINESE, strict=True):
        assert set(one) <= set(text)
        assert abs(len(one) - len(text)) <= 3


@every_kind
@pytest.mark.parametrize("kept", ["not", "never", "don't", "2026", "ann@example.org", "https://example.org/a", "[email]", "12:30"])
def test_what_carries_the_meaning_stays_in_its_place(kind: Augmentation, kept: str) -> None:
    text = f"we would {kept} really want this kettle back again"
    assert all(f" {kept} " in vary(text, kind, seed) for seed in range(40))


@every_kind
@pytest.mark.parametrize("kept", ["不", "没", "3"])
def test_chinese_negations_and_numbers_stay(kind: Augmentation, kept: str) -> None:
    assert all(vary(f"这个水壶{kept}好用，包装也破了", kind, seed).count(kept) == 1 for seed in range(40))


@every_kind
@pytest.mark.parametrize("text", ["", "ok", "too short here", "好的呀", "1 2 3 4 5 6 7 8", "!!! ??? ... --- ,,,"])
def test_a_text_too_short_or_without_words_stays(kind: Augmentation, text: str) -> None:
    assert vary(text, kind, 0) == text


@every_kind
def test_odd_texts_do_no_harm(kind: Augmentation) -> None:
    for text in (
        "😀 " * 50,
        "a\u0301b " * 20,
        "ไทยภาษา " * 10,
        "한국어 문장 하나 더 있어요",
        "\x00\ud800 a b c d",
        "x" * 5000,
        "\n\n\t a b c d e",
    ):
        assert isinstance(vary(text, kind, 0), str)


def test_no_double_spaces_are_left_behind() -> None:
    assert not any("  " in vary(text, "word-dropout", seed) for text in ENGLISH for seed in range(20))


def test_the_preview_shows_only_texts_that_change() -> None:
    pairs = preview(["ok", *ENGLISH, "no"], "word-dropout", 0, most=5)
    assert len(pairs) == 5
    assert all(before != after for before, after in pairs)
    assert preview([], "word-dropout", 0) == []


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.2, 6), (1.0, 30)])
def test_a_share_of_the_texts_gets_a_copy_each(share: float, count: int) -> None:
    copies = varied_copies(ENGLISH, "word-swap", share, 0)
    assert len(copies) == count
    assert [copy.row for copy in copies] == sorted({copy.row for copy in copies})
    assert all(copy.text == vary(ENGLISH[copy.row], "word-swap", 0) != ENGLISH[copy.row] for copy in copies)


def test_balance_brings_labels_up_to_the_most_frequent_within_reason() -> None:
    counts = balanced_counts({"c": 1, "b": 20, "a": 100})
    assert list(counts.items()) == [("a", (100, 100)), ("b", (20, 100)), ("c", (1, MOST_REPEATS))]
    assert balanced_counts({}) == {}


def test_weights_make_labels_weigh_the_same_and_examples_one_on_average() -> None:
    weights = class_weights({"a": 30, "b": 10})
    assert weights["a"] * 30 == pytest.approx(weights["b"] * 10)
    assert weights["a"] * 30 + weights["b"] * 10 == pytest.approx(40)
    assert class_weights({}) == {}


LABELS = ["often"] * 12 + ["sometimes"] * 6 + ["rarely"] * 2


def test_repeating_brings_every_label_up_to_the_most_frequent_one() -> None:
    assert set(Counter(LABELS[place] for place in repeated_rows(LABELS)).values()) == {12}


def test_repeating_leaves_no_row_out() -> None:
    assert repeated_rows(LABELS)[: len(LABELS)] == list(range(len(LABELS)))


def test_what_repeating_does_is_what_its_preview_says() -> None:
    repeated = Counter(LABELS[place] for place in repeated_rows(LABELS))
    assert {label: after for label, (_, after) in balanced_counts(Counter(LABELS)).items()} == repeated


def test_a_row_is_repeated_ten_times_at_most() -> None:
    assert Counter(repeated_rows(["often"] * 500 + ["once"]))[500] == MOST_REPEATS


def test_equal_labels_need_no_repeats() -> None:
    assert repeated_rows(["a", "b", "a", "b"]) == [0, 1, 2, 3]
