"""How each task looks on the page, one module each, behind ``TaskView``. Everything else in Runs and Compare is the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.ui.tasks import entities, generation, language, multi_label, regression, single_label
from playground.ui.tasks.types import Context, TaskView, Try

VIEWS: Final[Mapping[str, TaskView]] = {
    "text-classification": single_label.VIEW,
    "text-pair-classification": single_label.PAIR_VIEW,
    "multi-label-classification": multi_label.VIEW,
    "regression": regression.VIEW,
    "token-classification": entities.VIEW,
    "generation": generation.VIEW,
    "language-modeling": language.VIEW,
}

__all__ = ["VIEWS", "Context", "TaskView", "Try", "view_of"]


def view_of(task: str) -> TaskView:
    """The view of the task of that name. :raises KeyError: if it has none."""
    return VIEWS[task]
