"""A run of several seeds: how far it is, and what all of them came to, on the run page and beside the verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.compare import compare
from playground.runs.events import SeedEvent, StepEvent
from playground.runs.store import RunStore
from playground.runs.types import RunState, SeveralSeeds
from playground.ui.compare_views import verdict_html
from playground.ui.run_words import RunView, sentence, status_line
from playground.ui.runs_views import now_html
from playground.ui.seeds_line import seeds_line
from playground.ui.traces import Trace
from playground.words import LANGUAGES, Language
from tests.ui.seeds import Seed, Seeder, answers, result

SEVERAL = SeveralSeeds((42, 43, 44), (0.8, 0.84, 0.82))
STEP = StepEvent(
    step=100, total_steps=100, epoch=5, loss=0.1, learning_rate=0.0, samples_per_second=9, eta_seconds=400, memory_mb=900
)  # fmt: skip


def seed(number: int, step: int, metric: float | None = None, eta: float = 75.0) -> SeedEvent:
    return SeedEvent(seed=41 + number, number=number, count=3, step=step, total_steps=100, eta_seconds=eta, metric=metric)


@pytest.fixture
def training(tmp_path: Path) -> RunView:
    """The first seed is done, the second half trained."""
    run = Seeder(RunStore(tmp_path)).running(Seed())
    trace = Trace()
    trace.add([STEP, seed(1, 100, metric=0.8), seed(2, 50)])
    return RunView(replace(run, recipe=replace(run.recipe, seeds=3)), RunState("running", "training"), trace, "macro_f1")


def test_how_far_it_is_counts_all_seeds(training: RunView) -> None:
    assert training.share == pytest.approx(0.5)
    assert "50" in status_line(training, "en")
    assert "1:15" in now_html(training, "en")


def test_the_first_seed_is_a_part_of_the_whole(training: RunView) -> None:
    trace = Trace()
    trace.add([replace(STEP, step=50)])
    first = replace(training, trace=trace)
    assert first.share == pytest.approx(1 / 6)
    assert first.trace.left_seconds == 400


def test_nobody_knows_the_time_left_between_two_seeds(training: RunView) -> None:
    training.trace.add([seed(2, 100, metric=0.84)])
    assert training.trace.left_seconds is None
    assert training.share == pytest.approx(2 / 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_says_which_seed_is_trained(training: RunView, language: Language) -> None:
    assert "2" in sentence(training, language)
    assert "3" in sentence(training, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finished_run_says_mean_and_spread(training: RunView, language: Language) -> None:
    training.trace.add([seed(2, 100, metric=0.84), seed(3, 100, metric=0.82)])
    done = replace(training, state=RunState("finished", seconds=90))
    assert ".82 ± .02" in now_html(done, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_the_verdict_stands_how_much_of_it_is_luck(language: Language) -> None:
    said = verdict_html(compare(replace(result(Seed()), seeds=SEVERAL), answers(Seed())), language)
    assert seeds_line(SEVERAL, "text-classification", language) in said
    assert "±" not in verdict_html(compare(result(Seed()), answers(Seed())), language)
