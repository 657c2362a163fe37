"""The tasks a model can be fine-tuned for, one module each, behind the ``Task`` protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.errors import RecipeError
from playground.tasks.generation import Generation
from playground.tasks.language_modeling import LanguageModeling
from playground.tasks.multi_label import MultiLabel
from playground.tasks.regression import Regression
from playground.tasks.text_classification import TextClassification
from playground.tasks.text_pair_classification import TextPairClassification
from playground.tasks.token_classification import TokenClassification
from playground.tasks.types import ClassScore, Metrics, ModelKind, Reference, Task, lower_is_better, tested_rows

_ALL: Final[tuple[Task, ...]] = (
    TextClassification(), TextPairClassification(), MultiLabel(), Regression(), TokenClassification(), Generation(), LanguageModeling(),
)  # fmt: skip
TASKS: Final[Mapping[str, Task]] = {task.name: task for task in _ALL}

__all__ = ["TASKS", "ClassScore", "Metrics", "ModelKind", "Reference", "Task", "get_task", "lower_is_better", "tested_rows"]


def get_task(name: str) -> Task:
    """The task of that name.

    :raises RecipeError: if there is none.
    """
    if name not in TASKS:
        raise RecipeError("task_unknown", field="task", name=name, known=", ".join(TASKS))
    return TASKS[name]
