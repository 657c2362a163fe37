"""Datasets on disk and who they belong to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

from playground.data.infer import inspect
from playground.data.store import FACTS_FILE, DatasetStore, fingerprint_of, measured
from playground.data.types import ColumnChoice, Inspection, SplitName, Step, TaskName
from playground.errors import DatasetError
from tests.data.conftest import ENGLISH, pairs_table, table_of

Inspected = Callable[..., Inspection]


@pytest.fixture
def store(tmp_path: Path) -> DatasetStore:
    return DatasetStore(tmp_path / "datasets")


@pytest.fixture
def english(inspected: Inspected) -> Inspection:
    return inspected(ENGLISH)


def _folders(store: DatasetStore) -> list[str]:
    return [path.name for path in store.root.iterdir() if path.name != ".lock"]


def test_what_is_kept_comes_back(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    assert (dataset.name, dataset.rows, dataset.task) == ("made.csv", 18, "text-classification")
    assert dataset.labels == {"damage": 6, "delivery": 6, "refund": 6}
    assert store.examples(dataset.fingerprint).itertuples(index=False, name=None).__next__() == ENGLISH[0]
    assert store.get(dataset.fingerprint, "ann") == dataset


def test_the_same_rows_are_one_folder_for_two_owners(store: DatasetStore, english: Inspection) -> None:
    first = store.add(english, "ann")
    second = store.add(replace(english, table=replace(english.table, name="mine.csv")), "bob")
    assert first.fingerprint == second.fingerprint
    assert _folders(store) == [first.fingerprint]
    assert (store.get(first.fingerprint, "ann").name, store.get(first.fingerprint, "bob").name) == ("made.csv", "mine.csv")


def test_other_rows_have_another_fingerprint(store: DatasetStore, inspected: Inspected) -> None:
    turned = [*ENGLISH[1:], ENGLISH[0]]
    relabelled = [(ENGLISH[0][0], "refund"), *ENGLISH[1:]]
    prints = {store.add(inspected(pairs), "ann").fingerprint for pairs in (ENGLISH, turned, relabelled)}
    assert len(prints) == 3


def test_the_fingerprint_does_not_change_between_versions(store: DatasetStore, english: Inspection) -> None:
    assert store.add(english, "ann").fingerprint == "4553ddb1fe539382"


def test_another_owner_finds_nothing(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    assert store.list("bob") == []
    for deed in (store.get, store.delete):
        with pytest.raises(DatasetError) as caught:
            deed(dataset.fingerprint, "bob")
        assert caught.value.code == "not_found"


def test_no_owner_means_no_check(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    assert store.get(dataset.fingerprint).fingerprint == dataset.fingerprint
    assert [found.fingerprint for found in store.list()] == [dataset.fingerprint]


def test_the_folder_goes_with_its_last_owner(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    store.add(english, "bob")
    store.delete(dataset.fingerprint, "ann")
    assert store.get(dataset.fingerprint, "bob").rows == 18
    store.delete(dataset.fingerprint, "bob")
    assert _folders(store) == []


def test_deleting_without_an_owner_deletes_for_all(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    store.add(english, "bob")
    store.delete(dataset.fingerprint, None)
    assert _folders(store) == []


def test_the_newest_stands_first(store: DatasetStore, inspected: Inspected) -> None:
    kept = [store.add(inspected(ENGLISH[place:]), "ann").fingerprint for place in range(3)]
    assert [dataset.fingerprint for dataset in store.list("ann")] == kept[::-1]


@pytest.mark.parametrize("fingerprint", ["../../etc", "0" * 16, "", ".", "0" * 15 + "\n", "ABCDEF0123456789", "\x00" * 16])
def test_a_fingerprint_that_is_none_is_not_found(store: DatasetStore, fingerprint: str) -> None:
    for deed in (store.get, store.examples, lambda name: store.delete(name, None)):
        with pytest.raises(DatasetError) as caught:
            deed(fingerprint)
        assert caught.value.code == "not_found"


def test_owners_and_names_with_path_characters_are_harmless(store: DatasetStore, english: Inspection) -> None:
    hostile = replace(english, table=replace(english.table, name="../../x.csv"))
    dataset = store.add(hostile, "../../root")
    assert store.get(dataset.fingerprint, "../../root").name == "../../x.csv"
    assert _folders(store) == [dataset.fingerprint]
    assert sorted(path.name for path in store.root.parent.iterdir()) == ["datasets"]


def test_a_damaged_dataset_says_so_and_leaves_the_list_whole(store: DatasetStore, inspected: Inspected) -> None:
    good, bad = store.add(inspected(ENGLISH), "ann"), store.add(inspected(ENGLISH[1:]), "ann")
    (store.root / bad.fingerprint / FACTS_FILE).write_text("{", encoding="utf-8")
    assert [dataset.fingerprint for dataset in store.list("ann")] == [good.fingerprint]
    with pytest.raises(DatasetError) as caught:
        store.get(bad.fingerprint)
    assert caught.value.code == "dataset_damaged"


def test_many_owners_at_once_are_all_kept(store: DatasetStore, english: Inspection) -> None:
    threads = [Thread(target=store.add, args=(english, f"owner {number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(store.list(f"owner {number}")) == 1 for number in range(8))
    assert len(_folders(store)) == 1


def test_the_facts_tell_chinese_from_english_and_french(store: DatasetStore, inspected: Inspected) -> None:
    chinese = store.add(
        inspected([(f"{text} 第{n}单", label) for n, (text, label) in enumerate([("物流很快", "好"), ("坏了", "差")] * 9)]), "ann"
    )
    french = store.add(
        inspected([(f"{text} {label}", label) for text, label in [("été à côté", "x"), ("éèàù", "y")] for _ in range(1)] + ENGLISH), "ann"
    )
    english = store.add(inspected(ENGLISH), "ann")
    assert chinese.cjk_share == 1.0
    assert (english.cjk_share, english.non_ascii_letter_share) == (0.0, 0.0)
    assert french.cjk_share == 0.0
    assert french.non_ascii_letter_share > 0


def test_the_facts_measure_the_texts(store: DatasetStore, inspected: Inspected) -> None:
    dataset = store.add(inspected([("x" * (10 + n), "ab"[n % 2]) for n in range(21)]), "ann")
    assert (dataset.mean_characters, dataset.long_characters) == (20.0, 29.0)


def test_nothing_is_kept_of_data_that_cannot_be_trained_on(store: DatasetStore) -> None:
    with pytest.raises(DatasetError) as caught:
        store.add(inspect(pairs_table(ENGLISH[:3])), "ann")
    assert caught.value.code == "not_ready"
    assert not store.root.exists() or _folders(store) == []


# Mended data, other tasks, given splits


def test_the_same_file_and_steps_give_the_same_fingerprint(store: DatasetStore) -> None:
    steps = (Step("drop_rows", (0,)), Step("rename_labels", (), {"refund": "money"}))
    first = store.add(inspect(pairs_table(ENGLISH), steps=steps), "ann")
    second = store.add(inspect(pairs_table(ENGLISH), steps=steps), "bob")
    assert first.fingerprint == second.fingerprint != store.add(inspect(pairs_table(ENGLISH)), "ann").fingerprint
    assert (first.rows, first.labels) == (17, {"damage": 6, "money": 6, "delivery": 5})


def test_mended_to_the_same_rows_is_the_same_dataset(store: DatasetStore) -> None:
    mended = inspect(pairs_table(ENGLISH), steps=[Step("drop_rows", (0,))])
    assert store.add(mended, "ann").fingerprint == store.add(inspect(pairs_table(ENGLISH[1:])), "ann").fingerprint


def test_texts_without_labels_are_kept_without_labels(store: DatasetStore) -> None:
    kept = store.add(inspect(table_of({"text": [text for text, _ in ENGLISH]})), "ann")
    labelled = store.add(inspect(pairs_table(ENGLISH), task="language-modeling"), "ann")
    assert (kept.task, kept.rows, kept.labels) == ("language-modeling", len(ENGLISH), {})
    assert kept.fingerprint == labelled.fingerprint
    assert set(store.examples(kept.fingerprint)["label"]) == {""}
    assert kept.mean_characters > 10


def test_each_owner_is_told_how_they_mended(store: DatasetStore) -> None:
    steps = (Step("drop_rows", (0,)),)
    ann = store.add(inspect(pairs_table(ENGLISH), steps=steps), "ann", "0123456789abcdef")
    bob = store.add(inspect(pairs_table(ENGLISH[1:])), "bob")
    assert ann.fingerprint == bob.fingerprint
    assert (ann.steps, ann.draft) == (steps, "0123456789abcdef")
    assert (bob.steps, bob.draft) == ((), None)


def test_a_dataset_of_the_version_before_is_still_read(store: DatasetStore, english: Inspection) -> None:
    dataset = store.add(english, "ann")
    path = store.root / dataset.fingerprint / FACTS_FILE
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["owners"]["ann"] = {"name": "made.csv", "added": facts["owners"]["ann"]["added"]}
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert store.get(dataset.fingerprint, "ann") == dataset


def test_given_splits_are_kept_and_make_another_dataset(store: DatasetStore, english: Inspection) -> None:
    splits: list[SplitName] = ["train"] * 12 + ["test"] * 6
    dataset = store.add(inspect(replace(pairs_table(ENGLISH), splits=tuple(splits))), "ann")
    assert store.examples(dataset.fingerprint)["split"].tolist() == splits
    assert dataset.splits == {"train": 12, "test": 6}
    assert dataset.fingerprint != store.add(english, "ann").fingerprint


def test_both_texts_of_a_pair_are_kept_and_tell_datasets_apart(store: DatasetStore) -> None:
    columns = {
        "a": [f"question {n} about the parcel" for n in range(20)],
        "b": [f"answer {n} of ours" for n in range(20)],
        "y": ["x", "z"] * 10,
    }
    choice = ColumnChoice("a", "y", "b")
    dataset = store.add(inspect(table_of(columns), choice, "text-pair-classification"), "ann")
    assert store.examples(dataset.fingerprint).columns.tolist() == ["text", "text_pair", "label"]
    other = store.add(inspect(table_of({**columns, "b": columns["b"][::-1]}), choice, "text-pair-classification"), "ann")
    assert other.fingerprint != dataset.fingerprint


@pytest.mark.parametrize(
    ("task", "texts", "labels", "counts"),
    [
        (
            "multi-label-classification", [f"text number {n}" for n in range(20)],
            ['["red", "blue"]', '["red"]'] * 10, {"red": 20, "blue": 10},
        ),
        (
            "token-classification", [f'["Ann", "sleeps", "{n}"]' if n % 2 else f'["New", "York", "{n}"]' for n in range(20)],
            ['["B-LOC", "I-LOC", "O"]', '["B-PER", "O", "O"]'] * 10, {"LOC": 10, "PER": 10},
        ),
        ("regression", [f"text number {n}" for n in range(20)], [f"{n},5" for n in range(20)], {}),
        ("generation", [f"say {n}" for n in range(20)], [f"answer {n}" for n in range(20)], {}),
    ],
)  # fmt: skip
def test_every_task_can_be_kept_and_counts_its_labels(
    store: DatasetStore, task: TaskName, texts: list[str], labels: list[str], counts: dict[str, int]
) -> None:
    dataset = store.add(inspect(table_of({"t": texts, "l": labels}), ColumnChoice("t", "l"), task), "ann")
    assert (dataset.task, dataset.rows, dataset.labels) == (task, 20, counts)
    assert store.get(dataset.fingerprint, "ann") == dataset
    assert len(store.examples(dataset.fingerprint)) == 20


def test_a_chinese_conversation_is_chinese_whatever_its_roles_are_called(store: DatasetStore) -> None:
    table = table_of({"q": [f"请问第{'零一二三四五六七八九'[n % 10]}个怎么用" for n in range(20)], "a": ["请看说明书", "按一下开关"] * 10})
    assert store.add(inspect(table, ColumnChoice("q", "a"), "generation"), "ann").cjk_share == 1.0


def test_what_would_be_kept_is_known_before(store: DatasetStore, english: Inspection) -> None:
    would, is_kept = measured(english), store.add(english, "ann")
    assert replace(would, added=is_kept.added) == is_kept


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_the_fingerprint_does_not_depend_on_how_the_values_are_cut(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame({"text": [f't"{n}' for n in range(count)], "label": ["x"] * count}, dtype="str")
    whole = fingerprint_of("text-classification", rows)
    monkeypatch.setattr("playground.data.store._PIECE", 2)
    assert fingerprint_of("text-classification", rows) == whole
