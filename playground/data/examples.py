"""The labelled files written for this project, to try the playground with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.words import Language, say

_FOLDER: Final = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file to try; its card reads ``example.<id>.name`` and ``example.<id>.line``."""

    id: str
    path: Path

    def name(self, language: Language = "en") -> str:
        """What it is, in a few words."""
        return say(f"example.{self.id}.name", language)

    def line(self, language: Language = "en") -> str:
        """What is in it and what makes it hard, in one line."""
        return say(f"example.{self.id}.line", language)


EXAMPLES: Final[tuple[ExampleFile, ...]] = (
    ExampleFile("support_intents", _FOLDER / "support_intents.csv"),
    ExampleFile("product_reviews_zh", _FOLDER / "product_reviews_zh.csv"),
    ExampleFile("it_tickets", _FOLDER / "it_tickets.jsonl"),
)
