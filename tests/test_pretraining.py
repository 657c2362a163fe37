"""Adapt to a domain, then classify: what a run on running text leaves is a base model its owner can choose, and two runs compare."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.cli.recipes import base_named
from playground.data.types import Reading
from playground.errors import PlaygroundError
from playground.models.own import own_models
from playground.runs.types import Run
from playground.training import train
from playground.workbench import Workbench
from tests.training.conftest import MINILM, rows

TEXTS = "\n".join(f"{text} and {text}" for text, _ in rows(60))
LABELLED = "text,label\n" + "\n".join(f"{text},{label}" for text, label in rows(60, seed=3))
SETTINGS: dict[str, object] = {"epochs": 1, "max_length": 32, "lora_r": 4, "compute_dtype": "float32", "method": "lora", "batch_size": 8}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, tiny_models: Path) -> Iterator[Workbench]:
    """Runs are trained in this process, not queued for one of their own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        # A cache of its own: what is adopted here must not turn up in other tests.
        shutil.copytree(tiny_models, home / "models")
        patch.setenv("PLAYGROUND_MODELS", str(home / "models"))
        bench = Workbench(home)
        patch.setattr(bench.queue, "advance", lambda: None)
        yield bench
        bench.close()


def trained(bench: Workbench, text: str, name: str, model: str, **settings: object) -> Run:
    draft = bench.open([(text.encode(), name)], "ann", Reading())
    dataset = bench.keep_draft(draft.id, "ann")
    run = bench.start(dataset.fingerprint, bench.preset("quick", dataset, model).with_values({**SETTINGS, **settings}), "ann")
    assert train(run.folder).ending == "finished", (run.folder / "events.jsonl").read_text(encoding="utf-8")[-600:]
    return run


@pytest.fixture(scope="module")
def pretrained(bench: Workbench) -> Run:
    return trained(bench, TEXTS, "log.txt", MINILM)


@pytest.fixture(scope="module")
def adopted(bench: Workbench, pretrained: Run) -> str:
    return bench.adopt(pretrained.id, "ann").id


def test_the_model_of_a_run_belongs_to_its_owner(bench: Workbench, pretrained: Run, adopted: str) -> None:
    assert adopted == f"run/{pretrained.id}"
    assert adopted in {model.id for model in own_models("ann")}
    assert adopted not in {model.id for model in own_models("bob")}


@pytest.mark.parametrize("named", ["{}", "run/{}"])
def test_the_command_line_takes_the_run_for_a_base_model(
    bench: Workbench, pretrained: Run, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("playground.cli.recipes.LOCAL_OWNER", "ann")
    assert base_named(named.format(pretrained.id), bench) == f"run/{pretrained.id}"


def test_labels_are_learned_on_it_and_the_two_ways_compared(bench: Workbench, adopted: str) -> None:
    plain, after = (trained(bench, LABELLED, "labels.csv", model) for model in (MINILM, adopted))
    assert bench.comparison(after.id, "ann").verdict.rows == bench.comparison(plain.id, "ann").verdict.rows
    verdict = bench.between(after.id, plain.id, "ann")
    assert verdict.outcome in ("better", "worse", "cannot_tell")
    assert verdict.base == bench.comparison(plain.id, "ann").tuned.values["macro_f1"]
    card = (after.folder / "adapter" / "README.md").read_text(encoding="utf-8")
    assert "labels" in card


def test_runs_on_other_rows_are_not_compared(bench: Workbench, pretrained: Run, adopted: str) -> None:
    run = trained(bench, LABELLED, "labels.csv", MINILM, seed=7)
    with pytest.raises(PlaygroundError) as caught:
        bench.between(run.id, pretrained.id, "ann")
    assert caught.value.code == "run_other_rows"


def test_a_run_on_labels_leaves_no_base_model(bench: Workbench) -> None:
    run = trained(bench, LABELLED, "labels.csv", MINILM)
    with pytest.raises(PlaygroundError) as caught:
        bench.adopt(run.id, "ann")
    assert caught.value.code == "run_without_model"


def test_a_model_from_nothing_cannot_be_asked_for_labels(bench: Workbench) -> None:
    draft = bench.open([(LABELLED.encode(), "labels.csv")], "ann", Reading())
    dataset = bench.keep_draft(draft.id, "ann")
    codes = [problem.code for problem in bench.problems(bench.preset("quick", dataset, "scratch/bert-tiny"))]
    assert "scratch_needs_text" in codes


def test_the_pretrained_folder_names_no_machine(pretrained: Run) -> None:
    config = json.loads((pretrained.folder / "model" / "config.json").read_text(encoding="utf-8"))
    assert "_name_or_path" not in config or "/" not in str(config["_name_or_path"]).strip("/")
