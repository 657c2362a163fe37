"""Telling words: those a label is known by, in spaced and unspaced writing."""

from __future__ import annotations

from playground.survey.telling import MOST_WORDS, telling_words, words_of

FILLERS = ["the parcel of monday", "the parcel of friday", "the order is here", "the order is blue"]


def told(label: str, pairs: list[tuple[str, str]]) -> list[str]:
    found = telling_words([text for text, _ in pairs], [(label,) for _, label in pairs])
    return [word for word, _ in found[label]]


def pairs(good: str, bad: str, times: int = 6) -> list[tuple[str, str]]:
    return [(f"{filler} {word}", label) for word, label in ((good, "good"), (bad, "bad")) for filler in FILLERS for _ in range(times)]


def test_a_label_is_known_by_the_word_only_it_uses() -> None:
    assert told("good", pairs("splendid", "awful")) == ["splendid"]
    assert told("bad", pairs("splendid", "awful")) == ["awful"]


def test_words_every_label_uses_tell_nothing() -> None:
    assert "the" not in told("good", pairs("splendid", "awful"))


def test_words_count_whatever_their_case() -> None:
    assert told("good", [*pairs("Splendid", "awful", 3), *pairs("splendid", "awful", 3)]) == ["splendid"]


def test_chinese_is_told_in_pieces_of_two_and_three_characters() -> None:
    words = told(
        "good", [(f"{text}{word}", label) for word, label in (("很满意", "good"), ("太差劲", "bad")) for text in "天地人和山水" * 6]
    )
    assert words
    assert all(len(word) in (2, 3) and word in "很满意" for word in words)


def test_pieces_of_one_expression_are_told_once() -> None:
    words = told(
        "good", [(f"{text}{word}", label) for word, label in (("很满意", "good"), ("太差劲", "bad")) for text in "天地人和山水" * 6]
    )
    assert len(words) == 1


def test_chinese_and_english_words_in_one_text_both_count() -> None:
    assert list(words_of("买了iPhone很好用 OK 123")) == ["买了", "iphone", "很好", "好用", "很好用", "ok"]


def test_korean_is_told_in_words() -> None:
    assert list(words_of("배송이 빨라요")) == ["배송이", "빨라요"]


def test_no_label_has_more_words_than_fit_on_a_chart() -> None:
    many = " ".join(f"word{chr(97 + number)}" for number in range(20))
    assert len(told("good", pairs(many, "awful"))) == MOST_WORDS


def test_a_text_with_several_labels_counts_for_each() -> None:
    texts = ["refund late"] * 10 + ["hello there"] * 30
    found = telling_words(texts, [("money", "delivery")] * 10 + [("greeting",)] * 30)
    assert {word for word, _ in found["money"]} == {"refund", "late"}
    assert found["money"] == found["delivery"]


def test_texts_without_labels_or_with_a_single_label_tell_nothing() -> None:
    assert telling_words(["a text"], [()]) == {}
    assert telling_words(["a text", "a text"], [("a",), ("a",)]) == {}


def test_texts_without_a_word_used_twice_tell_nothing() -> None:
    assert telling_words(["one", "two"], [("a",), ("b",)]) == {"a": (), "b": ()}


def test_the_strongest_word_comes_first() -> None:
    found = telling_words([text for text, _ in pairs("splendid nice", "awful nice")] + ["splendid"] * 5, [
        *((label,) for _, label in pairs("splendid nice", "awful nice")), *[("good",)] * 5
    ])["good"]  # fmt: skip
    assert found[0][0] == "splendid"
    assert [weight for _, weight in found] == sorted((weight for _, weight in found), reverse=True)
