"""What the tests of the task views look at: the comparison of an invented run, and HTML as a person reads it."""

from __future__ import annotations

import re
from functools import cache

from playground.compare import Comparison
from playground.data.types import TaskName
from playground.ui.tasks import Context
from playground.words import Language
from tests.ui.task_seeds import TaskSeed
from tests.ui.task_seeds import comparison as compared

#: A text, label or name that would run if it were not escaped.
HOSTILE = '<img src=x onerror="alert(1)">'


@cache
def comparison(task: TaskName, language: Language = "en") -> Comparison:
    return compared(TaskSeed(task, language))


def context(task: TaskName, language: Language = "en", text_pair: str = "") -> Context:
    return Context(comparison(task, language), language, text_pair)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
