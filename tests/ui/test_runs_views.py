"""What the Runs tab says in every state of a run, in both languages, from real run folders."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from playground.data.types import TaskName
from playground.errors import RunError
from playground.runs.events import DownloadEvent, SmallerPlanEvent, Stage
from playground.runs.folder import RunFolder
from playground.runs.store import RunStore
from playground.runs.types import Run, RunState
from playground.tasks import TASKS
from playground.ui.run_words import RunView, compared, sentence, status_line
from playground.ui.runs_charts import charts_html, loss_chart, metric_chart
from playground.ui.runs_list import list_html, log_html
from playground.ui.runs_views import now_html
from playground.ui.traces import Trace, Traces
from playground.ui.viewer import Viewer
from playground.words import LANGUAGES, Language
from playground.workbench import Workbench
from tests.ui.seeds import Seed, Seeder
from tests.ui.task_seeds import TaskSeed, finished


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def seeder(store: RunStore) -> Seeder:
    return Seeder(store)


def view(store: RunStore, run: Run) -> RunView:
    return RunView(run, store.state(run), Traces(store.events).of(run), "macro_f1")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_running_run_shows_step_epoch_rate_time_left_device_and_memory(store: RunStore, seeder: Seeder) -> None:
    said = plain(now_html(view(store, seeder.running(Seed(), until=63)), "en"))
    for fact in ("Step 63 / 120", "Epoch 2.6 / 5", "157 rows/s", "Time left 0:28", "CPU · bf16", "0.9 GB"):
        assert fact in said


def test_a_running_run_shows_which_station_it_is_at(store: RunStore, seeder: Seeder) -> None:
    html = now_html(view(store, seeder.running(Seed())), "en")
    assert '<li class="here" aria-current="step">Train</li>' in html
    assert '<li class="done">References</li>' in html
    assert '<li class="ahead">Evaluate</li>' in html


def test_the_bar_is_as_long_as_the_share_of_steps_done(store: RunStore, seeder: Seeder) -> None:
    assert 'style="width:50.0%"' in now_html(view(store, seeder.running(Seed(), until=60)), "en")


def test_before_the_first_event_it_says_that_the_process_starts(store: RunStore, seeder: Seeder) -> None:
    run = seeder.prepared(Seed())
    fresh = RunView(run, RunState("running"), Trace(), "macro_f1")
    assert sentence(fresh, "en") == "Starting the training process"
    assert "run-bar open" in now_html(fresh, "en")


def test_a_download_names_its_source_and_how_far_it_is(store: RunStore, seeder: Seeder) -> None:
    trace = Trace(download=DownloadEvent(source="package", done_bytes=45_000_000, total_bytes=91_000_000))
    state = RunState("running", stage="downloading")
    assert sentence(RunView(seeder.prepared(Seed()), state, trace, "macro_f1"), "en").endswith("from the package index: 45 MB of 91 MB")


def test_a_waiting_run_shows_its_place(store: RunStore, seeder: Seeder) -> None:
    seeder.waiting(Seed())
    second = view(store, seeder.waiting(Seed()))
    assert sentence(second, "en").startswith("Number 2 in the queue")
    assert status_line(second, "en") == "waiting, number 2"


def test_a_stopped_run_says_what_was_kept(store: RunStore, seeder: Seeder) -> None:
    said = sentence(view(store, seeder.stopped(Seed(), until=63)), "en")
    assert said == "Stopped after step 63 of 120. The checkpoint of step 60 is kept; Resume goes on from it."


def test_a_run_stopped_before_any_checkpoint_says_so(store: RunStore, seeder: Seeder) -> None:
    assert "nothing was trained yet" in sentence(view(store, seeder.stopped(Seed(), until=5)), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failed_run_shows_cause_and_remedy_in_the_persons_language(store: RunStore, seeder: Seeder, language: Language) -> None:
    run = seeder.prepared(Seed())
    cause = RunError("not_finished", name="x")
    html = now_html(RunView(run, RunState("failed", cause=cause, seconds=3), Trace(), "macro_f1"), language)
    assert cause.message(language) in html
    assert cause.remedy(language) in html
    assert 'role="alert"' in html


def test_a_finished_run_says_how_long_it_took_and_its_best(store: RunStore, seeder: Seeder) -> None:
    finished = view(store, seeder.finished(Seed()))
    said = r"Finished in 1 min 1\d s\. Best validation macro-F1: \.8\d, at step \d+; that adapter is kept\."
    assert re.search(said, sentence(finished, "en"))
    assert status_line(finished, "en").startswith("finished in 1 min")


def test_the_line_under_the_tab_counts_down(store: RunStore, seeder: Seeder) -> None:
    running = view(store, seeder.running(Seed(), until=60))
    assert status_line(running, "en") == "training 50 % · 0:30 left"
    assert status_line(running, "zh") == "训练 50% · 剩余 0:30"


def test_names_a_person_chose_are_escaped(store: RunStore, seeder: Seeder) -> None:
    running = view(store, seeder.running(Seed(name='<img src=x onerror="alert(1)">.csv')))
    for html in (now_html(running, "en"), list_html([running], None, "en")):
        assert "<img" not in html


def test_both_charts_grow_with_the_events(store: RunStore, seeder: Seeder) -> None:
    early, late = (view(store, seeder.running(Seed(), until=until)) for until in (30, 90))

    def points(seen: RunView) -> list[int]:
        return [sum(map(int, re.findall(r'data-points="(\d+)"', chart))) for chart in charts_html(seen, "en").split("</figure>")[:2]]

    assert all(later > sooner for sooner, later in zip(points(early), points(late), strict=True))


def test_the_metric_chart_names_every_reference_with_its_value(store: RunStore, seeder: Seeder) -> None:
    chart = metric_chart(view(store, seeder.running(Seed())), "en")
    assert [(level.name, level.shown) for level in chart.levels] == [
        ("most frequent", ".05"), ("label names", ".62"), ("TF-IDF", ".78"), ("probe", ".80"),
    ]  # fmt: skip


def test_a_long_curve_is_smoothed_and_a_short_one_is_not(store: RunStore, seeder: Seeder) -> None:
    assert len(loss_chart(view(store, seeder.running(Seed(), until=5)), "en").lines) == 2
    assert len(loss_chart(view(store, seeder.running(Seed(), until=50)), "en").lines) == 3


def test_the_list_has_a_row_for_every_run_and_marks_the_chosen_one(store: RunStore, seeder: Seeder) -> None:
    views = [view(store, seeder.finished(Seed())), view(store, seeder.failed(Seed())), view(store, seeder.waiting(Seed()))]
    html = list_html(views, views[1].run.id, "en")
    assert html.count("<tr") == 4
    assert f'<tr class="chosen" aria-current="true" data-run="{views[1].run.id}">' in html


def test_a_row_can_be_reached_with_the_keyboard(store: RunStore, seeder: Seeder) -> None:
    assert '<button type="button" class="run-open"' in list_html([view(store, seeder.finished(Seed()))], None, "en")


def test_an_empty_list_is_nothing_at_all() -> None:
    assert list_html([], None, "en") == ""


def test_the_log_is_escaped_and_says_when_its_beginning_is_cut() -> None:
    html = log_html("<b>loss</b>\n", True, "en")
    assert "&lt;b&gt;loss&lt;/b&gt;" in html
    assert "console.log" in html


def test_an_empty_log_says_so() -> None:
    assert "Nothing printed yet." in log_html("", False, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_can_be_said_in_every_language(store: RunStore, seeder: Seeder, language: Language) -> None:
    runs = [
        seeder.prepared(Seed()), seeder.waiting(Seed()), seeder.running(Seed()), seeder.stopped(Seed()), seeder.failed(Seed()),
        seeder.finished(Seed()),
    ]  # fmt: skip
    for run in runs:
        seen = view(store, run)
        assert seen.state.status in now_html(seen, language)
        assert charts_html(seen, language)
        assert status_line(seen, language)


def test_a_run_with_varied_copies_says_what_they_did_or_how_to_find_out(store: RunStore, seeder: Seeder) -> None:
    shown = view(store, seeder.finished(Seed()))
    varied = replace(shown, run=replace(shown.run, recipe=replace(shown.run.recipe, augmentation="word-swap")))
    assert "varied copies" not in plain(now_html(shown, "en"))
    assert "train once more" in plain(now_html(varied, "en"))
    assert "without them reached .51" in plain(now_html(replace(varied, without_variations=0.512), "en"))


def test_the_run_without_varied_copies_is_the_one_that_differs_in_nothing_else(tmp_path: Path, seeder: Seeder, store: RunStore) -> None:
    bench = Workbench(tmp_path / "home")
    bench.runs = store
    shown = view(store, seeder.finished(Seed()))
    assert shown.trace.best is not None
    viewer, recipe = Viewer(bench), shown.run.recipe
    rows = viewer.rows(shown.run.owner)
    run = replace(shown.run, id="another", recipe=replace(recipe, augmentation="word-swap", augmentation_share=0.9))
    varied = replace(shown, run=run)
    assert compared(varied, rows).without_variations == shown.trace.best.metric
    assert compared(replace(varied, run=replace(run, recipe=replace(run.recipe, epochs=99))), rows).without_variations is None
    assert compared(varied, viewer.rows("somebody else")).without_variations is None


def of_task(store: RunStore, task: TaskName) -> RunView:
    run = finished(store, TaskSeed(task))
    return RunView(run, store.state(run), Traces(store.events).of(run), TASKS[task].watched_metric)


def test_a_perplexity_is_written_as_one_and_its_axis_is_no_share(store: RunStore) -> None:
    seen = of_task(store, "language-modeling")
    chart = metric_chart(seen, "en")
    assert "Best validation perplexity: 21.0, at step 120" in sentence(seen, "en")
    assert (chart.y_floor, chart.y_ceiling) == (0.0, math.inf)
    assert chart.mark is not None
    assert chart.mark[1] == "best 21.0"
    assert chart.shown(21.04) == "21.0"


def test_a_reference_far_above_a_falling_curve_is_named_with_an_arrow_and_flattens_nothing(store: RunStore) -> None:
    html = charts_html(of_task(store, "language-modeling"), "en")
    assert "↑ frequency <b>900</b>" in html
    assert html.count('class="level"') == 1  # that of the untuned model, which is near


def test_a_correlation_may_lie_below_zero(store: RunStore) -> None:
    assert metric_chart(of_task(store, "regression"), "en").y_floor == -1.0


def test_a_reference_without_a_value_is_left_out(store: RunStore) -> None:
    seen = of_task(store, "generation")
    seen.trace.references["nearest"] = math.nan
    assert "similar prompt" not in [level.name for level in metric_chart(seen, "en").levels]


def test_a_list_of_several_tasks_says_which_metric_each_score_is(store: RunStore) -> None:
    views = [of_task(store, "regression"), of_task(store, "language-modeling")]
    said = plain(list_html(views, None, "en"))
    assert "Validation score" in said
    assert ".86 Pearson" in said
    assert "21.0 perplexity" in said
    assert "Validation Pearson" in plain(list_html(views[:1], None, "en"))


def test_the_head_of_a_run_names_its_task(store: RunStore) -> None:
    assert "tagged tokens · MiniLM L6" in plain(now_html(of_task(store, "token-classification"), "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_a_run_of_every_task_can_be_shown_in_every_language(store: RunStore, task: TaskName, language: Language) -> None:
    seen = of_task(store, task)
    assert seen.trace.best is not None
    assert seen.scale.shown(seen.trace.best.metric) in sentence(seen, language)
    assert charts_html(seen, language).count("<figure") == 2


def test_a_stage_of_a_newer_version_does_not_break_the_page(store: RunStore, seeder: Seeder) -> None:
    run = seeder.prepared(Seed())
    state = RunState("running", stage=cast(Stage, "polishing"))
    later = RunView(run, state, Trace(references={"oracle": 0.9}), "macro_f1")
    assert sentence(later, "en") == "Working"
    assert status_line(later, "en") == "Working …"
    assert "run-path" not in now_html(later, "en")
    assert "oracle" in charts_html(later, "en")


def test_an_event_of_a_newer_version_is_passed_over(store: RunStore, seeder: Seeder) -> None:
    run = seeder.finished(Seed())
    before = Traces(store.events).of(run)
    with RunFolder(run.folder).events.open("a", encoding="utf-8") as events:
        events.write('{"kind": "sang", "time": 1.0, "song": "la"}\n')
    after = Traces(store.events).of(run)
    assert (after.losses, after.evaluations) == (before.losses, before.evaluations)


@pytest.mark.parametrize("again", [False, True])
def test_a_run_that_goes_on_with_less_memory_says_what_changed(store: RunStore, seeder: Seeder, again: bool) -> None:
    seen = view(store, seeder.running(Seed()))
    assert "Memory ran out" not in now_html(seen, "en")
    seen.trace.smaller = SmallerPlanEvent(asked_batch_size=32, batch_size=8, gradient_accumulation=4, gradient_checkpointing=again)
    said = plain(now_html(seen, "en"))
    assert "Memory ran out with batches of 32, so it works with batches of 8, 4 summed up for each step" in said
    assert ("activations again" in said) is again
    assert "批次为 32 时内存不够，已改为 8，每步累积 4 批" in now_html(seen, "zh")
