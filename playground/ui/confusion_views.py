"""Which label is taken for which: two confusion matrices that stay readable at 200 labels, and every mix-up as a list. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from playground.compare import Comparison
from playground.ui import format
from playground.ui.label_views import LARGEST, by_support
from playground.ui.marks import column_heads, heading
from playground.words import Language, say

#: Up to this many columns carry their names; more are numbered and named at the rows.
_NAMED_COLUMNS: Final = 4
#: Up to this many columns the two matrices stand side by side.
_BESIDE: Final = 12
#: Mix-ups listed at most.
_PAIRS: Final = 500

Matrix = tuple[tuple[int, ...], ...]


def folded(matrix: Matrix, keep: Sequence[int]) -> Matrix:
    """``matrix`` with only the rows and columns ``keep``, in that order, and all others summed up in one last row and column."""
    rest = [index for index in range(len(matrix)) if index not in set(keep)]
    groups = [[index] for index in keep] + ([rest] if rest else [])
    return tuple(tuple(sum(matrix[i][j] for i in rows for j in columns) for columns in groups) for rows in groups)


def mix_ups(matrix: Matrix, labels: Sequence[str]) -> list[tuple[str, str, int]]:
    """(true label, answer, rows) of every wrong answer, most frequent first."""
    cells = [(labels[i], labels[j], count) for i, row in enumerate(matrix) for j, count in enumerate(row) if count and i != j]
    return sorted(cells, key=lambda cell: (-cell[2], cell[0], cell[1]))


def confusion_html(comparison: Comparison, language: Language) -> str:
    """Base and fine-tuned side by side; at many labels the largest and "others", with the full list in a fold. "" without matrices."""
    if not comparison.tuned_confusion:
        return ""
    order = {label: index for index, label in enumerate(comparison.labels)}
    shown = by_support(comparison)[:LARGEST]
    keep = [order[label] for label in shown]
    names = list(shown)
    notes = say("compare.confusion.line", language)
    if len(comparison.labels) > len(shown):
        names.append(say("compare.confusion.others", language))
        notes += " " + say("compare.confusion.largest", language, count=len(shown))
    pair = (("base", comparison.base_confusion), ("tuned", comparison.tuned_confusion))
    matrices = "".join(_matrix(kind, matrix, keep, names, language) for kind, matrix in pair)
    lists = "".join(_pairs(kind, mix_ups(matrix, comparison.labels), language) for kind, matrix in pair)
    wide = "" if len(names) <= _BESIDE else " many"
    return (
        f'<section class="confusion{wide}">{heading(say("compare.confusion", language), notes)}'
        f'<div class="pair">{matrices}</div><div class="pair">{lists}</div></section>'
    )


def _matrix(kind: str, matrix: Matrix, keep: Sequence[int], names: Sequence[str], language: Language) -> str:
    named = len(names) <= _NAMED_COLUMNS
    shown = [escape(name) if named else str(place) for place, name in enumerate(names, 1)]
    head = "".join(f'<th scope="col" title="{escape(name)}"><span>{text}</span></th>' for name, text in zip(names, shown, strict=True))
    rows = "".join(_matrix_row(place, row, names, len(keep), named, language) for place, row in enumerate(folded(matrix, keep)))
    title = escape(say(f"compare.answer.{kind}", language))
    right, total = sum(matrix[i][i] for i in range(len(matrix))), sum(map(sum, matrix))
    of_all = f'<span class="quiet">{format.count(right)} / {format.count(total)}</span>'
    return (
        f'<figure class="matrix {kind}"><figcaption><strong>{title}</strong> {of_all}</figcaption>'
        f'<div class="scroll"><table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div></figure>'
    )


def _matrix_row(place: int, row: Sequence[int], names: Sequence[str], kept: int, named: bool, language: Language) -> str:
    total = sum(row)
    cells = []
    for column, count in enumerate(row):
        depth = round(100 * count / total) if total else 0
        # Others answered as others may be right or wrong: the fold cannot tell.
        kind = "mixed" if place == column == kept else "right" if column == place else "wrong"
        title = escape(say("compare.confusion.cell", language, label=names[place], answer=names[column], count=count))
        cells.append(f'<td class="{kind}" style="--depth:{depth}%" title="{title}">{format.count(count) if count else ""}</td>')
    number = "" if named else f"<small>{place + 1}</small> "
    return f'<tr><th scope="row" title="{escape(names[place])}">{number}{escape(names[place])}</th>{"".join(cells)}</tr>'


def _pairs(kind: str, pairs: Sequence[tuple[str, str, int]], language: Language) -> str:
    if not pairs:
        return '<div class="pairs"></div>'
    cells = ((escape(label), escape(answer), format.count(count)) for label, answer, count in pairs[:_PAIRS])
    rows = "".join(f"<tr><td>{label}</td><td>{answer}</td><td>{count}</td></tr>" for label, answer, count in cells)
    names = [say("compare.confusion.true", language), say("compare.confusion.answer", language), say("compare.classes.rows", language)]
    title = f"{say(f'compare.answer.{kind}', language)} · {say('compare.confusion.pairs', language, count=len(pairs))}"
    return (
        f'<details class="pairs"><summary>{escape(title)}</summary><div class="scroll tall">'
        f"<table>{column_heads(map(escape, names))}<tbody>{rows}</tbody></table></div></details>"
    )
