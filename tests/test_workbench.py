"""The one door enforces who owns what, and prepares a run without torch in this process."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import DatasetError, PlaygroundError, RecipeError, RunError
from playground.workbench import Workbench, default_home

CPU = Device("cpu", "CPU", 1, 2, 24_000, bf16=True)
ROWS = "text,label\n" + "".join(f"{word} number {row},{word}\n" for word in ("alpha", "beta") for row in range(20))


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path, device=CPU)


@pytest.fixture
def dataset(bench: Workbench) -> Dataset:
    return bench.keep(bench.inspect(ROWS.encode(), "rows.csv"), "ann")


@pytest.fixture
def waiting_run(bench: Workbench, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that waits: the queue is not advanced, so nothing trains in these tests."""
    monkeypatch.setattr(bench.queue, "advance", lambda: None)
    return bench.start(dataset.fingerprint, bench.preset("quick", dataset), "ann").id


def test_another_owner_cannot_see_a_dataset(bench: Workbench, dataset: Dataset) -> None:
    assert [item.fingerprint for item in bench.my_datasets("ann")] == [dataset.fingerprint]
    assert bench.my_datasets("bob") == []
    with pytest.raises(DatasetError):
        bench.dataset(dataset.fingerprint, "bob")


def test_another_owner_cannot_start_on_a_dataset(bench: Workbench, dataset: Dataset) -> None:
    with pytest.raises(DatasetError):
        bench.start(dataset.fingerprint, bench.preset("quick", dataset), "bob")


@pytest.mark.parametrize("deed", ["run", "stop", "resume", "delete", "comparison", "warm"])
def test_another_owner_cannot_reach_a_run(bench: Workbench, waiting_run: str, deed: str) -> None:
    with pytest.raises(RunError) as caught:
        getattr(bench, deed)(waiting_run, "bob")
    assert caught.value.code == "not_found"


def test_another_owner_cannot_ask_a_run(bench: Workbench, waiting_run: str) -> None:
    with pytest.raises(RunError) as caught:
        bench.predict(waiting_run, "bob", ["hello"])
    assert caught.value.code == "not_found"


def test_each_owner_lists_only_their_runs(bench: Workbench, waiting_run: str) -> None:
    assert [run.id for run in bench.my_runs("ann")] == [waiting_run]
    assert bench.my_runs("bob") == []


def test_a_new_run_waits_its_turn(bench: Workbench, waiting_run: str) -> None:
    state = bench.state(bench.run(waiting_run, "ann"))
    assert (state.status, state.position) == ("waiting", 1)


def test_stopping_a_waiting_run_takes_it_from_the_queue(bench: Workbench, waiting_run: str) -> None:
    bench.stop(waiting_run, "ann")
    assert bench.state(bench.run(waiting_run, "ann")).status == "stopped"


def test_contradictions_are_refused_before_anything_is_made(bench: Workbench, dataset: Dataset) -> None:
    recipe = replace(bench.preset("quick", dataset), compute_dtype="float16")
    with pytest.raises(RecipeError):
        bench.start(dataset.fingerprint, recipe, "ann")
    assert bench.my_runs("ann") == []


def test_a_model_that_writes_text_is_refused_for_labels(bench: Workbench, dataset: Dataset) -> None:
    recipe = replace(bench.preset("quick", dataset), model="HuggingFaceTB/SmolLM2-135M-Instruct")
    assert [problem.code for problem in bench.problems(recipe)] == ["causal_for_labels"]


def test_an_unfinished_run_has_nothing_to_compare(bench: Workbench, waiting_run: str) -> None:
    with pytest.raises(RunError) as caught:
        bench.comparison(waiting_run, "ann")
    assert caught.value.code == "not_finished"


def test_english_gets_minilm_and_chinese_gets_multilingual_e5(bench: Workbench, dataset: Dataset) -> None:
    chinese = "评论,情感\n" + "".join(f"质量很好 {row},好评\n做工太差 {row},差评\n" for row in range(20))
    other = bench.keep(bench.inspect(chinese.encode(), "评论.csv"), "ann")
    assert bench.recommend(dataset).id == "sentence-transformers/all-MiniLM-L6-v2"
    assert bench.recommend(other).id == "intfloat/multilingual-e5-small"


def test_the_command_is_the_line_that_start_runs(bench: Workbench, dataset: Dataset) -> None:
    line = bench.command(bench.preset("quick", dataset))
    assert "accelerate" in line
    assert "-m playground.training" in line


def test_the_estimate_is_there_before_the_first_run(bench: Workbench, dataset: Dataset) -> None:
    estimate = bench.estimate(bench.preset("quick", dataset), dataset)
    assert estimate.seconds > 0
    assert estimate.memory_mb > 0


def test_the_home_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "mine"))
    assert default_home() == tmp_path / "mine"


def test_the_house_is_kept_even_after_a_failed_tick(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks, twice, stop = [], threading.Event(), threading.Event()

    def tick() -> None:
        ticks.append(1)
        if len(ticks) > 1:
            twice.set()
        raise PlaygroundError("not_found", name="gone")

    monkeypatch.setattr(bench, "tick", tick)
    thread = bench.keep_house(stop)
    assert twice.wait(30)
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
