"""A real ``python app.py`` on a free port with its own workspace, and a real Chromium to look at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from playground.devices import find_device

HOUSE = Path(__file__).parents[2]
#: Seconds a fresh app may take to answer on a busy machine; far more than it needs.
_PATIENCE = 90.0
#: What Gradio's script says when its page is reloaded or its app killed while it listens; no fault of a page in use.
_LEAVING = re.compile("AbortError: signal is aborted|errored out|ERR_CONNECTION|Failed to fetch|BodyStreamBuffer was aborted")
#: Without these Chromium asks its maker's servers for updates and the like, which tests without a network must not wait for.
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: Notes in the page whether its charts ever had more points than before, so that growth is seen however quickly a run ends.
_GROWTH = """
window.chartPoints = () => [...document.querySelectorAll("#run-charts path.line")]
  .reduce((sum, path) => sum + (path.getAttribute("d").match(/[ML]/g) || []).length, 0);
window.chartsGrew = false;
let before = 0;
new MutationObserver(() => {
  const points = window.chartPoints();
  if (before > 0 && points > before) window.chartsGrew = true;
  before = points;
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
#: Milliseconds something may take to appear; a machine that trains at the same time is slow to draw.
expect.set_options(timeout=20_000)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class App:
    """The app as a process of its own."""

    home: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        """Everything it printed."""
        path = self.home / "app.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it and wait until its page answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        here = {"PLAYGROUND_HOME": str(self.home), "GRADIO_SERVER_PORT": str(self.port), "GRADIO_ANALYTICS_ENABLED": "False"}
        environment = {name: value for name, value in os.environ.items() if name != "SPACE_ID"} | here
        with (self.home / "app.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", *self.options], cwd=HOUSE, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        _leave_a_core_to_the_browser(self.process.pid)
        deadline = time.monotonic() + _PATIENCE
        while not _answers(self.url):
            assert self.process.poll() is None, f"the app ended at once:\n{self.log}"
            assert time.monotonic() < deadline, f"the app did not answer:\n{self.log}"
            time.sleep(0.2)

    def kill(self) -> None:
        """End it as a crash would: no clean-up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _leave_a_core_to_the_browser(app: int) -> None:
    """Keep the app and what it starts off one core, where the system can.

    Training with a thread a core crawls (ten times slower was seen) when a browser wants a part of each core: its threads wait for the
    slowest of them at every step.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(app, sorted(os.sched_getaffinity(app))[: max(1, find_device().cores - 1)])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Starts an app with a fresh workspace and the options given; all of them end with the block."""
    started: list[App] = []

    def start(*options: str) -> App:
        app = App(tmp_path_factory.mktemp("home"), _free_port(), options)
        started.append(app)
        app.start()
        return app

    try:
        yield start
    finally:
        for app in started:
            app.stop()


@pytest.fixture
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Starts apps of a test's own."""
    with _starter(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def start_for_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Starts apps the tests of a module share."""
    with _starter(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def app(start_for_module: Callable[..., App]) -> App:
    """One app for the tests of a module."""
    return start_for_module()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without one these tests fail, so that nobody takes a skipped page for a tested one."""
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    assert path, f"no browser found ({', '.join(_BROWSERS)}): run tests/browser/install"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One browser with its own storage, looking at an app, and everything that went wrong in it."""

    page: Page
    context: BrowserContext
    #: Addresses asked for outside this machine; must stay empty.
    outside: list[str] = field(default_factory=list)
    #: Errors of the page's scripts and console.
    errors: list[str] = field(default_factory=list)

    def open(self, url: str) -> Page:
        """Go to the page and wait until its language and ids are known."""
        self.page.goto(url)
        return self.ready()

    def ready(self) -> Page:
        """Wait until the page is in place and every tab has said how it stands, after a reload for example."""
        said = "[...document.querySelectorAll('[role=tab][data-tab-id]')].every((tab) => tab.dataset.status)"
        self.page.wait_for_function(f"window.playground && window.playground.ready && {said}", timeout=60_000)
        return self.page


Scheme = Literal["light", "dark"]


@dataclass
class Profiles:
    """Browsers with a storage of their own, each lent to one visitor at a time and wiped when it comes back.

    What stays is only the cache of scripts: they are most of the time a page takes to open, as for a person who comes a second time.
    """

    browser: Browser
    _free: dict[str, list[BrowserContext]] = field(default_factory=dict)

    def lend(self, locale: str) -> BrowserContext:
        """One nobody uses now."""
        if free := self._free.get(locale):
            return free.pop()
        context = self.browser.new_context(locale=locale)
        context.set_default_timeout(30_000)
        context.add_init_script(_GROWTH)
        return context

    def take_back(self, locale: str, context: BrowserContext) -> None:
        """Close its pages and forget everything they kept."""
        for page in context.pages:
            page.close()
        context.set_storage_state({"cookies": [], "origins": []})
        self._free.setdefault(locale, []).append(context)


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Profiles:
    """The browsers visitors come with."""
    return Profiles(chromium)


@pytest.fixture
def page_for(profiles: Profiles) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser of a locale, width and colour scheme; nothing may be asked for outside this machine and no script may fail."""
    visitors: list[tuple[str, Visitor]] = []

    def visit(url: str | None = None, locale: str = "en-US", width: int = 1200, scheme: Scheme = "light", height: int = 900) -> Visitor:
        context = profiles.lend(locale)
        visitor = Visitor(context.new_page(), context)
        visitors.append((locale, visitor))
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.page.on("request", lambda asked: None if _is_local(asked.url) else visitor.outside.append(asked.url))
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        visitor.page.on("console", lambda said: visitor.errors.append(said.text) if said.type == "error" else None)
        if url is not None:
            visitor.open(url)
        return visitor

    yield visit
    for locale, visitor in visitors:
        profiles.take_back(locale, visitor.context)
    assert [url for _, visitor in visitors for url in visitor.outside] == []
    assert [error for _, visitor in visitors for error in visitor.errors if not _LEAVING.search(error)] == []


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))
