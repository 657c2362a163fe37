"""Errors whose text is for the person using the playground.

An error carries a code and the facts of this case; its sentences live in ``words`` under ``error.<code>`` (what happened
and why) and ``error.<code>.remedy`` (the next step), so the same error can be read in every language, stored in a run's
events and shown on another device.
"""

from __future__ import annotations

from playground.words import Fact, Language, say


class PlaygroundError(Exception):
    """Anything a person can be told and can do something about."""

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def message(self, language: Language = "en") -> str:
        """What happened and why, in one sentence."""
        return say(f"error.{self.code}", language, **self.facts)

    def remedy(self, language: Language = "en") -> str:
        """The next step, in one sentence."""
        return say(f"error.{self.code}.remedy", language, **self.facts)

    def __str__(self) -> str:
        return f"{self.message()} {self.remedy()}"


class DatasetError(PlaygroundError):
    """Raised when a file cannot be read, understood or split."""


class RecipeError(PlaygroundError):
    """Raised when settings contradict each other, the model or the data; ``problems`` lists every one of them."""

    def __init__(self, code: str, /, problems: tuple[PlaygroundError, ...] = (), **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.problems = problems

    def message(self, language: Language = "en") -> str:
        """The general sentence, followed by every problem with its remedy."""
        lines = [f"{problem.message(language)} {problem.remedy(language)}" for problem in self.problems]
        return "\n".join([super().message(language), *lines])


class ModelError(PlaygroundError):
    """Raised when a base model cannot be found, fetched, verified or loaded."""


class RunError(PlaygroundError):
    """Raised when a run cannot be created, started, stopped, resumed or read, or when training fails."""


class PredictionError(PlaygroundError):
    """Raised when a prediction cannot be made."""
