"""Mending in a real browser: a dirty file put right with clicks and keys, strange files answered with their cause, a closer look."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground.words import Language, entries, say
from tests.browser.conftest import App, Visitor
from tests.browser.files import ENGLISH, drop, status, upload
from tests.corpus import hostile
from tests.data.hubs import parquet, serving_hub

PageFor = Callable[..., Visitor]

#: A dozen of the corpus, of every kind that is refused; the bombs stay with the command line, for they take their time.
STRANGE = [
    case
    for case in hostile.cases()
    if case.expect.verdict == "refused" and len(case.data) < 1_000_000 and case.id.startswith(("a ", "an ", "seven"))
][:12]


def pattern_of(code: str, language: Language) -> re.Pattern[str]:
    """The sentence of an error or finding with whatever facts."""
    found = [entries()[key][language] for key in (f"error.{code}", f"finding.{code}") if key in entries()]
    return re.compile("|".join(re.sub(r"\\{\w+\\}", ".*", re.escape(sentence)) for sentence in found) or "(?!)")


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    rows = [*ENGLISH, ("Where is my parcel 3", "delivery"), ("My delivery 77 is late", "Delivery"), ("nobody labelled this one", "")]
    path = tmp_path / "dirty.csv"
    path.write_text("\n".join(["message,intent", *(f"{text},{label}" for text, label in rows)]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_dirty_file_is_mended_with_clicks_and_stays_mended(
    app: App, page_for: PageFor, dirty: Path, locale: str, language: Language
) -> None:
    visitor = page_for(app.url, locale=locale)
    page = visitor.page
    upload(page, dirty)
    steps = page.locator("#data-steps ol li")

    page.get_by_role("button", name=say("fix.merge_labels", language)).click()  # first fix: two spellings of a label
    expect(steps).to_have_count(1)
    expect(page.locator("#data-labels .pg-fill")).to_have_count(2)
    page.get_by_role("button", name=say("fix.drop_duplicates", language, count=1)).click()  # second fix: a copy
    expect(steps).to_have_count(2)
    assert (status(page, "data") or "").startswith("41")
    page.locator("#data-undo").click()
    expect(steps).to_have_count(1)
    assert (status(page, "data") or "").startswith("42")

    page.locator("#data-search input").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator("#data-rows tbody tr")).to_have_count(1)
    page.locator("#data-rows [data-edit=label]").focus()  # by keyboard alone: Enter opens the cell, Enter keeps it
    page.keyboard.press("Enter")
    page.keyboard.type("billing")
    page.keyboard.press("Enter")
    expect(steps).to_have_count(2)
    expect(page.locator("#data-rows [data-edit=label]")).to_have_text("billing")
    expect(page.locator("#tab-data-button")).to_have_attribute("data-status", re.compile("^43"))

    page.reload()
    visitor.ready()
    expect(steps).to_have_count(2)
    expect(page.locator("#data-found")).to_contain_text("dirty.csv")
    page.locator("#data-undo").click()
    expect(steps).to_have_count(1)
    page.locator("#data-next").click()
    expect(page.locator("#train-start")).to_be_enabled()


@pytest.mark.parametrize(("locale", "count"), [("en-US", 12), ("zh-CN", 3)])
def test_a_dozen_strange_files_are_answered_with_their_cause(app: App, page_for: PageFor, locale: str, count: int) -> None:
    page = page_for(app.url, locale=locale).page
    page.locator("#tab-data-button").click()
    assert len(STRANGE) == 12
    for place, case in enumerate(STRANGE[:count]):
        drop(page, f"{place}-{case.name}", case.data)
        said = " ".join(page.locator("#data-message:visible, #data-results:visible").all_inner_texts())
        sentences = [pattern_of(code, "zh" if locale == "zh-CN" else "en") for code in case.expect.codes[0].split("|")]
        assert any(sentence.search(said) for sentence in sentences), (case.id, said)


def test_a_closer_look_shows_a_map_and_finds_a_wrong_label(app: App, page_for: PageFor, tmp_path: Path) -> None:
    path = tmp_path / "flipped.csv"
    rows = [*ENGLISH, ("Where is my parcel 21", "billing"), ("Where is my parcel 22", "delivery")]
    path.write_text("\n".join(["message,intent", *(f"{text},{label}" for text, label in rows)]), encoding="utf-8")
    page = page_for(app.url).page
    upload(page, path)
    page.locator("#data-survey-start").click()
    expect(page.locator("#data-survey")).to_be_visible(timeout=180_000)
    expect(page.locator("#data-map canvas")).to_be_visible()
    expect(page.locator("#data-lengths .pg-column").first).to_be_attached()
    expect(page.locator("#data-telling dt")).to_have_count(2)
    suspect = page.locator("#data-suspects li").filter(has_text="parcel 21")
    suspect.get_by_role("button", name="row 41").click()
    expect(page.locator("#data-rows tr.pg-marked")).to_contain_text("Where is my parcel 21")
    suspect.locator("[data-do=accept]").click()
    expect(page.locator("#data-steps")).to_contain_text("label changed to “delivery”")
    expect(suspect).to_have_count(0)


def test_a_dataset_of_the_hub_comes_by_its_name(start_app: Callable[..., App], page_for: PageFor, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        hub.datasets["owner/moods"] = {"default": {"train": [parquet([f"text number {n} of many" for n in range(40)])]}}
        page = page_for(start_app().url).page
        page.locator("#data-hub textarea, #data-hub input").fill("owner/moods")
        page.locator("#data-hub-use").click()
        expect(page.locator("#data-labels .pg-fill")).to_have_count(2)
        page.locator("#data-source > button").click()
        page.locator("#data-hub textarea, #data-hub input").fill("owner/none")
        page.locator("#data-hub-use").click()
        expect(page.locator("#data-message")).to_contain_text("owner/none")
        expect(page.locator("#data-labels .pg-fill")).to_have_count(2)
