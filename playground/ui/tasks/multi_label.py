"""Any number of labels a text: bars with the mark above which a label is given, and labels as chips with what was gained and lost. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.data.meaning.cells import listed
from playground.runs.types import Prediction
from playground.ui import format
from playground.ui.label_views import classes_html
from playground.ui.tasks.parts import article, row_heads, row_html, shares, sides
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say

#: Labels with a bar of their own, in each of the two columns.
_BARS: Final = 8
#: Beyond this a label is given: scores come so that the threshold found for each label on the validation split lies here.
_GIVEN: Final = 0.5
#: Class and sign of a label that is rightly given, wrongly given, and missing.
_HIT: Final = ("right", "✓")
_EXTRA: Final = ("wrong", "✕")
_MISSED: Final = ("missed", "○")


def answer_html(prediction: Prediction, context: Context) -> str:
    """One text, two columns of bars with the labels given, and which labels came and went."""
    base, tuned = shares(prediction.base), shares(prediction.tuned)
    before, after = given(base), given(tuned)
    shown = _order(base, tuned, [*after, *before])
    columns = (
        _chips(before, context.language) + _bars(base, shown, context.language),
        _chips(after, context.language) + _bars(tuned, shown, context.language),
    )
    gained, lost = moved(before, after)
    said = _moved_words(gained, lost, context.language)
    return article(prediction.text, sides(*columns, context), "other" if gained or lost else "same", said, context)


def given(scores: Mapping[str, float]) -> list[str]:
    """The labels that are given, likeliest first."""
    return [label for label in sorted(scores, key=lambda name: -scores[name]) if scores[label] > _GIVEN]


def moved(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Labels only the fine-tuned model gives, and those only base gives."""
    return [label for label in after if label not in before], [label for label in before if label not in after]


def _moved_words(gained: Sequence[str], lost: Sequence[str], language: Language) -> str:
    between = "、" if language == "zh" else ", "
    kind = "both" if gained and lost else "gained" if gained else "lost" if lost else "none"
    return say(f"compare.labels.{kind}", language, gained=between.join(gained), lost=between.join(lost))


def _order(base: Mapping[str, float], tuned: Mapping[str, float], first: Sequence[str]) -> list[str]:
    """The same labels in the same order on both sides: the given ones of either, then the likeliest."""
    likely = sorted(tuned, key=lambda label: (label not in first, -max(tuned[label], base.get(label, 0.0))))
    return sorted(likely[:_BARS], key=lambda label: -tuned[label])


def _chips(labels: Sequence[str], language: Language) -> str:
    if not labels:
        return f'<p class="chips quiet">{escape(say("compare.labels.nothing", language))}</p>'
    return f'<p class="chips">{"".join(f"<b>{escape(label)}</b>" for label in labels)}</p>'


def _bars(scores: Mapping[str, float], shown: Sequence[str], language: Language) -> str:
    rows = [_bar(label, scores.get(label, 0.0), language) for label in shown]
    hidden = len(scores) - len(shown)
    if hidden > 0:
        rows.append(f'<li class="more">{escape(say("compare.labels.more", language, count=hidden))}</li>')
    return f'<ul class="bars marked">{"".join(rows)}</ul>'


def _bar(label: str, share: float, language: Language) -> str:
    name = f'<span class="name" title="{escape(label)}">{escape(label)}</span>'
    help_text = escape(say("compare.labels.threshold", language))
    mark = f'<s style="left:{100 * _GIVEN:.1f}%"></s>'
    track = f'<span class="track" data-help="{help_text}"><i style="width:{100 * share:.1f}%"></i>{mark}</span>'
    return f"<li{' class=top' if share > _GIVEN else ''}>{name}{track}<b>{escape(format.percent(share, language))}</b></li>"


def detail_html(comparison: Comparison, language: Language) -> str:
    """F1 of each label."""
    return classes_html(comparison, language)


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A row with its labels and those of both answers: right, wrong and missing ones, and what the fine-tune gained and lost."""
    expected, base, tuned = (listed(cell) or [] for cell in (row.label, row.base, row.tuned))
    language = context.language
    gained, lost = moved(base, tuned)
    signs = "".join(
        f'<span class="change {"gain" if (label in expected) == (sign == "+") else "loss"}">{sign} {escape(label)}</span> '
        for sign, labels in (("+", gained), ("−", lost))
        for label in labels
    )
    names = "".join(f'<b class="chip">{escape(label)}</b>' for label in expected) or escape(say("compare.labels.nothing", language))
    before = ("", _judged(expected, base, language))
    after = ("", _judged(expected, tuned, language) + (f'<p class="moved">{signs}</p>' if signs else ""))
    return row_html(row, names, before, after, heads(language))


def heads(language: Language) -> list[str]:
    """Columns of a row."""
    return row_heads(language, "compare.rows.labels")


def _judged(expected: Sequence[str], answer: Sequence[str], language: Language) -> str:
    """The labels of an answer as chips, and those that are missing from it."""
    marked = [(label, *(_HIT if label in expected else _EXTRA)) for label in answer]
    marked += [(label, *_MISSED) for label in expected if label not in answer]
    titles = {kind: escape(say(f"compare.labels.{kind}", language)) for kind, _ in (_HIT, _EXTRA, _MISSED)}
    chips = "".join(f'<b class="chip {kind}" title="{titles[kind]}">{sign} {escape(label)}</b>' for label, kind, sign in marked)
    return chips or escape(say("compare.labels.nothing", language))


VIEW: Final = TaskView("texts", answer_html, detail_html, held_out_html, heads)
