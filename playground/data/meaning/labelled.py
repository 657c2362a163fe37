"""Texts and what is said of them: which column is the text, which the label, and whether labels are classes, several or a quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from playground.data.meaning.describe import LONGEST_LABEL, listed_names
from playground.data.meaning.hints import CLASS_NAMES, LABEL_NAMES, PAIR_NAMES, TEXT_NAMES, plain_name
from playground.data.meaning.look import Look, Proposal, Reason
from playground.data.types import Column, ColumnChoice, Confidence, Finding, TaskName
from playground.words import Fact

#: More different whole numbers than this are a quantity, not classes.
_MOST_NUMBERS: Final = 20
#: Unless their column is called after classes and each comes this often, on average.
_ROWS_A_CLASS: Final = 5
#: Columns of 0 and 1 that make several labels together; two alone may be anything.
_FEWEST_FLAGS: Final = 3
#: So much longer than the column called text must the one called label be for the names to be swapped.
_SWAPPED_LENGTH: Final = 3.0


def labelled(look: Look, task: TaskName | None) -> Proposal:
    """The best text, perhaps its partner, and the label, or none with the finding that says why.

    :param task: what the person wants or the format says; None proposes it from the label.
    """
    text = best_text(look)
    if text is None:
        return Proposal(task or "text-classification", None, (), (no_text(look),))
    first, pair = _paired(look, text, task)
    label, findings, confidence = _best_label(look, first, pair, task)
    called = label is not None and _named(label, LABEL_NAMES)  # a column called label wins over columns of 0 and 1
    if not called and task in (None, "multi-label-classification") and len(flags := look.flags(first.name)) >= _FEWEST_FLAGS:
        return _flagged(look, first, flags)
    if label is None:
        missing = Finding("no_label_column", "error", {"columns": listed_names(look.columns), "text": first.name})
        return Proposal(task or "text-classification", None, (), (missing,))
    found, reason, own = task_of_label(look, label, pair is not None)
    found, reason = (task, reason) if task else (found, reason)
    if pair is None or found == "multi-label-classification":
        pair = None
        findings += _other_texts(look, first, label)
    reasons: list[Reason] = [reason, text_reason(first)]
    reasons += [("reason.pair_named", {"column": pair.name, "text": first.name})] if pair else []
    reasons.append(_label_reason(look, label, found))
    choice = ColumnChoice(first.name, label.name, pair.name if pair else None)
    return Proposal(found, choice, tuple(reasons), (*findings, *(own if task is None else ())), confidence)


def no_text(look: Look) -> Finding:
    """Why there is no text."""
    numbers = [column for column in look.columns if column.filled and look.numeric(column)]
    facts = {"columns": listed_names(look.columns)}
    only = numbers and len(numbers) == sum(column.filled > 0 for column in look.columns)
    return Finding("numbers_only", "error", facts) if only else Finding("no_text_column", "error", facts)


def best_text(look: Look) -> Column | None:
    """The most text-like column of plain cells."""
    plain = [column for column in look.columns if look.form(column) == "plain" and column.name != look.split_column]
    candidates = [column for column in plain if _may_be_text(column)]
    # A few labels in one cell are as long and varied as a short text; they are one only where nothing else is.
    candidates = [column for column in candidates if look.separator(column) is None or _named(column, TEXT_NAMES)] or candidates
    if not candidates:  # a few texts, repeated often: the most text-like of two columns that look like labels
        alike = [column for column in plain if column.kind == "label" and not look.numeric(column)]
        candidates = alike if len([column for column in plain if column.kind == "label"]) > 1 else []
    return max(candidates, key=_text_score, default=None)


def task_of_label(look: Look, label: Column, paired: bool) -> tuple[TaskName, Reason, tuple[Finding, ...]]:
    """What a label column's values make of the examples, why, and what was assumed."""
    mark = look.separator(label)
    if look.form(label) == "list":
        return "multi-label-classification", ("reason.task_lists", {"column": label.name}), ()
    if mark is not None:
        return "multi-label-classification", ("reason.task_joined", {"column": label.name, "mark": mark}), ()
    single: TaskName = "text-pair-classification" if paired else "text-classification"
    reason = "reason.task_pairs" if paired else "reason.task_labels"
    if not look.numeric(label) or label.kind == "identifier":
        return single, (reason, {"count": label.distinct}), ()
    facts: dict[str, Fact] = {"column": label.name, "distinct": label.distinct}
    repeats = label.distinct * _ROWS_A_CLASS <= label.filled and plain_name(label.name) in CLASS_NAMES
    if look.whole(label) and (label.distinct <= _MOST_NUMBERS or repeats):
        # Two numbers are no and yes; a quantity has more.
        found = (Finding("numbers_as_classes", "info", {**facts, "other": "regression"}),) if label.distinct > 2 else ()
        return single, (reason, {"count": label.distinct}), found
    target = Finding("numbers_as_target", "info", {**facts, "other": single})
    return "regression", ("reason.task_numbers", {"column": label.name, "count": label.distinct}), (target,)


def _paired(look: Look, text: Column, task: TaskName | None) -> tuple[Column, Column | None]:
    """The two texts of a pair, by their names; the best text alone where there is none."""
    plain = {plain_name(column.name): column for column in look.columns if column.filled and look.form(column) == "plain"}
    for names in PAIR_NAMES:
        first, second = (plain.get(name) for name in names)
        if first and second and _long_enough(first) and _long_enough(second):
            return first, second
    if task == "text-pair-classification":
        others = [column for column in look.columns if column != text and column.kind == "text" and look.form(column) == "plain"]
        return text, max(others, key=_text_score, default=None)
    return text, None


def _long_enough(column: Column) -> bool:
    return column.kind == "text" or (column.kind == "label" and column.mean_length > 12)


def _best_label(
    look: Look, text: Column, pair: Column | None, task: TaskName | None
) -> tuple[Column | None, tuple[Finding, ...], Confidence]:
    """The label column, what to know about the choice, and how sure it is."""
    others = [column for column in look.columns if column not in (text, pair) and column.filled and column.name != look.split_column]
    candidates = [column for column in others if _may_be_label(look, column)]
    if not candidates and task in (None, "regression"):  # nothing repeats: a quantity, if there is one
        candidates = [column for column in others if column.kind == "number" and look.form(column) == "plain"]
    if task == "regression":
        candidates = [column for column in candidates + others if column.kind != "identifier" and look.numeric(column)] or candidates
    ranked = sorted(dict.fromkeys(candidates), key=lambda column: _label_score(look, column), reverse=True)
    if not ranked:
        return None, (), "unsure"
    label, rest = ranked[0], ranked[1:]
    findings: list[Finding] = []
    if _swapped(text, label):
        findings.append(Finding("names_swapped", "warning", {"text": text.name, "label": label.name}))
    useful = [column for column in rest if column.kind == "label" and column.distinct > 1]
    if useful:
        findings.append(Finding("other_label_columns", "info", {"label": label.name, "columns": listed_names(useful)}))
    passed = [column for column in others if column != label and _is_id(column) and _named(column, LABEL_NAMES)]
    if passed:
        findings.append(Finding("label_column_is_id", "info", {"column": passed[0].name, "label": label.name}))
    return label, tuple(findings), _confidence(look, text, label, useful)


def _confidence(look: Look, text: Column, label: Column, useful: list[Column]) -> Confidence:
    """Names that say so, or no other candidate, make it clear; a rival hardly worse makes it unsure."""
    if _named(text, TEXT_NAMES) and _named(label, LABEL_NAMES) and label.kind != "identifier" and not _swapped(text, label):
        return "clear"
    rival = max((_label_score(look, column) for column in useful), default=-math.inf)
    if text.kind == "label" or label.kind in ("number", "identifier") or _label_score(look, label) - rival < 0.5:
        return "unsure"
    return "likely" if useful else "clear"


def _swapped(text: Column, label: Column) -> bool:
    """Whether the column that holds the texts is called label, and the other way round."""
    names = _named(text, LABEL_NAMES) and not _named(text, TEXT_NAMES) and _named(label, TEXT_NAMES) and not _named(label, LABEL_NAMES)
    return names and text.mean_length >= _SWAPPED_LENGTH * label.mean_length


def _flagged(look: Look, text: Column, flags: list[str]) -> Proposal:
    columns = [look.column(name) for name in flags]
    facts: dict[str, Fact] = {"columns": listed_names(columns), "count": len(flags)}
    reasons: tuple[Reason, ...] = (("reason.task_flags", facts), text_reason(text))
    found = (Finding("flags_as_labels", "info", facts),)
    return Proposal("multi-label-classification", ColumnChoice(text.name, ""), reasons, found, "likely")


def _other_texts(look: Look, text: Column, label: Column) -> tuple[Finding, ...]:
    """A second column of prose is said to be left out."""
    prose = [column for column in look.columns if column.kind == "text" and column not in (text, label) and look.form(column) == "plain"]
    prose = [column for column in prose if column.mean_length >= 20]
    return (Finding("other_text_columns", "info", {"text": text.name, "columns": listed_names(prose)}),) if prose else ()


def _named(column: Column, names: Mapping[str, int]) -> bool:
    return plain_name(column.name) in names


def _may_be_text(column: Column) -> bool:
    # Few different texts in a pasted handful of rows look like labels; a telling name still makes them texts.
    return column.kind == "text" or (column.kind == "label" and _named(column, TEXT_NAMES))


def _may_be_label(look: Look, column: Column) -> bool:
    if look.form(column) == "list" or (column.kind == "label" and look.form(column) == "plain"):
        return True
    if column.kind == "text" and look.separator(column) is not None:
        return True
    return column.kind in ("number", "text", "identifier") and _named(column, LABEL_NAMES)


def _is_id(column: Column) -> bool:
    return column.kind == "identifier" and column.distinct > 0.95 * column.filled


def _text_score(column: Column) -> float:
    """Long, varied, and called like a text; names cannot make a column of a few short words the text."""
    varied = column.distinct / column.filled
    worth = 3 if column.kind == "text" or varied > 0.2 else 1
    return math.log1p(column.mean_length) * (0.5 + varied) + _hint(column, TEXT_NAMES) * worth - _hint(column, LABEL_NAMES) * 2


def _label_score(look: Look, column: Column) -> float:
    """Called like a label, short, and few enough to be told apart."""
    repeats = 1 - column.distinct / column.filled
    constant = 3.0 if column.distinct < 2 else 0.0
    several = look.form(column) == "list" or look.separator(column) is not None
    other_kind = 0.0 if column.kind == "label" or several else 1.0
    named = 0.0 if _is_id(column) else _hint(column, LABEL_NAMES) * 4
    return named + repeats - column.mean_length / LONGEST_LABEL - constant - other_kind


def _hint(column: Column, names: Mapping[str, int]) -> float:
    """1 for the most telling name, less further down the list, 0 for an unknown one."""
    rank = names.get(plain_name(column.name))
    return 0.0 if rank is None else 1 - 0.5 * rank / len(names)


def text_reason(text: Column) -> Reason:
    """Why this column is the text."""
    key = "reason.text_named" if _named(text, TEXT_NAMES) else "reason.text_longest"
    return key, {"column": text.name, "characters": round(text.mean_length)}


def _label_reason(look: Look, label: Column, task: TaskName) -> Reason:
    if task == "regression":
        return "reason.label_numbers", {"column": label.name, "distinct": label.distinct}
    if task == "multi-label-classification" and (look.form(label) == "list" or look.separator(label)):
        return "reason.label_several", {"column": label.name}
    key = "reason.label_named" if _named(label, LABEL_NAMES) else "reason.label_repeats"
    return key, {"column": label.name, "distinct": label.distinct, "rows": label.filled}
