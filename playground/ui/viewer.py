"""Reads runs for the page, and no more of them than changed: one ``Viewer`` serves every visitor of an app.

What it remembers can be forgotten at any moment: the folders tell everything again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from playground.errors import RunError
from playground.runs.folder import RunFolder
from playground.runs.types import ACTIVE, Run
from playground.tasks import get_task
from playground.ui.run_words import RunView, compared
from playground.ui.runs_list import LOG_BYTES
from playground.ui.traces import Traces
from playground.workbench import Workbench

#: Runs at rest whose row in the list is remembered.
_KEPT: Final = 500


class Viewer:
    """The runs of a workbench as the page draws them."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._traces = Traces(workbench.events)
        self._resting: OrderedDict[tuple[str, int], RunView] = OrderedDict()

    def view(self, run: Run) -> RunView:
        """``run`` as it stands now, with its curves.

        :raises RunError: "run_not_found" if it was deleted meanwhile.
        """
        # The state is read first: events of a run that ends in between are then all there, never the other way round.
        state = self._workbench.state(run)
        return RunView(run, state, self._traces.of(run), get_task(run.recipe.task).watched_metric)

    def rows(self, owner: str) -> list[RunView]:
        """This owner's runs for the list, newest first, without their curves."""
        views = (self._row(run) for run in self._workbench.my_runs(owner))
        return [view for view in views if view]

    def choose(self, run_id: str | None, owner: str, rows: list[RunView]) -> RunView | None:
        """The run to look at: the one asked for if it is this owner's, else the newest active one, else the newest."""
        if run_id:
            try:
                return compared(self.view(self._workbench.run(run_id, owner)), rows)
            except RunError:
                pass  # deleted, or never theirs: the page falls back to what they do have
        candidates = [row for row in rows if row.active] or rows
        try:
            return compared(self.view(candidates[0].run), rows) if candidates else None
        except RunError:
            return None

    def log_end(self, run: Run) -> tuple[str, bool]:
        """The newest part of the console log, from the start of a line, and whether there is more before it."""
        start = max(0, self.log_size(run) - LOG_BYTES)
        text, _ = self._workbench.log(run, start)
        return (text.partition("\n")[2] if start else text), start > 0

    def log_size(self, run: Run) -> int:
        """Bytes of the console log: unchanged means nothing new to show."""
        try:
            return RunFolder(run.folder).log.stat().st_size
        except FileNotFoundError:
            return 0

    def _row(self, run: Run) -> RunView | None:
        """Working out a state takes processes and files; a run at rest whose folder did not change keeps its row."""
        try:
            key = (run.id, run.folder.stat().st_mtime_ns)
            if key in self._resting:
                return self._resting[key]
            view = self.view(run)
        except (RunError, FileNotFoundError):
            return None
        if view.state.status in ACTIVE:
            return view
        best = view.trace.best
        row = replace(view, trace=replace(view.trace, losses=[], evaluations=[best] if best else []))
        self._resting[key] = row
        while len(self._resting) > _KEPT:
            self._resting.popitem(last=False)
        return row
