"""How far a survey is, for whoever looks into its folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from playground.data.survey import SurveyStage
from playground.launch.survey_folder import PROGRESS
from playground.runs.folder import write_json

#: The page asks once a second.
_SECONDS_BETWEEN: Final = 0.5


class Progress:
    """Writes ``progress.json``, at every new stage and within one at most twice a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self._stage: SurveyStage = "starting"
        self._written = 0.0

    def stage(self, stage: SurveyStage, total: int = 0) -> None:
        """A new stage begins.

        :param total: units it has, 0 if unknown.
        """
        self._stage = stage
        self._write(0, total)

    def tell(self, done: int, total: int) -> None:
        """So many units of the stage are done."""
        if done >= total or time.monotonic() - self._written >= _SECONDS_BETWEEN:
            self._write(done, total)

    def _write(self, done: int, total: int) -> None:
        self._written = time.monotonic()
        write_json(self._path, {"stage": self._stage, "done": done, "total": total})
