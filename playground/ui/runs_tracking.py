"""What the Runs tab says of a run that is tracked for TensorBoard or trackio: the way there, and whether the log was lost."""

from __future__ import annotations

from dataclasses import dataclass

from playground.errors import RunError
from playground.recipe import Tracking
from playground.runs.folder import RunFolder
from playground.tracking.log import open_command
from playground.ui.html import esc, note_html
from playground.ui.run_words import RunView
from playground.ui.session import Page
from playground.words import Language, say


@dataclass(frozen=True, slots=True)
class Tracked:
    """One run's log as the page offers it."""

    #: "none" where the run is not tracked.
    tool: Tracking
    #: Where its board is, from the page; "" while there is no log.
    link: str
    #: The line for a shell that shows it; "" where strangers look on.
    command: str
    #: Whether the newest attempt lost it.
    lost: bool

    @classmethod
    def of(cls, view: RunView, page: Page) -> Tracked:
        """How it stands; ``view`` is of a run that belongs to who looks."""
        run, tool = view.run, view.run.recipe.tracking
        if tool == "none":
            return cls("none", "", "", False)
        folder = RunFolder(run.folder).tracking
        here = folder.is_dir()
        link = f"tracking/{run.id}/{page.workbench.boards.key(run.id)}/" if here else ""
        return cls(tool, link, open_command(tool, folder) if here and not page.shared else "", view.trace.tracking_lost is not None)


def tracking_html(tracked: Tracked, language: Language) -> str:
    """A link that opens the tool, or when it will be there; nothing for a run that is not tracked."""
    if tracked.tool == "none":
        return ""
    tool = say(f"tracking.{tracked.tool}", language)
    lost = note_html(RunError("tracking_lost", tool=tool), language, "warning") if tracked.lost else ""
    if not tracked.link:
        return lost or f'<p class="quiet run-tracking">{esc(say("tracking.soon", language, tool=tool))}</p>'
    link = f'<a class="run-board" href="{esc(tracked.link)}?language={language}" target="_blank" rel="noopener noreferrer">'
    said = f'<span class="quiet">{esc(say("tracking.here" if tracked.command else "tracking.here.shared", language))}</span>'
    way = f'<p class="run-tracking">{link}{esc(say("tracking.open", language, tool=tool))}</a> {said}</p>'
    return lost + way + _in_a_terminal(tracked, language)


def _in_a_terminal(tracked: Tracked, language: Language) -> str:
    if not tracked.command:
        return ""
    return f'<p class="quiet run-tracking">{esc(say("tracking.command", language))} <code>{esc(tracked.command)}</code></p>'
