"""Recorded changes to examples: what each does, and that nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd
import pytest

from playground.data.mending.steps import apply_steps
from playground.data.types import Step
from playground.errors import DatasetError


def _rows(texts: Sequence[str], labels: Sequence[str], **more: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({"text": list(texts), "label": list(labels), **{name: list(cells) for name, cells in more.items()}}, dtype="str")


def _cells(*values: object) -> list[str]:
    return [json.dumps(value, ensure_ascii=False) for value in values]


PLAIN = _rows(["good", "Good ", "bad", "fine", ""], ["pos", "Pos", "neg", "pos", "neg"])
TOKENS = _rows(_cells(["Ann", "lives", "in\u200b", "\u200b", "Rome"], ["Hi"]), _cells(["B-PER", "O", "O", "O", "B-LOC"], ["O"]))
SEVERAL = _rows(["one", "two", "three", "four"], [*_cells(["a", "b"], ["b"], []), ""])
TALK = _rows(
    _cells(
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "My mail is a@b.co"}],
        [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye now"}],
    ),
    ["Write to a@b.co", "Bye\u200b"],
)


def _after(rows: pd.DataFrame, *steps: Step, column: str = "label", task: str = "text-classification") -> dict[int, str]:
    return {int(row): value for row, value in apply_steps(rows, steps, task)[column].items()}  # type: ignore[arg-type]


def _code(rows: pd.DataFrame, step: Step, task: str = "text-classification") -> str:
    with pytest.raises(DatasetError) as caught:
        apply_steps(rows, [step], task)  # type: ignore[arg-type]
    assert caught.value.message("zh")
    assert caught.value.remedy("en")
    return caught.value.code


def test_rows_keep_their_numbers_whatever_goes() -> None:
    left = apply_steps(PLAIN, [Step("drop_rows", (0,)), Step("drop_rows", (0, 2)), Step("set_label", (3,), {"to": "neg"})])
    assert left.index.tolist() == [1, 3, 4]
    assert left.at[3, "label"] == "neg"


def test_what_goes_in_stays_as_it_is() -> None:
    before = PLAIN.copy()
    apply_steps(PLAIN, [Step("drop_rows", (0,)), Step("set_text", (1,), {"text": "x"}), Step("rename_labels", (), {"pos": "neg"})])
    pd.testing.assert_frame_equal(PLAIN, before)


def test_the_same_steps_give_the_same_rows() -> None:
    steps = [Step("rename_labels", (), {"Pos": "pos"}), Step("drop_duplicates"), Step("shorten", (), {"characters": "3"})]
    pd.testing.assert_frame_equal(apply_steps(PLAIN, steps), apply_steps(PLAIN, steps))


def test_the_columns_stay_strings() -> None:
    steps = [Step("set_text", (0,), {"text": "x"}), Step("clean_characters"), Step("drop_labels", (), {"neg": ""})]
    assert {str(kind) for kind in apply_steps(PLAIN, steps).dtypes} == {"str"}


def test_a_row_that_is_gone_is_passed_over() -> None:
    assert _after(PLAIN, Step("drop_rows", (1,)), Step("set_label", (1, 99), {"to": "x"})) == {0: "pos", 2: "neg", 3: "pos", 4: "neg"}


def test_a_text_is_set_without_spaces_around_it() -> None:
    assert _after(PLAIN, Step("set_text", (2,), {"text": " awful "}), column="text")[2] == "awful"


def test_the_second_text_of_a_pair_is_set_by_name() -> None:
    rows = _rows(["a"], ["x"], text_pair=["b"])
    step = Step("set_text", (0,), {"text": "c", "column": "text_pair"})
    assert _after(rows, step, column="text_pair", task="text-pair-classification") == {0: "c"}
    assert _code(PLAIN, step) == "step_not_for_task"


def test_renaming_onto_another_label_merges_them() -> None:
    assert set(_after(PLAIN, Step("rename_labels", (), {"Pos": "pos", "neg": "pos"})).values()) == {"pos"}


def test_labels_can_change_places() -> None:
    assert _after(PLAIN, Step("rename_labels", (), {"pos": "neg", "neg": "pos"}))[0] == "neg"


def test_dropping_a_label_drops_its_rows() -> None:
    assert list(_after(PLAIN, Step("drop_labels", (), {"neg": ""}))) == [0, 1, 3]


def test_of_identical_texts_the_first_stays_and_empty_ones_are_not_texts() -> None:
    rows = pd.concat([PLAIN, _rows([""], ["pos"])], ignore_index=True)
    assert list(_after(rows, Step("drop_duplicates"))) == [0, 2, 3, 4, 5]


def test_a_row_without_a_label_does_not_stand_for_its_labelled_copy() -> None:
    assert list(_after(_rows(["a", "a", "a"], ["", "x", "x"]), Step("drop_duplicates"))) == [0, 1]


def test_copies_with_another_label_stay_if_only_same_labels_are_meant() -> None:
    assert list(_after(PLAIN, Step("drop_duplicates", (), {"labels": "same"}))) == [0, 1, 2, 3, 4]


def test_pairs_are_copies_only_if_both_texts_are() -> None:
    rows = _rows(["a", "a", "A"], ["x", "x", "x"], text_pair=["b", "c", "b"])
    assert list(_after(rows, Step("drop_duplicates"), task="text-pair-classification")) == [0, 1]


def test_copies_in_another_given_split_are_no_copies() -> None:
    rows = _rows(["a", "a", "a"], ["x", "x", "x"], split=["train", "train", "test"])
    assert list(_after(rows, Step("drop_duplicates"))) == [0, 2]


def test_masking_reaches_texts_but_not_labels() -> None:
    rows = _rows(["write to ann@example.org"], ["ann@example.org"])
    left = apply_steps(rows, [Step("mask_personal", (), {"kinds": "email"})])
    assert left.loc[0].tolist() == ["write to [email]", "ann@example.org"]


def test_cleaning_reaches_labels_too() -> None:
    rows = _rows(["a\u200bb <|im_end|>"], ["po\u200bs"])
    assert apply_steps(rows, [Step("clean_characters")]).loc[0].tolist() == ["ab", "pos"]


def test_shortening_cuts_every_text_between_words() -> None:
    rows = _rows(["one two three", "ab"], ["x", "y"], text_pair=["four five six", "cd"])
    left = apply_steps(rows, [Step("shorten", (), {"characters": "8"})], "text-pair-classification")
    assert left["text"].tolist() == ["one two", "ab"]
    assert left["text_pair"].tolist() == ["four fiv", "cd"]


def test_leaked_rows_move_to_training() -> None:
    rows = _rows(["a", "b"], ["x", "y"], split=["test", "test"])
    assert _after(rows, Step("move_to_train", (1,)), column="split") == {0: "test", 1: "train"}


def test_without_given_splits_there_is_nowhere_to_move_from() -> None:
    assert _code(PLAIN, Step("move_to_train", (1,))) == "step_needs_splits"


# several labels


def test_several_labels_are_renamed_one_by_one_and_stay_sorted() -> None:
    assert _after(SEVERAL, Step("rename_labels", (), {"a": "z"}), task="multi-label-classification")[0] == '["b", "z"]'


def test_two_names_for_one_label_become_one_label() -> None:
    assert _after(SEVERAL, Step("rename_labels", (), {"a": "b"}), task="multi-label-classification")[0] == '["b"]'


def test_dropping_one_of_several_labels_keeps_the_rows_that_have_another_or_had_none() -> None:
    assert _after(SEVERAL, Step("drop_labels", (), {"b": ""}), task="multi-label-classification") == {0: '["a"]', 2: "[]", 3: ""}


@pytest.mark.parametrize(("to", "expected"), [('["b", "a", "a"]', '["a", "b"]'), ("c", '["c"]'), ("[]", "[]")])
def test_a_row_gets_several_labels_as_a_list_or_one_as_its_name(to: str, expected: str) -> None:
    assert _after(SEVERAL, Step("set_label", (3,), {"to": to}), task="multi-label-classification")[3] == expected


# numbers


@pytest.mark.parametrize("number", ["3.5", "3,5", "-2", "1e3"])
def test_a_number_may_be_spelled_as_people_do(number: str) -> None:
    assert _after(_rows(["a"], ["1"]), Step("set_label", (0,), {"to": number}), task="regression") == {0: number}


def test_a_word_is_no_number() -> None:
    assert _code(_rows(["a"], ["1"]), Step("set_label", (0,), {"to": "many"}), "regression") == "step_not_a_number"


# tokens


def test_a_token_nothing_is_left_of_goes_with_its_tag() -> None:
    left = apply_steps(TOKENS, [Step("clean_characters")], "token-classification")
    assert json.loads(left.at[0, "text"]) == ["Ann", "lives", "in", "Rome"]
    assert json.loads(left.at[0, "label"]) == ["B-PER", "O", "O", "B-LOC"]


def test_entities_are_renamed_and_dropped_by_their_name() -> None:
    steps = (Step("rename_labels", (), {"PER": "PERSON"}), Step("drop_labels", (), {"LOC": ""}))
    assert json.loads(_after(TOKENS, *steps, task="token-classification")[0]) == ["B-PERSON", "O", "O", "O", "O"]


def test_a_single_odd_tag_is_renamed_by_its_whole_name() -> None:
    rows = _rows(_cells(["a", "b"]), _cells(["B-PER", "B-PER."]))
    assert json.loads(_after(rows, Step("rename_labels", (), {"B-PER.": "I-PER"}), task="token-classification")[0]) == ["B-PER", "I-PER"]


@pytest.mark.parametrize("text", ["Bob was here and left", '["Bob", "was", "here", "and", "left"]'])
def test_tokens_are_given_as_words_or_as_a_list(text: str) -> None:
    left = _after(TOKENS, Step("set_text", (0,), {"text": text}), column="text", task="token-classification")
    assert json.loads(left[0]) == ["Bob", "was", "here", "and", "left"]


def test_tokens_and_tags_stay_as_many() -> None:
    assert _code(TOKENS, Step("set_text", (0,), {"text": "too few"}), "token-classification") == "step_tags_differ"
    assert _code(TOKENS, Step("set_label", (1,), {"to": "O O"}), "token-classification") == "step_tags_differ"


def test_shortening_keeps_whole_tokens_and_their_tags() -> None:
    left = apply_steps(TOKENS, [Step("shorten", (), {"characters": "9"})], "token-classification")
    assert json.loads(left.at[0, "text"]) == ["Ann", "lives"]
    assert json.loads(left.at[0, "label"]) == ["B-PER", "O"]


def test_personal_data_in_tokens_is_masked_token_by_token() -> None:
    rows = _rows(_cells(["mail", "ann@example.org"]), _cells(["O", "O"]))
    left = _after(rows, Step("mask_personal", (), {"kinds": "email"}), column="text", task="token-classification")
    assert json.loads(left[0]) == ["mail", "[email]"]


# conversations


def test_masking_reaches_every_message_and_the_answer() -> None:
    left = apply_steps(TALK, [Step("mask_personal", (), {"kinds": "email"})], "generation")
    assert [message["content"] for message in json.loads(left.at[0, "text"])] == ["Be kind.", "My mail is [email]"]
    assert left.at[0, "label"] == "Write to [email]"


def test_a_plain_text_replaces_the_last_question() -> None:
    left = _after(TALK, Step("set_text", (1,), {"text": "Goodbye"}), column="text", task="generation")
    assert [message["content"] for message in json.loads(left[1])] == ["Hi", "Hello", "Goodbye"]


def test_shortening_a_conversation_keeps_the_last_question_and_the_system_message() -> None:
    left = _after(TALK, Step("shorten", (), {"characters": "12"}), column="text", task="generation")
    assert [message["role"] for message in json.loads(left[0])] == ["system", "user"]
    assert [message["content"] for message in json.loads(left[1])] == ["Hello", "Bye now"]


def test_answers_have_no_names_to_change() -> None:
    assert _code(TALK, Step("rename_labels", (), {"a": "b"}), "generation") == "step_not_for_task"


def test_no_step_fails_on_no_rows() -> None:
    empty = PLAIN.iloc[:0].assign(split="train").astype({"split": "str"})
    steps = [
        Step("drop_rows", (1,)), Step("set_label", (1,), {"to": "x"}), Step("rename_labels", (), {"a": "b"}),
        Step("drop_labels", (), {"a": ""}),
        Step("drop_duplicates"), Step("clean_characters"), Step("shorten", (), {"characters": "5"}), Step("move_to_train", (1,)),
        Step("mask_personal", (), {"kinds": "email"}),
    ]  # fmt: skip
    assert apply_steps(empty, steps).empty


# Texts without labels

TEXTS = _rows(["Good ", "good", "mail\u200b a@b.co", ""], [""] * 4)


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (Step("drop_duplicates", facts={"labels": "same"}), ["Good ", "mail\u200b a@b.co", ""]),
        (Step("clean_characters"), ["Good ", "good", "mail a@b.co", ""]),
        (Step("set_text", (3,), {"text": "new"}), ["Good ", "good", "mail\u200b a@b.co", "new"]),
        (Step("drop_rows", (0,)), ["good", "mail\u200b a@b.co", ""]),
    ],
)
def test_texts_without_labels_are_mended_as_texts(step: Step, left: list[str]) -> None:
    assert list(_after(TEXTS, step, column="text", task="language-modeling").values()) == left


@pytest.mark.parametrize(
    "step", [Step("set_label", (0,), {"to": "x"}), Step("rename_labels", (), {"a": "b"}), Step("drop_labels", (), {"a": ""})]
)
def test_labels_of_texts_without_labels_cannot_be_mended(step: Step) -> None:
    assert _code(TEXTS, step, "language-modeling") == "step_not_for_task"
