"""What every tab shares: who is looking, in which language, at which dataset and run, and how to go to another tab.

The seam between the frame (``app.py``) and the four tabs. Each tab is a module with two functions::

    parts = build(page)              # layout only; called inside its gr.Tab; returns a frozen dataclass of components
    wire(page, parts, all_parts)     # every event of this tab; all_parts = {"data": DataParts, "train": ..., "runs": ..., "compare": ...}

Rules of the house:

- ``page.t("runs.stop")`` is a *static* text (button and field labels, placeholders, gr.Markdown values): the browser translates it.
  A text made by a handler is ``say(key, language)``, with ``language = page.language_of(request, stored)``.
- ``page.language``, ``page.visitor``, ``page.draft_id``, ``page.dataset_id``, ``page.run_id`` and ``page.base_id`` are
  ``gr.BrowserState``: ids and nothing else, kept by the browser, sent with every event that names them as input, so they survive a
  reload and a restart of the app. They may be forged by a caller of the API, so a handler asks the Workbench *by owner* for everything
  it shows::

      def show(run_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> ...:
          owner, tongue = page.owner_of(request, visitor), page.language_of(request, language)
          run = page.workbench.run(run_id, owner)          # RunError not_found for another's run

- Draw when: ``page.opened.then(...)`` (page loaded or reloaded, ids known), ``page.dataset_id.change`` / ``page.run_id.change``
  (another one was chosen, from whichever tab), ``page.tabs[step].select`` (tab came into view), ``page.timer.tick`` (each second;
  return ``gr.skip()`` when nothing changed).
- Go to another tab: make ``page.stepper`` an output and return ``go_to("runs")`` for it; to take a run along, make ``page.run_id``
  an output too and return its id.
- The line under a tab's title: make ``page.status["runs"]`` an output and return ``status_html("runs", "training 63 %")``.
- Every listener gets ``**QUIET`` (no public endpoint, no progress overlay), long ones ``**BUSY`` (the same, with the overlay).
- Errors: catch ``PlaygroundError`` and show ``note_html(error, language)`` in the tab's message area (``playground.ui.format``
  has numbers, times and sizes in words; ``playground.ui.html`` has ``esc``, ``note_html``, ``empty_html``).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import gradio as gr

from playground.ui.html import esc
from playground.ui.texts import text
from playground.words import LANGUAGES, Language
from playground.workbench import LOCAL_OWNER, Workbench

Step = Literal["data", "train", "runs", "compare"]
STEPS: Final[tuple[Step, ...]] = ("data", "train", "runs", "compare")
#: How the line under a tab is marked: nothing, work going on, done, needs attention.
Tone = Literal["", "busy", "done", "attention"]

#: Keyword arguments of every listener. Private endpoints are not offered to API clients; who forges a call still meets the owner check.
QUIET: Final[Mapping[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
BUSY: Final[Mapping[str, Any]] = {"api_visibility": "private", "show_progress": "minimal"}

_VISITOR = re.compile(r"[A-Za-z0-9_-]{40,64}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its tabs see it. Shared by all sessions: what differs between visitors lives in the browser states."""

    workbench: Workbench
    #: Whether several people use this app; then each sees only what is theirs.
    shared: bool
    #: "en" or "zh"; filled when the page opens.
    language: gr.BrowserState
    #: The visitor's unguessable id; filled when the page opens.
    visitor: gr.BrowserState
    #: Id of the draft in use: the uploaded file with how it is read and what was changed; or None.
    draft_id: gr.BrowserState
    #: Fingerprint of the dataset in use, or None.
    dataset_id: gr.BrowserState
    #: Id of the run in view, or None.
    run_id: gr.BrowserState
    #: Id of the base model a person pretrained and wants to go on with (``next_base``), or None.
    base_id: gr.BrowserState
    #: The bar of four tabs; an output of whoever leads to another tab.
    stepper: gr.Tabs
    tabs: Mapping[Step, gr.Tab]
    #: The line under each tab's title.
    status: Mapping[Step, gr.HTML]
    #: Ticks once a second while the page is open.
    timer: gr.Timer
    #: The page was opened and its language, visitor and ids are known; attach first drawings with ``.then``.
    opened: Any

    def t(self, key: str) -> Any:
        """The static text ``key``, translated by the browser. :raises KeyError: if there is no such text, or it needs facts."""
        return text(key)

    def owner_of(self, request: gr.Request, visitor: str | None) -> str:
        """Who asks, decided on the server (see ``owner_of``)."""
        return owner_of(request, visitor, shared=self.shared)

    def language_of(self, request: gr.Request, language: str | None) -> Language:
        """The language to answer in (see ``language_of``)."""
        return language_of(request, language)


def owner_of(request: gr.Request, visitor: str | None, *, shared: bool) -> str:
    """The owner a request acts for.

    On a person's own machine that is always the one local owner. On a shared app it is the login name where there is one, else
    a digest of the unguessable id the browser keeps; the prefixes keep a visitor from posing as a login or as the local owner.
    A request without a proper id gets an owner of its own, who owns nothing.
    """
    if not shared:
        return LOCAL_OWNER
    if request.username:
        return f"login-{request.username}"
    if not isinstance(visitor, str) or not _VISITOR.fullmatch(visitor):
        visitor = new_visitor()
    return f"visitor-{hashlib.sha256(visitor.encode()).hexdigest()[:32]}"


def new_visitor() -> str:
    """An unguessable id for a browser to keep."""
    return secrets.token_urlsafe(32)


def language_of(request: gr.Request, language: str | None) -> Language:
    """The language the page is in; before it has said so, the browser's."""
    for known in LANGUAGES:
        if language == known:
            return known
    accepted = str(request.headers.get("accept-language", "")) if request.headers else ""
    return "zh" if accepted.lower().lstrip().startswith("zh") else "en"


def go_to(step: Step) -> Any:
    """The update of ``page.stepper`` that brings ``step`` into view."""
    return gr.Tabs(selected=step)


def status_html(step: Step, text: str, tone: Tone = "") -> str:
    """The value of ``page.status[step]``: one short line (plain text, escaped here) shown under the tab's title."""
    return f'<span class="pg-status" data-step="{esc(step)}" data-tone="{esc(tone)}">{esc(text)}</span>'


def block(value: str = "", **options: Any) -> gr.HTML:
    """A piece of HTML that looks as ``style.css`` says, without Gradio's own styles for tables and buttons."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, padding=False, **options)
