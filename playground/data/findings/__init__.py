"""What is wrong or remarkable about the examples of a task, each with the rows it is about and what can be done with a click."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from playground.data.findings.chat import check_chat
from playground.data.findings.common import FEWEST_ROWS, SPLITTABLE_TEXTS, Examples, sort_findings
from playground.data.findings.copies import check_copies
from playground.data.findings.enough import check_enough
from playground.data.findings.labels import check_labels
from playground.data.findings.languages import check_languages
from playground.data.findings.leakage import check_leakage
from playground.data.findings.numbers import check_numbers
from playground.data.findings.personal import check_personal
from playground.data.findings.tags import check_tags
from playground.data.findings.texts import check_missing, check_texts
from playground.data.findings.unlabelled import check_unlabelled
from playground.data.types import Finding, TaskName

__all__ = ["FEWEST_ROWS", "SPLITTABLE_TEXTS", "Examples", "check_examples", "sort_findings"]


def check_examples(rows: pd.DataFrame, task: TaskName = "text-classification", examples: Examples | None = None) -> tuple[Finding, ...]:
    """Every finding about these examples.

    :param rows: as ``data.rows`` makes them, indexed by row number of the file.
    :param examples: the same rows, if somebody has worked on them already.
    """
    return tuple(_found(examples or Examples(rows, task)))


def _found(examples: Examples) -> Iterator[Finding]:
    yield from check_missing(examples)
    yield from check_tags(examples)
    yield from check_chat(examples)
    yield from check_numbers(examples)
    if examples.usable.empty:
        yield Finding("no_usable_rows", "error")
        return
    enough = tuple(check_enough(examples))
    yield from enough
    if not any(finding.code == "labels_do_not_repeat" for finding in enough):  # what is no label needs no more said about it
        yield from check_labels(examples)
    yield from check_unlabelled(examples)
    yield from check_copies(examples)
    yield from check_leakage(examples)
    yield from check_texts(examples)
    yield from check_personal(examples)
    yield from check_languages(examples)
