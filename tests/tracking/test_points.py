"""What the events of a run come to as points, however often it was interrupted."""

from __future__ import annotations

import math

from playground.compare import compare
from playground.runs.events import CheckpointEvent, Event, SeedEvent, StageEvent
from playground.tracking.points import Story, conclusion, points_of
from tests.tracking.conftest import evaluation, interrupted, step
from tests.ui.seeds import Seed, answers, result


def story_of(events: list[Event]) -> Story:
    story = Story("macro_f1")
    for event in events:
        story.add(event)
    return story


def test_a_step_gives_loss_rate_speed_and_memory() -> None:
    found = {point.tag: point.value for point in points_of(step(3), "macro_f1")}
    assert found == {
        "train/loss": 0.5, "train/learning_rate": 1e-3, "train/epoch": 0.6, "train/samples_per_second": 100.0, "train/memory_mb": 900.0,
    }  # fmt: skip


def test_an_evaluation_is_called_by_the_watched_metric() -> None:
    assert [point.tag for point in points_of(evaluation(5), "perplexity")] == ["validation/loss", "validation/perplexity"]


def test_points_keep_the_time_of_their_event() -> None:
    assert {point.time for point in points_of(step(3), "macro_f1")} == {1_003.0}


def test_no_point_is_there_twice_after_an_interruption() -> None:
    places = [(point.tag, point.step) for point in story_of(interrupted()).points]
    assert len(places) == len(set(places))


def test_what_came_after_the_checkpoint_is_forgotten_even_where_it_is_not_told_again() -> None:
    losses = {point.step: point.value for point in story_of(interrupted()).points if point.tag == "train/loss"}
    assert losses == {**dict.fromkeys(range(1, 6), 9.0), **dict.fromkeys(range(7, 11), 0.5)}


def test_a_run_that_begins_anew_keeps_nothing_of_before() -> None:
    again = [step(1, loss=9.0), step(2, loss=9.0), CheckpointEvent(step=2), StageEvent(stage="preparing"), step(1)]
    assert [point.value for point in story_of(again).points if point.tag == "train/loss"] == [0.5]


def test_an_evaluation_that_was_left_undone_comes_before_the_first_step() -> None:
    story = story_of([step(5), CheckpointEvent(step=5), StageEvent(stage="preparing"), evaluation(5)])
    assert (story.goes_on, story.stepped) == (True, False)
    assert [point.step for point in story.points if point.tag == "validation/loss"] == [5]


def test_points_rise_in_step() -> None:
    steps = [point.step for point in story_of(interrupted()).points]
    assert steps == sorted(steps)


def test_what_another_seed_scored_is_a_point_and_how_far_it_is_none() -> None:
    far = SeedEvent(seed=43, number=2, count=3, step=5, total_steps=10, eta_seconds=1.0)
    done = SeedEvent(seed=43, number=2, count=3, step=10, total_steps=10, eta_seconds=0.0, metric=0.8)
    assert [(point.tag, point.step, point.value) for point in story_of([far, done]).points] == [("seeds/test_score", 2, 0.8)]


def test_the_end_has_the_scores_of_all_and_the_verdict() -> None:
    ended, comparison = result(Seed()), compare(result(Seed()), answers(Seed()))
    found = {point.tag: point for point in conclusion(ended, comparison, 5.0)}
    assert found["verdict_test_macro_f1/tuned"].value == comparison.tuned.values["macro_f1"]
    assert {tag.partition("/")[2] for tag in found if tag.startswith("verdict_test_macro_f1/")} == {"tuned", *ended.references}
    assert math.isclose(found["verdict/change"].value, comparison.verdict.delta)
    assert {point.step for point in found.values()} == {ended.best_step}
