"""Text pairs: two texts in (a claim and its evidence, two questions), one of a fixed set of labels about them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from playground.tasks.one_label import OneLabel
from playground.tasks.types import ModelKind, Reference


class TextPairClassification(OneLabel):
    """The ``Task`` for one label on two texts, which an encoder reads together."""

    name: ClassVar[str] = "text-pair-classification"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder",)
    references: ClassVar[tuple[Reference, ...]] = ("majority", "tfidf", "probe")

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """Always "probe": what holds between two texts is not named by a word that lies near either of them."""
        return "probe"
