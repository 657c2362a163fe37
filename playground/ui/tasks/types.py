"""What the page has to know of a task: how a person tries it, how one answer and one held-out row look, what its metrics are.

Everything else in Runs and Compare is the same for all tasks. A new task gets one module here that makes a ``TaskView``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from playground.compare import ComparedRow, Comparison
from playground.runs.types import Prediction
from playground.ui.scales import SHARE, Scale
from playground.words import Language

#: What a person types to try a model: texts, two texts that belong together, a question that is answered as it is written, a sentence with
#: a gap, or nothing.
Try = Literal["texts", "pair", "chat", "gap", "none"]


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around an answer."""

    comparison: Comparison
    language: Language
    #: The second text a person typed, else "".
    text_pair: str = ""


@dataclass(frozen=True, slots=True)
class TaskView:
    """The parts of the page that differ from task to task. All of them are pure: dataclasses in, HTML out."""

    tries: Try
    #: One typed text with base and fine-tuned answer, as one ``<article class="answer">``; None where nothing can be typed.
    answer: Callable[[Prediction, Context], str] | None
    #: What stands behind the score on the held-out rows: label by label, expected against answered, ...
    detail: Callable[[Comparison, Language], str]
    #: One held-out row as ``<tr>``.
    row: Callable[[ComparedRow, Context], str]
    #: Names of the columns of such rows as HTML; none for rows that need no head.
    heads: Callable[[Language], Sequence[str]]
    #: The metrics that are no shares of 1.
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def scale(self, metric: str) -> Scale:
        """How values of ``metric`` are written and drawn."""
        return self.scales.get(metric, SHARE)
