"""The one door enforces who owns what, and prepares a run without torch in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.data.mending.augment import vary
from playground.data.types import ColumnChoice, Dataset, Reading, Step
from playground.devices import Device
from playground.errors import DatasetError, PlaygroundError, RecipeError, RunError
from playground.models import get_model, own
from playground.runs.folder import RunFolder
from playground.workbench import Workbench, default_home
from playground.workbench import data as data_half
from playground.workbench.looks import Kept

CPU = Device("cpu", "CPU", 1, 2, 24_000, bf16=True)
ROWS = "text,label\n" + "".join(f"{word} number {row},{word}\n" for word in ("alpha", "beta") for row in range(20))


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path, device=CPU)


@pytest.fixture
def dataset(bench: Workbench) -> Dataset:
    return bench.keep(bench.inspect(ROWS.encode(), "rows.csv"), "ann")


@pytest.fixture
def draft(bench: Workbench) -> str:
    return bench.open([(ROWS.encode(), "rows.csv")], "ann").id


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


def test_a_model_that_writes_tells_labels_in_words_and_has_no_head(bench: Workbench, dataset: Dataset) -> None:
    recipe = replace(bench.preset("quick", dataset, "HuggingFaceTB/SmolLM2-135M-Instruct"), learning_rate=5e-4)
    assert bench.problems(recipe) == ()
    wrong = replace(recipe, method="head", label_smoothing=0.1)
    assert [problem.code for problem in bench.problems(wrong)] == ["head_of_a_writer", "smoothing_of_a_writer"]
    assert [problem.facts["field"] for problem in bench.problems(wrong)] == ["method", "label_smoothing"]


def test_a_model_that_cannot_do_the_task_is_refused(bench: Workbench, dataset: Dataset) -> None:
    recipe = replace(bench.preset("quick", dataset), task="generation", balance="none")
    assert "model_kind_for_task" in [problem.code for problem in bench.problems(recipe)]


def test_pairs_of_texts_are_not_for_a_model_that_writes(bench: Workbench, dataset: Dataset) -> None:
    recipe = replace(bench.preset("quick", dataset), model="HuggingFaceTB/SmolLM2-135M-Instruct", method="contrastive", batch_size=8)
    assert "contrastive_model" in [problem.code for problem in bench.problems(recipe)]


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


def test_varied_copies_are_shown_before_the_run_as_it_will_make_them(bench: Workbench) -> None:
    rows = ROWS.replace("number", "is the word of number")
    dataset = bench.keep(bench.inspect(rows.encode(), "rows.csv"), "ann")
    recipe = replace(bench.preset("quick", dataset), augmentation="word-swap")
    pairs = bench.variations(dataset.fingerprint, recipe, "ann")
    assert pairs
    assert all(after == vary(before, "word-swap", recipe.seed) != before for before, after in pairs)
    assert bench.variations(dataset.fingerprint, replace(recipe, augmentation="none"), "ann") == []
    with pytest.raises(DatasetError):
        bench.variations(dataset.fingerprint, recipe, "bob")


# Drafts


def _code(deed: Callable[[], object]) -> str:
    with pytest.raises(DatasetError) as caught:
        deed()
    return caught.value.code


def test_a_draft_is_looked_at_mended_and_kept(bench: Workbench, draft: str) -> None:
    assert bench.look(draft, "ann").labels == {"alpha": 20, "beta": 20}
    bench.mend(draft, "ann", Step("drop_rows", (0, 1)), Step("rename_labels", (), {"beta": "omega"}))
    look = bench.look(draft, "ann")
    assert (look.labels, len(look.steps)) == ({"omega": 20, "alpha": 18}, 2)
    dataset = bench.keep_draft(draft, "ann")
    assert (dataset.rows, dataset.steps, dataset.draft) == (38, look.steps, draft)
    assert bench.draft(draft, "ann").dataset == dataset.fingerprint


def test_undo_brings_back_what_was_before_the_last_press(bench: Workbench, draft: str) -> None:
    before = bench.keep_draft(draft, "ann")
    bench.mend(draft, "ann", Step("drop_rows", (0,)), Step("drop_rows", (1,)))
    assert bench.keep_draft(draft, "ann").rows == 38
    bench.undo(draft, "ann")
    assert bench.keep_draft(draft, "ann") == before


@pytest.mark.parametrize(
    "deed",
    ["draft", "look", "undo", "discard", "keep_draft", "survey", "start_survey", "cancel_survey"],
)
def test_another_owner_cannot_reach_a_draft(bench: Workbench, draft: str, deed: str) -> None:
    assert _code(lambda: getattr(bench, deed)(draft, "bob")) == "not_found"
    assert bench.draft(draft, "ann").owner == "ann"


def test_another_owner_cannot_change_a_draft(bench: Workbench, draft: str) -> None:
    assert _code(lambda: bench.mend(draft, "bob", Step("drop_rows", (0,)))) == "not_found"
    assert _code(lambda: bench.reread(draft, "bob", Reading(delimiter=";"))) == "not_found"
    assert bench.draft(draft, "ann").changes == ()


def test_a_step_that_does_not_fit_is_not_recorded(bench: Workbench, draft: str) -> None:
    assert _code(lambda: bench.mend(draft, "ann", Step("drop_rows", (0,)), Step("move_to_train", (1,)))) == "step_needs_splits"
    assert bench.draft(draft, "ann").changes == ()


def test_a_click_does_not_read_the_file_again(bench: Workbench, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bench.look(draft, "ann")
    monkeypatch.setattr(data_half, "read_tables", None)
    bench.mend(draft, "ann", Step("drop_rows", (0,)))
    assert bench.look(draft, "ann").table is first.table
    bench.undo(draft, "ann")
    assert bench.look(draft, "ann") is first


def test_another_column_keeps_the_steps_that_have_nothing_to_do_with_labels(bench: Workbench) -> None:
    rows = "text,mood,topic\n" + "".join(f"{word} number {row},{word},{'ab'[row % 2]}\n" for word in ("good", "bad") for row in range(20))
    id = bench.open([(rows.encode(), "rows.csv")], "ann", Reading(choice=ColumnChoice("text", "mood"))).id
    bench.mend(id, "ann", Step("drop_rows", (0,)), Step("rename_labels", (), {"good": "fine"}))
    bench.mend(id, "ann", Step("set_label", (5,), {"to": "bad"}))
    changed = bench.reread(id, "ann", Reading(choice=ColumnChoice("text", "topic")))
    assert changed.changes == ((Step("drop_rows", (0,)),),)
    assert bench.look(id, "ann").labels == {"b": 20, "a": 19}


def test_another_delimiter_takes_out_whatever_names_rows(bench: Workbench) -> None:
    id = bench.open([(ROWS.replace(",", ";").encode(), "rows.csv")], "ann", Reading(choice=ColumnChoice("text", "label"))).id
    bench.mend(id, "ann", Step("drop_rows", (0,)), Step("drop_duplicates"))
    assert bench.reread(id, "ann", Reading(delimiter="|")).steps == (Step("drop_duplicates"),)


def test_the_same_reading_spelled_out_keeps_every_step(bench: Workbench, draft: str) -> None:
    bench.mend(draft, "ann", Step("set_label", (0,), {"to": "beta"}))
    spelled = Reading("utf-8", ",", None, "text-classification", ColumnChoice("text", "label"))
    assert bench.reread(draft, "ann", spelled).steps == (Step("set_label", (0,), {"to": "beta"}),)


def test_a_reading_that_fails_leaves_the_draft_as_it_was(bench: Workbench, draft: str) -> None:
    assert _code(lambda: bench.reread(draft, "ann", Reading(choice=ColumnChoice("text", "nowhere")))) == "column_missing"
    assert bench.draft(draft, "ann").reading == Reading()


def test_a_file_that_cannot_be_read_is_a_draft_that_says_so(bench: Workbench) -> None:
    id = bench.open([(b"", "rows.csv")], "ann").id
    assert _code(lambda: bench.look(id, "ann")) == "file_empty"


def test_a_file_beyond_the_limit_is_not_kept(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_half, "LIMITS", replace(data_half.LIMITS, file_bytes=10))
    assert _code(lambda: bench.open([(b"12345", "a.csv"), (b"123456", "b.csv")], "ann")) == "file_too_large"
    assert bench.drafts.list("ann") == []


def test_what_a_draft_was_before_is_tidied_away_unless_a_run_uses_it(bench: Workbench, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.queue, "advance", lambda: None)
    first = bench.keep_draft(draft, "ann")
    bench.mend(draft, "ann", Step("drop_rows", (0,)))
    used = bench.keep_draft(draft, "ann")
    bench.start(used.fingerprint, bench.preset("quick", used), "ann")
    bench.mend(draft, "ann", Step("drop_rows", (1,)))
    last = bench.keep_draft(draft, "ann")
    later = time.time() + 2 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    bench.tick()
    assert {dataset.fingerprint for dataset in bench.my_datasets("ann")} == {used.fingerprint, last.fingerprint} != {first.fingerprint}


def test_a_run_shows_how_its_data_was_mended(bench: Workbench, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.queue, "advance", lambda: None)
    bench.mend(draft, "ann", Step("drop_rows", (0,)))
    dataset = bench.keep_draft(draft, "ann")
    run = bench.start(dataset.fingerprint, bench.preset("quick", dataset), "ann")
    assert bench.run(run.id, "ann").steps == (Step("drop_rows", (0,)),)


def test_a_run_trains_and_tests_on_the_given_splits(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.queue, "advance", lambda: None)
    head, *lines = ROWS.splitlines(keepends=True)
    parts = {"test.csv": lines[::4], "train.csv": [line for place, line in enumerate(lines) if place % 4]}
    draft = bench.open([((head + "".join(part)).encode(), name) for name, part in parts.items()], "ann")
    dataset = bench.keep_draft(draft.id, "ann")
    run = bench.start(dataset.fingerprint, bench.preset("quick", dataset), "ann")
    splits = pd.read_parquet(RunFolder(run.folder).splits)
    tested = splits[splits["split"] == "test"]["text"]
    assert sorted(tested) == sorted(line.partition(",")[0] for line in parts["test.csv"])
    assert set(splits["split"]) == {"train", "validation", "test"}


def test_data_of_another_task_is_kept_and_split_its_own_way(bench: Workbench) -> None:
    rows = "text,score\n" + "".join(f"thing number {row},{row}.5\n" for row in range(40))
    draft = bench.open([(rows.encode(), "scores.csv")], "ann", Reading(task="regression", choice=ColumnChoice("text", "score")))
    dataset = bench.keep_draft(draft.id, "ann")
    assert (dataset.task, dataset.labels) == ("regression", {})
    run = bench.start(dataset.fingerprint, bench.preset("quick", dataset), "ann")
    splits = pd.read_parquet(run.folder / "splits.parquet")
    assert run.recipe.task == "regression"
    assert {name: len(rows) for name, rows in splits.groupby("split")} == {"train": 26, "validation": 6, "test": 8}


# A closer look


@pytest.fixture
def quiet_surveys(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Surveys are asked for and wait: no model looks at anything in these tests."""
    monkeypatch.setattr(bench.surveys, "advance", lambda: None)


@pytest.mark.usefixtures("quiet_surveys")
def test_a_closer_look_is_asked_for_followed_and_cancelled(bench: Workbench, draft: str) -> None:
    assert bench.survey(draft, "ann").status == "none"
    assert bench.start_survey(draft, "ann").status == "waiting"
    assert bench.survey(draft, "ann").status == "waiting"
    bench.cancel_survey(draft, "ann")
    assert bench.survey(draft, "ann").status == "none"


@pytest.mark.usefixtures("quiet_surveys")
def test_a_closer_look_is_at_the_data_as_mended_so_far(bench: Workbench, draft: str) -> None:
    bench.start_survey(draft, "ann")
    bench.mend(draft, "ann", Step("drop_rows", (0,)))
    assert bench.survey(draft, "ann").status == "none"
    bench.undo(draft, "ann")
    assert bench.survey(draft, "ann").status == "waiting"
    bench.mend(draft, "ann", Step("drop_rows", (0,)))
    bench.start_survey(draft, "ann")
    asked = [pd.read_parquet(path) for path in (bench.home / "surveys").glob("*/rows.parquet")]
    assert sorted(rows.index[0] for rows in asked) == [0, 1]


def test_what_cannot_be_trained_on_cannot_be_looked_at_closer(bench: Workbench) -> None:
    id = bench.open([(b"text,label\nonly,one\n", "rows.csv")], "ann").id
    assert _code(lambda: bench.start_survey(id, "ann")) == "not_ready"


# What is kept in memory


def test_a_value_is_made_once_and_the_ones_not_asked_for_go_first() -> None:
    made: list[str] = []
    kept: Kept[str] = Kept(10, len)

    def value(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key)

    for key in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        assert value(key) == key
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert value("x" * 50) == value("x" * 50)
    assert made[4:] == ["x" * 50]


def test_a_value_that_cannot_be_made_is_asked_for_again() -> None:
    kept: Kept[int] = Kept(10, lambda _: 1)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


def test_two_threads_that_want_the_same_make_it_once() -> None:
    kept: Kept[int] = Kept(10, lambda _: 1)
    made, begun = [], threading.Event()

    def make() -> int:
        made.append(1)
        begun.set()
        time.sleep(0.05)
        return len(made)

    threads = [threading.Thread(target=kept.get, args=("a", make)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun.is_set()
    assert made == [1]


def test_a_pretrained_base_has_the_one_it_was_made_from_as_counterpart(
    bench: Workbench, dataset: Dataset, waiting_run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tmp_path / "models"))
    run = bench.run(waiting_run, "ann")
    assert bench.without_pretraining(run, "ann") is None
    proposed, e5 = bench.recommend(dataset), get_model("intfloat/multilingual-e5-small")
    for model_id, made_from, counterpart in (("run/1", e5.id, e5), ("run/2", "", proposed)):
        own.register(replace(proposed, id=model_id, origin="run", package=None, made_from=made_from), "ann")
        began_with_it = replace(run, recipe=replace(run.recipe, model=model_id))
        assert bench.without_pretraining(began_with_it, "ann") == replace(run.recipe, model=counterpart.id)
