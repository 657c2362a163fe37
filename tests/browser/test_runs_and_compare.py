"""The Runs and Compare tabs in a real browser, on runs whose curves and answers were invented."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from playground.runs.events import FinishedEvent
from playground.runs.folder import RunFolder, write_text
from playground.runs.store import RunStore
from playground.runs.types import Run
from playground.runs.writer import EventWriter
from tests.browser.conftest import App, Visitor
from tests.browser.person import Person, redraws
from tests.ui.seeds import CHINESE, Seed, Seeder, answers, curve, many_labels, result

PageFor = Callable[..., Visitor]
SEED = Seed(total_steps=60)


@pytest.fixture
def seeded(app: App) -> tuple[App, Seeder]:
    """An app without runs and what writes invented ones into its workspace."""
    store = RunStore(app.home / "runs")
    for run in store.list():
        # Aside at once, for the app reads along; the store itself would not let go of a run that is on its way.
        gone = run.folder.rename(app.home / f"gone-{run.id}")
        shutil.rmtree(gone)
    return app, Seeder(store)


@pytest.fixture(scope="module")
def gallery(start_for_module: Callable[..., App]) -> App:
    """An app with one run of every kind."""
    app = start_for_module()
    seeder = Seeder(RunStore(app.home / "runs"))
    seeder.finished(replace(many_labels(Seed(name="many.csv", base=0.5), 60), began=time.time() - 500))
    seeder.failed(Seed(name="failed.csv"), code="out_of_memory")
    seeder.stopped(Seed(name="a_rather_long_file_name_as_exports_have_them_2026-11-22.xlsx"))
    seeder.finished(Seed(name="评论.csv", labels=CHINESE, language="zh"))
    return app


def goes_on(run: Run, seed: Seed, first: int, last: int) -> Iterator[None]:
    """Training says its steps from ``first`` to ``last``, one each time this is asked."""
    writer = EventWriter(run.folder)
    for event in curve(seed):
        if first <= getattr(event, "step", 0) <= last:
            writer.append(event)
            yield


def test_an_idle_page_redraws_nothing(seeded: tuple[App, Seeder], page_for: PageFor) -> None:
    app, seeder = seeded
    seeder.finished(SEED)
    anna = Person(page_for(app.url))
    anna.goes_to("runs")
    anna.sees("finished", patience=60)
    anna.page.wait_for_timeout(3000)
    assert redraws(anna.page, 5) == []


def test_curves_and_log_grow_as_training_speaks(seeded: tuple[App, Seeder], page_for: PageFor) -> None:
    app, seeder = seeded
    run = seeder.running(SEED, until=20)
    anna = Person(page_for(app.url))
    anna.goes_to("runs")
    anna.sees("running", patience=60)
    before = anna.points()
    list(goes_on(run, SEED, 21, 40))
    with RunFolder(run.folder).log.open("a", encoding="utf-8") as log:
        log.write("a line that was not there before\n")
    anna.waits_for_more_points_than(before, patience=60)
    expect(anna.page.locator("#run-log pre")).to_contain_text("a line that was not there before")
    expect(anna.page.locator(".run-facts")).to_contain_text("40 / 60")


def test_the_log_stays_where_a_person_scrolled_to(seeded: tuple[App, Seeder], page_for: PageFor) -> None:
    app, seeder = seeded
    run = seeder.running(SEED)
    anna = Person(page_for(app.url))
    anna.goes_to("runs")
    pre = anna.page.locator("#run-log pre")
    expect(pre).to_contain_text("loss")
    assert pre.evaluate("(e) => e.scrollHeight - e.scrollTop - e.clientHeight") < 2
    pre.evaluate("(e) => { e.scrollTop = 10; }")
    anna.page.wait_for_timeout(300)
    with RunFolder(run.folder).log.open("a", encoding="utf-8") as log:
        log.write("one more line\n")
    expect(pre).to_contain_text("one more line")
    assert pre.evaluate("(e) => e.scrollTop") == 10
    anna.page.locator(".log-follow").click()
    assert pre.evaluate("(e) => e.scrollHeight - e.scrollTop - e.clientHeight") < 2


def test_a_run_that_finishes_elsewhere_turns_up_in_compare_by_itself(seeded: tuple[App, Seeder], page_for: PageFor) -> None:
    app, seeder = seeded
    run = seeder.running(SEED, until=60)
    anna = Person(page_for(app.url))
    anna.goes_to("compare")
    expect(anna.page.locator("#compare-empty")).to_contain_text("still on its way")
    answers(SEED).to_parquet(RunFolder(run.folder).predictions)
    write_text(RunFolder(run.folder).result, result(SEED).to_json())
    EventWriter(run.folder).append(FinishedEvent())  # the last word comes after the result, as in training
    expect(anna.page.locator(".verdict")).to_be_visible()


def test_delete_asks_first(seeded: tuple[App, Seeder], page_for: PageFor) -> None:
    app, seeder = seeded
    seeder.finished(SEED)
    second = seeder.finished(SEED)
    anna = Person(page_for(app.url))
    anna.goes_to("runs")
    expect(anna.runs_listed()).to_have_count(2)
    anna.page.locator("#run-delete").click()
    expect(anna.page.locator("#run-confirm")).to_contain_text("for good")
    anna.page.locator("#run-delete-no").click()
    expect(anna.page.locator("#run-confirm")).to_be_hidden()
    assert second.folder.exists()
    anna.page.locator("#run-delete").click()
    anna.page.locator("#run-delete-yes").click()
    expect(anna.runs_listed()).to_have_count(1)
    assert not second.folder.exists()


def test_a_failed_run_shows_cause_and_remedy(gallery: App, page_for: PageFor) -> None:
    anna = Person(page_for(gallery.url))
    anna.opens("failed.csv")
    anna.sees("failed", patience=60)
    expect(anna.page.locator(".run-now .pg-note")).to_contain_text("memory")
    expect(anna.page.locator("#run-resume")).to_be_visible()


def test_rows_are_paged_and_the_base_can_be_switched(gallery: App, page_for: PageFor) -> None:
    anna = Person(page_for(gallery.url))
    anna.opens("many.csv")
    anna.sees("finished", patience=60)
    verdict = anna.reads_the_verdict()
    anna.page.locator(".pager button").last.click()
    expect(anna.page.locator(".pager")).to_contain_text("11 to 20")
    anna.page.locator(".kinds .broken").click()
    expect(anna.page.locator(".kinds .broken")).to_have_attribute("aria-selected", "true")
    anna.page.get_by_text("probe on frozen embeddings").first.click()
    expect(anna.page.locator(".verdict h2")).not_to_have_text(verdict)
    expect(anna.page.locator(".rung.base")).to_contain_text("linear probe")


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_nothing_scrolls_sideways(gallery: App, page_for: PageFor, locale: str, scheme: Literal["light", "dark"]) -> None:
    anna = Person(page_for(gallery.url, locale=locale, width=390, scheme=scheme))
    for name in ("xlsx", "failed.csv", "many.csv"):
        anna.opens(name)
        assert wide_at(anna) == []
    anna.sees("finished", patience=60)
    anna.reads_the_verdict()
    assert wide_at(anna) == []


def wide_at(anna: Person) -> list[int]:
    """The widths at which the page in view is wider than its window: opened narrow, made wide, and narrow again."""
    found = []
    for width in (390, 1600, 1200, 390):
        anna.page.set_viewport_size({"width": width, "height": 900})
        if not anna.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            found.append(width)
    return found


def test_the_value_under_the_pointer_is_shown(gallery: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(gallery.url))
    anna.opens("many.csv")
    anna.sees("finished", patience=60)
    anna.page.locator("#run-charts .area").last.hover()
    expect(anna.page.locator(".results-tip")).to_contain_text("step")
    anna.page.locator("#run-charts figcaption .term").first.hover()
    expect(anna.page.locator(".results-tip")).to_contain_text("should fall")
