"""A whole run over a tiny model: what it leaves, and that slices, stops and resumes do not change what comes out."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import torch

from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    EvaluationEvent,
    Event,
    FailedEvent,
    FinishedEvent,
    PausedEvent,
    ReferenceEvent,
    StageEvent,
    StepEvent,
    StoppedEvent,
)
from playground.runs.folder import RunFolder
from playground.runs.types import Result
from playground.tasks import get_task
from playground.training import Outcome, attempt, train, watch
from tests.training.conftest import MakeRun, events_of, rows, splits

ALLOWED = {".json", ".jsonl", ".parquet", ".safetensors", ".md"}


@pytest.fixture(autouse=True)
def _tell_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)


@pytest.fixture(scope="module")
def finished(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
        assert train(folder.path) == Outcome("finished", 18)
    return folder


def of_kind(folder: RunFolder, kind: type[Event]) -> list[Event]:
    return [event for event in events_of(folder) if type(event) is kind]


def told(folder: RunFolder) -> dict[int, float]:
    """Loss of each step; a step told twice is told the same."""
    return {event.step: event.loss for event in of_kind(folder, StepEvent)}  # type: ignore[attr-defined]


def measured(folder: RunFolder) -> list[tuple[int, float, float, bool]]:
    return [(event.step, event.loss, event.metric, event.best) for event in of_kind(folder, EvaluationEvent)]  # type: ignore[attr-defined]


def predictions(folder: RunFolder) -> pd.DataFrame:
    return pd.read_parquet(folder.predictions)


def test_stages_come_in_order(finished: RunFolder) -> None:
    stages = [event.stage for event in of_kind(finished, StageEvent)]  # type: ignore[attr-defined]
    assert stages == ["preparing", "loading", "references", "training", "evaluating", "saving"]


def test_the_last_event_is_finished_and_comes_after_the_result(finished: RunFolder) -> None:
    last = events_of(finished)[-1]
    assert isinstance(last, FinishedEvent)
    assert finished.result.stat().st_mtime <= last.time + 0.01


def test_the_device_is_told_before_training(finished: RunFolder) -> None:
    kinds = [type(event) for event in events_of(finished)]
    assert kinds.index(DeviceEvent) < kinds.index(ReferenceEvent) < kinds.index(StepEvent)
    device = of_kind(finished, DeviceEvent)[0]
    assert isinstance(device, DeviceEvent)
    assert (device.world_size, device.model_source, device.attention) == (1, "folder", "eager")
    assert 0 < device.trainable_parameters < device.total_parameters


def test_every_step_is_told_once_with_sane_numbers(finished: RunFolder) -> None:
    steps = of_kind(finished, StepEvent)
    assert [step.step for step in steps] == list(range(1, 19))  # type: ignore[attr-defined]
    assert all(step.samples_per_second > 0 and step.memory_mb > 10 and step.eta_seconds >= 0 for step in steps)  # type: ignore[attr-defined]
    assert steps[-1].epoch == 2.0  # type: ignore[attr-defined]


def test_each_epoch_is_evaluated_and_the_last_step_is_a_checkpoint(finished: RunFolder) -> None:
    assert [step for step, *_ in measured(finished)] == [9, 18]
    assert [event.step for event in of_kind(finished, CheckpointEvent)][-1] == 18  # type: ignore[attr-defined]


def test_predictions_are_the_test_split_in_order_with_every_reference(finished: RunFolder) -> None:
    frame, original = predictions(finished), pd.read_parquet(finished.splits)
    wanted = original[original["split"] == "test"]
    assert frame["row"].tolist() == wanted["row"].tolist()
    assert frame["text"].tolist() == wanted["text"].tolist()
    assert list(frame.columns) == ["row", "text", "label", "tuned", "tuned_confidence", "majority", "zero_shot", "tfidf", "probe"]
    assert frame["tuned_confidence"].between(0, 1).all()


def test_the_result_says_what_was_measured(finished: RunFolder) -> None:
    result = Result.from_json(finished.result.read_text())
    assert (result.splits.train, result.splits.validation, result.splits.test) == (36, 12, 12)
    assert result.labels == ("delivery", "praise", "refund")
    assert result.best_step in (9, 18)
    assert result.best_metric == max(metric for _, _, metric, _ in measured(finished))
    assert 0 < result.training_seconds <= result.total_seconds
    assert result.samples_per_second > 0
    assert result.peak_memory_mb > 50


def test_nothing_in_the_folder_is_a_pickle_or_an_archive(make_run: MakeRun) -> None:
    folder = make_run()
    while train(folder.path, time_budget=0.0).ending == "paused":
        _no_pickle(folder.path)
    _no_pickle(folder.path)


def _no_pickle(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_file():
            start = path.read_bytes()[:4]
            assert path.suffix in ALLOWED, path
            assert start[:2] != b"PK", path
            assert not (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05" and path.suffix != ".safetensors"), path


def test_only_the_newest_checkpoint_and_the_best_are_kept(finished: RunFolder) -> None:
    assert sorted(path.name for path in finished.checkpoints.iterdir()) == ["best", "step-18"]


def test_no_file_carries_a_path_of_this_machine(finished: RunFolder, tmp_path: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in finished.path.rglob("*") if path.suffix in {".json", ".md", ".jsonl"}]
    assert not any(str(tmp_path.parent) in text for text in texts)


def test_a_finished_run_is_not_trained_again(finished: RunFolder, make_run: MakeRun) -> None:
    again = make_run()
    shutil.copytree(finished.path, again.path, dirs_exist_ok=True)
    assert train(again.path).ending == "finished"
    assert again.result.read_bytes() == finished.result.read_bytes()


HARD = {"lora_dropout": 0.2, "epochs": 3, "gradient_accumulation": 2, "early_stopping_patience": 2}


def test_slices_end_as_one_run_does(make_run: MakeRun) -> None:
    whole, sliced = make_run("whole", **HARD), make_run("sliced", **HARD)
    assert train(whole.path).ending == "finished"
    slices = 0
    while train(sliced.path, time_budget=0.0).ending == "paused":
        slices += 1
        torch.manual_seed(slices)  # a new process would not have the old one's random state either
    assert slices > 10
    assert told(sliced) == told(whole)
    assert measured(sliced) == measured(whole)
    pd.testing.assert_frame_equal(predictions(sliced), predictions(whole))


def test_slices_compute_the_references_once(make_run: MakeRun) -> None:
    folder = make_run(epochs=1)
    while train(folder.path, time_budget=0.0).ending == "paused":
        pass
    names = [event.name for event in of_kind(folder, ReferenceEvent)]  # type: ignore[attr-defined]
    assert sorted(names) == ["majority", "probe", "tfidf", "zero_shot"]
    assert len(of_kind(folder, PausedEvent)) > 5


def test_embedding_goes_on_where_a_slice_ended(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.sequence.vectors._PIECE", 1)
    whole, sliced = make_run("whole", epochs=1), make_run("sliced", epochs=1)
    train(whole.path)
    paused_while_embedding = 0
    while train(sliced.path, time_budget=0.0).ending == "paused":
        paused_while_embedding += (sliced.path / "references" / "vectors.safetensors").exists()
    assert paused_while_embedding >= 1
    assert predictions(sliced)["probe"].tolist() == predictions(whole)["probe"].tolist()


def test_a_generous_budget_changes_nothing(make_run: MakeRun) -> None:
    assert train(make_run().path, time_budget=3600.0).ending == "finished"


def stop_after(step: int, folder: RunFolder) -> Iterator[bool]:
    """Answers to "shall I stop?", yes once that step has been told."""
    while True:
        yield folder.events.exists() and f'"step": {step},' in folder.events.read_text()


def test_stopped_before_the_first_step_it_says_so(make_run: MakeRun) -> None:
    folder = make_run()
    folder.stop.write_text("{}")
    assert train(folder.path) == Outcome("stopped", 0)
    assert events_of(folder)[-1] == StoppedEvent(time=events_of(folder)[-1].time, step=0)


@pytest.mark.parametrize("step", [5, 9], ids=["within an epoch", "where an evaluation is due"])
def test_a_stop_keeps_a_checkpoint_and_resume_ends_as_one_run_does(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    whole, stopped = make_run("whole", lora_dropout=0.1), make_run("stopped", lora_dropout=0.1)
    train(whole.path)
    answers = stop_after(step, stopped)
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "stop_requested", lambda _: next(answers))
        assert train(stopped.path) == Outcome("stopped", step)
    assert isinstance(events_of(stopped)[-1], StoppedEvent)
    assert any(stopped.checkpoints.iterdir())
    assert train(stopped.path).ending == "finished"
    assert told(stopped) == told(whole)
    assert measured(stopped) == measured(whole)
    pd.testing.assert_frame_equal(predictions(stopped), predictions(whole))


def test_an_unfinished_checkpoint_is_not_gone_on_from(make_run: MakeRun) -> None:
    folder = make_run(epochs=1)
    while not any(folder.checkpoints.glob("step-*")):
        train(folder.path, time_budget=0.0)
    complete = next(folder.checkpoints.glob("step-*"))
    (folder.checkpoints / ".step-99.part").mkdir()
    (folder.checkpoints / "step-98").mkdir()
    assert train(folder.path).ending == "finished"
    assert f"{complete.name}" != "step-98"
    assert max(told(folder)) == 9


def test_training_stops_early_when_validation_no_longer_improves(make_run: MakeRun) -> None:
    folder = make_run(epochs=30, early_stopping_patience=1, learning_rate=0.05, warmup_ratio=0.0)
    assert train(folder.path).ending == "finished"
    assert len(measured(folder)) < 20
    assert not measured(folder)[-1][3]


def test_the_best_adapter_answers_in_the_end(make_run: MakeRun) -> None:
    folder = make_run(epochs=6, learning_rate=0.03, warmup_ratio=0.0)
    train(folder.path)
    result, task = Result.from_json(folder.result.read_text()), get_task("text-classification")
    from playground.training.answer import load

    loaded = load(folder.path)
    frame = pd.read_parquet(folder.splits)
    validation = frame[frame["split"] == "validation"]
    answers = [max(one.tuned, key=lambda label: one.tuned[label]) for one in loaded.answer(validation["text"].tolist())]
    score = task.score(validation["label"].tolist(), answers).values[task.primary_metric]
    assert score == pytest.approx(result.best_metric)


def test_a_loss_that_explodes_ends_the_run_with_its_cause(make_run: MakeRun) -> None:
    folder = make_run(learning_rate=1e30, warmup_ratio=0.0)
    assert train(folder.path).ending == "failed"
    last = events_of(folder)[-1]
    assert isinstance(last, FailedEvent)
    assert last.code == "loss_not_finite"
    assert last.facts["step"] <= 4  # type: ignore[operator]


def test_a_label_training_never_saw_ends_the_run_with_its_cause(make_run: MakeRun) -> None:
    frame = splits(rows())
    frame.loc[4, "label"] = "unheard of"
    folder = make_run(frame=frame)
    train(folder.path)
    last = events_of(folder)[-1]
    assert isinstance(last, FailedEvent)
    assert (last.code, last.facts["label"]) == ("label_not_in_training", "unheard of")


def test_step_events_are_rare_when_steps_are_short(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 3600.0)
    folder = make_run()
    train(folder.path)
    assert sorted(told(folder)) == [1, 9, 18]


@pytest.mark.parametrize(
    "settings",
    [
        {"quantization": "nf4", "double_quantization": True},
        {"quantization": "int8"},
        {"quantization": "fp4"},
        {"optimizer": "adafactor", "schedule": "inverse-sqrt", "balance": "oversample"},
        {"optimizer": "sgd", "learning_rate": 0.05, "schedule": "polynomial", "balance": "class-weights", "label_smoothing": 0.1},
        {"lora_plus": 8.0, "rank_stabilized": True, "max_grad_norm": 0.0},
        {"method": "last-layers", "last_layers": 1, "learning_rate": 5e-4},
        {"method": "dora", "gradient_checkpointing": True},
        {"augmentation": "word-swap", "augmentation_share": 1.0, "balance": "oversample"},
    ],
    ids=str,
)
def test_slices_of_every_kind_end_as_one_run_does(make_run: MakeRun, settings: dict[str, object]) -> None:
    few = splits(rows(30))
    whole, sliced = (make_run(name, frame=few, epochs=1, **settings) for name in ("whole", "sliced"))
    assert train(whole.path).ending == "finished"
    while train(sliced.path, time_budget=0.0).ending == "paused":
        pass
    assert told(sliced) == told(whole)
    pd.testing.assert_frame_equal(predictions(sliced), predictions(whole))


def test_varied_copies_are_trained_on_and_nothing_else_sees_them(make_run: MakeRun) -> None:
    plain, varied = make_run("plain", epochs=1), make_run("varied", epochs=1, augmentation="word-dropout", augmentation_share=1.0)
    for folder in (plain, varied):
        assert train(folder.path).ending == "finished"
    assert max(told(varied)) > max(told(plain))
    references = [event.metric for event in of_kind(plain, ReferenceEvent)]  # type: ignore[attr-defined]
    assert [event.metric for event in of_kind(varied, ReferenceEvent)] == references  # type: ignore[attr-defined]
    assert (
        Result.from_json(varied.result.read_text(encoding="utf-8")).splits
        == Result.from_json(plain.result.read_text(encoding="utf-8")).splits
    )


def test_bf16_where_the_processor_is_fast_at_it(make_run: MakeRun) -> None:
    folder = make_run(compute_dtype="bfloat16", epochs=1)
    assert train(folder.path).ending == "finished"
    assert json.loads(folder.result.read_text())["compute_dtype"] == "bfloat16"


def test_the_clock_counts_from_the_start() -> None:
    assert not attempt.Clock(time.monotonic(), None).over(1e9)
    assert attempt.Clock(time.monotonic() - 5, 5.0).over()
    assert attempt.Clock(time.monotonic() - 3, 5.0).over(3.0)
    assert not attempt.Clock(time.monotonic() - 3, 5.0).over(1.0)
