"""The tasks a model can be fine-tuned for, one module each, behind the ``Task`` protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.errors import RecipeError
from playground.tasks.text_classification import TextClassification
from playground.tasks.types import ClassScore, Metrics, Reference, Task

TASKS: Final[Mapping[str, Task]] = {task.name: task for task in (TextClassification(),)}

__all__ = ["TASKS", "ClassScore", "Metrics", "Reference", "Task", "get_task"]


def get_task(name: str) -> Task:
    """The task of that name.

    :raises RecipeError: if there is none.
    """
    if name not in TASKS:
        raise RecipeError("task_unknown", field="task", name=name, known=", ".join(TASKS))
    return TASKS[name]
