"""The whole job in a real browser with real training: from a file to two answers that differ, through reloads and a kill -9."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Visitor
from tests.browser.person import Person

PageFor = Callable[..., Visitor]
StartApp = Callable[..., App]

EXAMPLES = Path(__file__).parents[2] / "examples"


def part_of(name: str, rows: int, folder: Path) -> Path:
    """The first rows of an example, so that training is quick."""
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    path = folder / name
    path.write_text("\n".join(lines[: rows + 1]) + "\n", encoding="utf-8")
    return path


@pytest.mark.usefixtures("minilm")
def test_from_a_file_to_two_answers_that_differ(app: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(app.url))
    anna.uploads(part_of("support_intents.csv", 200, tmp_path))
    anna.starts_training()
    anna.sees_the_charts_grow()
    seen = anna.points()

    anna.reloads()
    anna.waits_for_more_points_than(seen - 1)
    colleague = Person(page_for(app.url))
    colleague.goes_to("runs")
    assert colleague.run_id() == anna.run_id()

    anna.sees("finished")
    colleague.sees("finished")
    assert anna.page.locator("#tab-runs-button").get_attribute("data-tone") == "done"
    assert "macro-F1" in anna.reads_the_verdict()
    anna.asks("Where is my parcel, it should have been here on Monday", "I was charged twice")
    assert anna.shares("base") != anna.shares("tuned")
    expect(anna.page.locator(".answer >> nth=0 >> .side.base h4")).to_contain_text("by similarity")


@pytest.mark.usefixtures("e5")
def test_the_same_in_chinese(app: App, page_for: PageFor, tmp_path: Path) -> None:
    mei = Person(page_for(app.url, locale="zh-CN"))
    mei.uploads(part_of("product_reviews_zh.csv", 120, tmp_path))
    mei.starts_training()
    mei.sees_the_charts_grow()
    mei.reloads()
    mei.sees("finished")
    expect(mei.page.locator(".run-sentence")).to_contain_text("完成")
    assert "测试数据" in mei.reads_the_verdict()
    mei.asks("用了两天就坏了，客服也不理人", "物流快，包装好，很满意")
    assert mei.shares("base") != mei.shares("tuned")


@pytest.mark.usefixtures("minilm")
def test_a_run_goes_on_when_the_app_is_killed(start_app: StartApp, page_for: PageFor, tmp_path: Path) -> None:
    pictures = tmp_path / "artifacts"
    app = start_app()
    anna = Person(page_for(app.url))
    anna.uploads(part_of("support_intents.csv", 300, tmp_path))
    anna.starts_training()
    anna.waits_for_more_points_than(4)
    run, seen = anna.run_id(), anna.points()
    anna.keeps_a_picture(pictures / "1-training.png")

    app.kill()
    anna.page.wait_for_timeout(3000)
    anna.keeps_a_picture(pictures / "2-app-killed.png")
    app.start()

    again = Person(page_for(app.url))
    again.goes_to("runs")
    assert again.run_id() == run
    assert again.status() in ("running", "finished")
    again.waits_for_more_points_than(seen)
    again.keeps_a_picture(pictures / "3-app-again.png")
    # The page that was open all the time finds the app again by itself.
    anna.waits_for_more_points_than(seen)
    again.sees("finished")
    anna.sees("finished")
    again.keeps_a_picture(pictures / "4-finished.png")
    anna.visitor.errors.clear()  # it could not but notice the dead app


@pytest.mark.usefixtures("minilm")
def test_a_stopped_run_keeps_a_checkpoint_and_goes_on_from_it(app: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(app.url))
    anna.uploads(part_of("support_intents.csv", 300, tmp_path))
    anna.starts_training()
    anna.waits_for_more_points_than(6)
    anna.page.locator("#run-stop").click()
    anna.sees("stopped")
    expect(anna.page.locator(".run-sentence")).to_contain_text("is kept")
    seen = anna.points()
    anna.resumes()
    anna.waits_for_more_points_than(seen)
    anna.sees("finished")


def test_on_a_shared_app_a_stranger_sees_none_of_it(
    start_app: StartApp, page_for: PageFor, tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    app = start_app("--shared")
    anna, stranger = Person(page_for(app.url)), Person(page_for(app.url))
    anna.uploads(part_of("support_intents.csv", 120, tmp_path))
    anna.starts_training()
    anna.sees("finished")

    stranger.reloads()
    stranger.goes_to("runs")
    expect(stranger.page.locator("#runs-empty")).to_be_visible()
    expect(stranger.runs_listed()).to_have_count(0)
    stranger.goes_to("compare")
    expect(stranger.page.locator("#compare-empty")).to_be_visible()
    anna.reloads()
    anna.goes_to("runs")
    expect(anna.runs_listed()).to_have_count(1)
