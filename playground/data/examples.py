"""The example files written for this project, to try the playground with: one for each task, in English and in Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.data.types import TaskName
from playground.words import Language, say

_FOLDER: Final = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file to try; its card reads ``example.<id>.name`` and ``example.<id>.line``."""

    id: str
    path: Path
    #: What its rows are for, as the file itself is understood.
    task: TaskName
    #: Of its texts.
    language: Language

    def name(self, language: Language = "en") -> str:
        """What it is, in a few words."""
        return say(f"example.{self.id}.name", language)

    def line(self, language: Language = "en") -> str:
        """What is in it and what makes it hard, in one line."""
        return say(f"example.{self.id}.line", language)


def _example(file: str, task: TaskName, language: Language) -> ExampleFile:
    return ExampleFile(file.partition(".")[0], _FOLDER / file, task, language)


#: The first ones to try: single-label classification, which needs no explanation.
EXAMPLES: Final[tuple[ExampleFile, ...]] = (
    _example("support_intents.csv", "text-classification", "en"),
    _example("product_reviews_zh.csv", "text-classification", "zh"),
    _example("it_tickets.jsonl", "text-classification", "en"),
)
#: The other tasks, English and Chinese side by side. The last four belong together: adapt to the log, then classify with few labels.
MORE_EXAMPLES: Final[tuple[ExampleFile, ...]] = (
    _example("leisure_centre_complaints.csv", "multi-label-classification", "en"),
    _example("restaurant_gripes_zh.jsonl", "multi-label-classification", "zh"),
    _example("handover_claims.csv", "text-pair-classification", "en"),
    _example("library_questions_zh.csv", "text-pair-classification", "zh"),
    _example("workshop_hours.csv", "regression", "en"),
    _example("clinic_satisfaction_zh.csv", "regression", "zh"),
    _example("bakery_orders.conll", "token-classification", "en"),
    _example("flower_orders_zh.jsonl", "token-classification", "zh"),
    _example("vet_desk_cards.jsonl", "generation", "en"),
    _example("shop_replies_zh.jsonl", "generation", "zh"),
    _example("yard_log.txt", "language-modeling", "en"),
    _example("tea_workshop_log_zh.txt", "language-modeling", "zh"),
    _example("yard_jobs.csv", "text-classification", "en"),
    _example("tea_steps_zh.csv", "text-classification", "zh"),
)
ALL_EXAMPLES: Final = EXAMPLES + MORE_EXAMPLES
