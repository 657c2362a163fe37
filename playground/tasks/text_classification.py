"""Text classification: one text in, one of a fixed set of labels out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from playground.tasks.one_label import OneLabel
from playground.tasks.types import ModelKind, Reference

#: Label names that say nothing about the texts: 0, 1.0, A, class_3, label 2, LABEL-0, 类别1, 标签 2.
_MEANINGLESS = re.compile(r"(?:(?:class|label|category|cat|类别|类|标签)[\s_\-]*)?(?:-?\d+(?:\.\d+)?|[a-z])", re.IGNORECASE)


class TextClassification(OneLabel):
    """The ``Task`` for single-label classification: a head on an encoder, or a causal model that answers with the label's name."""

    name: ClassVar[str] = "text-classification"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder", "causal")
    references: ClassVar[tuple[Reference, ...]] = ("majority", "zero_shot", "tfidf", "probe")

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """ "zero_shot" when the label names mean something, else "probe"."""
        return "zero_shot" if names_have_meaning(labels) else "probe"


def names_have_meaning(labels: Sequence[str]) -> bool:
    """Whether most label names are words a language model can know, rather than codes like 0/1 or A/B."""
    codes = sum(_MEANINGLESS.fullmatch(label.strip()) is not None for label in labels)
    return codes * 2 < len(labels)
