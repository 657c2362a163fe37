"""Label by label: how well base and fine-tuned find each, for every task whose answers are names. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from playground.compare import Comparison
from playground.ui import format
from playground.ui.marks import change, column_heads, heading, metric_term, term, track
from playground.words import Language, say

#: Labels shown at once; more stand in a table a click away.
LARGEST: Final = 30


def classes_html(comparison: Comparison, language: Language, names: Iterable[str] | None = None, kind: str = "classes") -> str:
    """F1 of each label before and after, the most frequent first; past the largest, the whole table is a click away.

    :param names: what to list; the labels of the run when None.
    :param kind: whose words to use: "classes" (rows carry labels) or "entities" (texts hold entities of kinds).
    """
    labels = by_support(comparison, names)
    head = heading(say(f"compare.{kind}", language), say(f"compare.{kind}.line", language))
    table = _class_table(comparison, labels[:LARGEST], kind, language)
    rest = ""
    if len(labels) > LARGEST:
        title = say(f"compare.{kind}.all", language, count=len(labels))
        rest = f"<details><summary>{escape(title)}</summary>{_class_table(comparison, labels, kind, language)}</details>"
    return f'<section class="classes">{head}{table}{rest}</section>'


def by_support(comparison: Comparison, names: Iterable[str] | None = None) -> list[str]:
    """Labels by their number of held-out rows, largest first, then by name; each label of the run once."""
    support = {label: score.support for label, score in comparison.tuned.per_class.items()}
    return sorted(comparison.labels if names is None else names, key=lambda label: (-support.get(label, 0), label))


def _class_table(comparison: Comparison, labels: list[str], kind: str, language: Language) -> str:
    rows = "".join(_class_row(label, comparison, language) for label in labels)
    names = (
        escape(say(f"compare.{kind}.label", language)),
        term(say(f"compare.{kind}.rows", language), say(f"compare.{kind}.rows.help", language)),
        f"{escape(say('compare.answer.base', language))} {metric_term('f1', language)}",
        f"{escape(say('compare.answer.tuned', language))} {metric_term('f1', language)}",
        escape(say("compare.classes.change", language)),
    )
    return f'<div class="scroll"><table>{column_heads(names)}<tbody>{rows}</tbody></table></div>'


def _class_row(label: str, comparison: Comparison, language: Language) -> str:
    before, after = comparison.base.per_class.get(label), comparison.tuned.per_class.get(label)
    base, tuned = before.f1 if before else 0.0, after.f1 if after else 0.0
    support = after.support if after else before.support if before else 0
    cells = "".join(
        f'<td class="bar {style}">{track(value)} {format.score(value)}</td>' for style, value in (("base", base), ("tuned", tuned))
    )
    name = f'<th scope="row" title="{escape(label)}">{escape(label)}</th>'
    return f"<tr>{name}<td>{format.count(support)}</td>{cells}<td>{change(tuned - base, language)}</td></tr>"
