"""Words as a model reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from playground.training.tokens.words import WordEncoder, at_places, padded


@pytest.fixture
def encoder(tiny_bert: Path) -> WordEncoder:
    return WordEncoder(AutoTokenizer.from_pretrained(tiny_bert), 12)


def test_every_word_has_its_first_piece_as_its_place(encoder: WordEncoder) -> None:
    worded = encoder.encode(["good", "xyz", "bad"])
    assert worded.words == [0, 1, 2]
    assert worded.places == [1, 2, 5]
    assert len(worded.inputs) == 7


def test_words_that_do_not_fit_are_left_out_whole(encoder: WordEncoder) -> None:
    worded = encoder.encode(["good"] * 9 + ["xyz", "bad"])
    assert worded.words == list(range(9))
    assert len(worded.inputs) == 11


def test_a_word_nothing_is_left_of_has_no_place(encoder: WordEncoder) -> None:
    assert encoder.encode(["good", "\u200b", "bad"]).words == [0, 2]


def test_chinese_characters_are_words_of_their_own(encoder: WordEncoder) -> None:
    worded = encoder.encode(list("质量很好"))
    assert worded.places == [1, 2, 3, 4]


def test_real_sentence_pieces_keep_a_piece_for_each_chinese_character(e5: Path) -> None:
    worded = WordEncoder(AutoTokenizer.from_pretrained(e5), 64).encode([*"客服在上海", "Paris"])
    assert worded.words == [0, 1, 2, 3, 4, 5]
    assert len(set(worded.places)) == 6
    assert len(worded.inputs) == 8


def test_no_words_are_no_places(encoder: WordEncoder) -> None:
    assert encoder.encode([]).places == []
    assert padded([[], []]).tolist() == [[-1], [-1]]


def test_values_are_read_at_the_places_of_words() -> None:
    values = torch.arange(8.0).reshape(1, 4, 2)
    assert at_places(values, torch.tensor([[2, 0, -1]]))[0, :2].tolist() == [[4.0, 5.0], [0.0, 1.0]]
