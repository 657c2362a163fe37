"""Several seeds: each is a run of its own on the same split, the first one's adapter is kept, and it can end and go on anywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from safetensors.torch import load_file

from playground.devices import Device
from playground.recipe import Recipe
from playground.runs.events import EvaluationEvent, SeedEvent, StepEvent
from playground.runs.folder import RunFolder, write_json
from playground.runs.types import Result, SeveralSeeds
from playground.tasks import get_task
from playground.training import train, watch
from tests.training.conftest import MINILM, MakeRun, events_of

SETTINGS = {"epochs": 1, "learning_rate": 5e-3}
LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)


@pytest.fixture(scope="module")
def runs(make_shared_run: MakeRun) -> dict[str, RunFolder]:
    asked = {"several": {"seeds": 3}, "first": {}, "second": {"seed": 43}}
    found = {name: make_shared_run(name, **SETTINGS, **more) for name, more in asked.items()}
    for run in found.values():
        assert train(run.path).ending == "finished", run.events.read_text(encoding="utf-8")[-500:]
    return found


def result_of(run: RunFolder) -> Result:
    return Result.from_json(run.result.read_text(encoding="utf-8"))


def seeds_of(run: RunFolder) -> SeveralSeeds:
    found = result_of(run).seeds
    assert found is not None
    return found


def score_of(run: RunFolder) -> float:
    frame, task = pd.read_parquet(run.predictions), get_task("text-classification")
    return task.score(frame["label"].tolist(), frame["tuned"].tolist()).values[task.primary_metric]


def test_each_seed_scores_what_a_run_of_its_own_does(runs: dict[str, RunFolder]) -> None:
    found = seeds_of(runs["several"])
    assert found.numbers == (42, 43, 44)
    assert found.values[:2] == (score_of(runs["first"]), score_of(runs["second"]))


def test_the_first_one_is_kept(runs: dict[str, RunFolder]) -> None:
    weights = [load_file(runs[name].adapter / "adapter_model.safetensors") for name in ("several", "first")]
    assert all((tensor == weights[1][name]).all() for name, tensor in weights[0].items())
    assert pd.read_parquet(runs["several"].predictions).equals(pd.read_parquet(runs["first"].predictions))


def test_a_single_seed_says_nothing_of_others(runs: dict[str, RunFolder]) -> None:
    assert result_of(runs["first"]).seeds is None
    assert not runs["first"].seeds.exists()


def test_the_curve_is_that_of_the_first(runs: dict[str, RunFolder]) -> None:
    def curve(name: str) -> list[tuple[float, float]]:
        return [(event.step, event.metric) for event in events_of(runs[name]) if isinstance(event, EvaluationEvent)]

    assert curve("several") == curve("first")
    scored = [event for event in events_of(runs["several"]) if isinstance(event, SeedEvent) and event.metric is not None]
    assert [(event.number, event.count, event.seed, event.metric) for event in scored] == [
        (place + 1, 3, number, value)
        for place, (number, value) in enumerate(zip(seeds_of(runs["several"]).numbers, seeds_of(runs["several"]).values, strict=True))
    ]


def test_the_time_left_counts_the_seeds_that_follow(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch.Watch, "_step_seconds", lambda self: 1.0)
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
    run = make_run(**SETTINGS, seeds=2)
    assert train(run.path).ending == "finished"
    first = [event for event in events_of(run) if isinstance(event, StepEvent)]
    second = [event for event in events_of(run) if isinstance(event, SeedEvent) and event.metric is None]
    assert first[0].eta_seconds >= 2 * first[0].total_steps - 1
    assert second[-1].eta_seconds < 1.0 + first[0].total_steps


def test_times_are_those_of_all_seeds(runs: dict[str, RunFolder]) -> None:
    first = Result.from_json(runs["several"].first.read_text(encoding="utf-8"))
    several = result_of(runs["several"])
    assert several.training_seconds > first.training_seconds
    assert several.total_seconds > first.total_seconds


def test_the_others_leave_a_number_and_no_weights(runs: dict[str, RunFolder]) -> None:
    left = {path.relative_to(runs["several"].seeds).as_posix() for path in runs["several"].seeds.rglob("*") if path.is_file()}
    assert left == {"first.json", "43/score.json", "44/score.json"}


def test_it_pauses_within_a_later_seed_and_goes_on(
    runs: dict[str, RunFolder], make_shared_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    run = make_shared_run("slices", **SETTINGS, seeds=3)
    asked = watch.Watch._reserve

    def reserve(self: watch.Watch, step: int) -> float:
        return 1e9 if step == 4 and self.around.recipe.seed == 44 else asked(self, step)

    monkeypatch.setattr(watch.Watch, "_reserve", reserve)
    assert train(run.path, time_budget=600.0).ending == "paused"
    assert not run.result.exists()
    assert run.adapter.is_dir()
    assert train(run.path, time_budget=600.0).ending == "finished"
    assert seeds_of(run) == seeds_of(runs["several"])


def test_it_stops_within_a_later_seed(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(**SETTINGS, seeds=2)
    asked = watch.Watch.on_step_end

    def on_step_end(self: watch.Watch, args: object, state: object, control: object, **more: object) -> None:
        if self.around.recipe.seed == 43:
            write_json(run.stop, {"time": 0.0})
        asked(self, args, state, control, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(watch.Watch, "on_step_end", on_step_end)
    outcome = train(run.path)
    assert (outcome.ending, outcome.step) == ("stopped", 9)  # of the adapter that is kept
    assert not run.result.exists()


def test_the_spread_is_that_of_a_sample() -> None:
    found = SeveralSeeds((1, 2, 3), (0.5, 0.7, 0.6))
    assert (found.mean, found.sd) == pytest.approx((0.6, 0.1))


def test_a_result_with_seeds_reads_back(runs: dict[str, RunFolder], tmp_path: Path) -> None:
    result = result_of(runs["several"])
    assert Result.from_json(result.to_json()) == result


def test_a_pretraining_has_one_seed() -> None:
    recipe = replace(Recipe(model=MINILM), task="language-modeling", seeds=2)
    assert [(problem.code, problem.facts["field"]) for problem in recipe.check(LAPTOP)] == [("setting_for_task", "seeds")]
