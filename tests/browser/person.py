"""A person at the page: what they do and what they see, so that the tests read like their story."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor

#: Seconds a training may take on a busy machine; far more than it needs.
PATIENCE = 600
_STATION = ".run-now:visible"
#: How the run in view stands once it trains no more.
_ENDED = ["finished", "failed", "stopped"]


@dataclass
class Person:
    """Someone with a browser."""

    visitor: Visitor

    @property
    def page(self) -> Page:
        """What they look at."""
        return self.visitor.page

    # Data and Train

    def uploads(self, path: Path) -> None:
        """Drop a file and wait until it was understood."""
        self.page.locator("#tab-data-button").click()
        self.page.set_input_files("#data-file input[type=file]", path)
        expect(self.page.locator("#data-found")).to_contain_text(path.name)

    def starts_training(self) -> None:
        """From the data to Start, with everything as proposed (the quick preset), until the new run is on screen."""
        # A tab nobody opened yet holds nothing, so what is in view before is looked at first.
        self.goes_to("runs")
        self.page.wait_for_selector("#runs-empty:visible, .run-now:visible")
        shown = self.page.locator(".run-now")
        before = shown.get_attribute("data-run") if shown.count() else None
        self.goes_to("data")
        self.page.locator("#data-next").click()
        self.page.locator("#train-start").click()
        expect(self.page.locator(_STATION)).to_be_visible()
        self.page.wait_for_function("(before) => document.querySelector('.run-now')?.dataset.run !== before", arg=before)

    # Runs

    def goes_to(self, step: str) -> None:
        """Open a tab."""
        self.page.locator(f"#tab-{step}-button").click()

    def status(self) -> str:
        """How the run in view stands."""
        return self.page.locator(_STATION).get_attribute("data-status") or ""

    def run_id(self) -> str:
        """Which run is in view."""
        return self.page.locator(_STATION).get_attribute("data-run") or ""

    def sees(self, status: str, patience: int = PATIENCE) -> None:
        """Wait until the run in view stands like this; a run that ends otherwise is not waited for."""
        awaited = _ENDED if status in _ENDED else [status, *_ENDED]
        self.page.wait_for_function(
            "(awaited) => awaited.includes(document.querySelector('.run-now')?.dataset.status)", arg=awaited, timeout=patience * 1000
        )
        # An answer that was on its way may still draw what stood before it.
        expect(self.page.locator(_STATION)).to_have_attribute("data-status", status)

    def resumes(self) -> None:
        """Go on with a stopped run, until the page says that it does."""
        self.page.locator("#run-resume").click()
        self.page.wait_for_function("document.querySelector('.run-now')?.dataset.status !== 'stopped'", timeout=60_000)

    def points(self) -> int:
        """Points drawn in both charts."""
        return int(self.page.evaluate("chartPoints()"))

    def waits_for_more_points_than(self, points: int, patience: int = PATIENCE) -> None:
        """Wait until the charts have grown; a run that ended is not waited for."""
        self._waits_for_the_charts(f"chartPoints() > {points}", patience)

    def sees_the_charts_grow(self, patience: int = PATIENCE) -> None:
        """Wait until the charts were drawn and drawn again with more points, by now or later."""
        self._waits_for_the_charts("window.chartsGrew", patience)

    def _waits_for_the_charts(self, condition: str, patience: int) -> None:
        ended = f"{json.dumps(_ENDED)}.includes(document.querySelector('.run-now')?.dataset.status)"
        self.page.wait_for_function(f"({condition}) || ({ended})", timeout=patience * 1000)
        # What is drawn last comes with the ending or just after it.
        self.page.wait_for_function(condition, timeout=10_000)

    def reloads(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.visitor.ready()

    def runs_listed(self) -> Locator:
        """The rows of the run list."""
        return self.page.locator("#run-list tbody tr")

    def opens(self, name: str) -> None:
        """Click a run in the list and wait until it is the one in view."""
        self.goes_to("runs")
        self.runs_listed().filter(has_text=name).click()
        expect(self.page.locator(".run-now h2")).to_contain_text(name)

    # Compare

    def reads_the_verdict(self) -> str:
        """From the finished run to its verdict."""
        self.page.locator("#run-compare").click()
        expect(self.page.locator(".verdict")).to_be_visible()
        return self.page.locator(".verdict h2").inner_text()

    def asks(self, *texts: str) -> None:
        """Type texts and wait for the answers."""
        self.page.locator("#compare-texts textarea").fill("\n".join(texts))
        self.page.locator("#compare-go").click()
        expect(self.page.locator(".answer")).to_have_count(len(texts), timeout=120_000)
        expect(self.page.locator(".answer").last).to_be_visible()

    def shares(self, side: str) -> list[str]:
        """Probabilities shown on one side of the first answer, "base" or "tuned"."""
        return self.page.locator(f".answer >> nth=0 >> .side.{side} .bars b").all_inner_texts()

    def keeps_a_picture(self, path: Path) -> None:
        """A screenshot of the whole page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)


#: Notes every change of the page's document, and when the last one was; Gradio's hidden notes about its events are left out.
_WATCH = """() => {
  window.changes = [];
  window.changed = performance.now();
  const element = (node) => (node instanceof Element ? node : node.parentElement);
  new MutationObserver((all) => all.map((one) => [one.type, element(one.target)])
    .filter(([, place]) => place && !place.closest(".wrap.hide"))
    .forEach(([kind, place]) => {
      window.changed = performance.now();
      window.changes.push(`${kind} ${place.tagName} ${place.id} ${place.className}`);
    }))
    .observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
}"""


def falls_quiet(page: Page, seconds: float, within: float) -> None:
    """Wait until nothing in the page's document has changed for ``seconds``; it must come ``within`` so many."""
    page.evaluate(_WATCH)
    page.wait_for_function("(quiet) => performance.now() - window.changed > quiet", arg=seconds * 1000, timeout=within * 1000)


def redraws(page: Page, seconds: float) -> list[str]:
    """What changes in the page's document during ``seconds``, one line a change."""
    page.evaluate(_WATCH)
    page.wait_for_timeout(seconds * 1000)
    changes: list[str] = json.loads(page.evaluate("JSON.stringify(window.changes)"))
    return changes
