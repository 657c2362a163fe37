"""Simple methods are scored in a child of their own, once for each way of splitting the rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.launch.errands import REQUEST
from playground.launch.references import SimpleReferences, references_key
from playground.launch.references_child import answer, scores
from playground.recipe import Recipe
from playground.runs.folder import write_json
from tests.launch.children import CPU
from tests.runs.making import dataset, until

RECIPE = Recipe(model="some/model")
GOOD, BAD = "good great love thanks works", "bad poor hate broken slow"


def texts(rows: int) -> list[str]:
    return [f"{(GOOD if row % 2 else BAD).split()[row // 2 % 5]} number {row}" for row in range(rows)]


def request(folder: Path, task: str, frame: pd.DataFrame) -> dict[str, object]:
    frame.to_parquet(folder / "data.parquet")
    return {"task": task, "data": str(folder / "data.parquet"), "seed": 1, "validation_share": 0.2, "test_share": 0.2}


def labelled(rows: int = 60) -> pd.DataFrame:
    return pd.DataFrame({"text": texts(rows), "label": ["good" if row % 2 else "bad" for row in range(rows)]})


def test_words_that_tell_the_label_are_found_and_guessing_is_not_better(tmp_path: Path) -> None:
    found = scores(request(tmp_path, "text-classification", labelled()))
    assert list(found) == ["majority", "tfidf"]
    assert found["tfidf"] == 1.0
    assert found["majority"] < 0.5


def test_pairs_are_told_apart_by_what_they_share(tmp_path: Path) -> None:
    frame = labelled(80)
    frame["text_pair"] = [text if row % 4 < 2 else "something else" for row, text in enumerate(frame["text"])]
    frame["label"] = ["same" if row % 4 < 2 else "other" for row in range(80)]
    assert scores(request(tmp_path, "text-pair-classification", frame))["tfidf"] > 0.8


def test_numbers_are_compared_with_their_mean(tmp_path: Path) -> None:
    frame = labelled(80)
    frame["label"] = [str(1.0 + row % 2 + 0.01 * row / 80) for row in range(80)]
    found = scores(request(tmp_path, "regression", frame))
    assert list(found) == ["mean", "tfidf"]
    assert found["tfidf"] > 0.9


def test_entities_are_found_by_a_linear_tagger_and_not_by_always_the_same_tag(tmp_path: Path) -> None:
    rows = [(who, where) for who in ("Anna", "Berta", "Carla", "Dora", "Ella") for where in ("Bonn", "Delhi", "Lima", "Oslo", "Turin")]
    frame = pd.DataFrame({
        "text": [json.dumps([who, "waits", "in", where, str(hour)]) for hour, (who, where) in enumerate(rows)],
        "label": [json.dumps(["B-PER", "O", "O", "B-LOC", "O"])] * len(rows),
    })  # fmt: skip
    found = scores(request(tmp_path, "token-classification", frame))
    assert found == {"majority": 0.0, "tagger": 1.0}


def test_written_answers_are_copied_from_the_most_similar_prompt(tmp_path: Path) -> None:
    says = {"cat": "meow meow", "cow": "moo", "dog": "woof woof woof"}
    rows = [(animal, n) for n in range(12) for animal in says]
    frame = pd.DataFrame({
        "text": [json.dumps([{"role": "user", "content": f"What does the {animal} of house {n} say?"}]) for animal, n in rows],
        "label": [says[animal] for animal, _ in rows],
    })  # fmt: skip
    found = scores(request(tmp_path, "generation", frame))
    assert list(found) == ["majority", "nearest"]
    assert found["nearest"] > found["majority"]


def test_data_that_cannot_be_split_is_told(tmp_path: Path) -> None:
    frame = labelled().assign(label="good")
    write_json(tmp_path / REQUEST, request(tmp_path, "text-classification", frame))
    assert answer(tmp_path) == 1
    assert "split_impossible" in (tmp_path / "events.jsonl").read_text()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimpleReferences, Path]:
    """Worked out by the real child."""
    home = tmp_path_factory.mktemp("home")
    labelled().to_parquet(home / "data.parquet")
    references = SimpleReferences(home, CPU, busy=lambda: False)
    references.ask(RECIPE, dataset(), home / "data.parquet", "ann")

    def finished() -> bool:
        references.advance()
        return references.state(RECIPE, dataset()).status in ("finished", "failed")

    until(finished, seconds=60)
    return references, home


def test_the_child_leaves_scores_and_their_metric(known: tuple[SimpleReferences, Path]) -> None:
    state = known[0].state(RECIPE, dataset())
    assert (state.status, state.metric) == ("finished", "macro_f1")
    assert state.scores["tfidf"] == 1.0


def test_they_are_known_for_good(known: tuple[SimpleReferences, Path]) -> None:
    assert SimpleReferences(known[1], CPU, busy=lambda: True).state(RECIPE, dataset()).scores["tfidf"] == 1.0


def test_another_model_splits_the_same_and_another_seed_does_not() -> None:
    assert references_key(replace(RECIPE, model="other/model", epochs=3), dataset()) == references_key(RECIPE, dataset())
    assert references_key(replace(RECIPE, seed=7), dataset()) != references_key(RECIPE, dataset())


def test_a_task_without_simple_references_asks_for_none(tmp_path: Path) -> None:
    references, data = SimpleReferences(tmp_path, CPU, busy=lambda: False), replace(dataset(), task="language-modeling")
    references.ask(RECIPE, data, tmp_path / "data.parquet", "ann")
    assert references.state(RECIPE, data).status == "none"
