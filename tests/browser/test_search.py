"""Good settings are found by trying, seen from every tab, and stand in the form afterwards, in a real browser with a tiny model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, Visitor
from tests.browser.person import Person

PageFor = Callable[..., Visitor]
#: Milliseconds a search of two tiny trials may take on a busy machine.
PATIENCE = 240_000


@pytest.fixture(scope="module")
def small(tiny_models: Path, start_for_module: Callable[..., App]) -> Iterator[App]:
    """An app whose models are all tiny."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(tiny_models))
        yield start_for_module()


def moods_file(folder: Path) -> Path:
    """A few texts of two labels."""
    lines = [f"i love it very much {row},good\ni hate this {row},bad" for row in range(30)]
    path = folder / "moods.csv"
    path.write_text("text,label\n" + "\n".join(lines), encoding="utf-8")
    return path


def opens_the_search(page: Page) -> None:
    page.locator("#tab-train-button").click()
    page.locator("#train-search button.label-wrap").click()
    expect(page.locator("#search-start, #search-stop").first).to_be_attached()


def may_change_only(page: Page, name: str) -> None:
    """Untick the others."""
    boxes = page.locator("#search-over input[type=checkbox]")
    expect(boxes).not_to_have_count(0, timeout=PATIENCE)
    for box in boxes.all():
        box.set_checked(box.get_attribute("name") == name)


def fills(page: Page, selector: str, value: str) -> None:
    page.locator(f"{selector} input").fill(value)
    page.locator(f"{selector} input").press("Tab")


def test_a_search_is_seen_from_another_tab_and_what_it_found_goes_into_the_form(small: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(small.url))
    anna.page.set_default_timeout(PATIENCE)
    anna.uploads(moods_file(tmp_path))
    anna.page.locator("#data-next").click()
    anna.page.locator("#train-advanced button.label-wrap").click()
    fills(anna.page, "#train-epochs", "1")
    opens_the_search(anna.page)
    may_change_only(anna.page, "epochs")
    anna.page.locator("#search-start").click()
    expect(anna.page.locator("#search-stop")).to_be_visible(timeout=PATIENCE)

    other = anna.page.context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(small.url)
    other.wait_for_function("window.playground && window.playground.ready")
    opens_the_search(other)

    for page in (anna.page, other):
        expect(page.locator("#search-found[data-status=finished]")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#search-found tr[data-status=finished]")).to_have_count(2)
        expect(page.locator("#search-found tr.best")).to_have_count(1)
    anna.page.locator("#search-found tr[data-number='1'] .search-use").click()
    expect(anna.page.locator("#train-epochs input")).to_have_value("2", timeout=PATIENCE)
    anna.page.locator("#search-found tr[data-number='0'] .search-use").click()
    expect(anna.page.locator("#train-epochs input")).to_have_value("1", timeout=PATIENCE)
