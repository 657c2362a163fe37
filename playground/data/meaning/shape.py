"""What a table's rows are for: the task and the columns that make its examples, each with a plain reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from playground.data.meaning.describe import listed_names
from playground.data.meaning.hints import (
    LABEL_NAMES,
    MESSAGES_NAMES,
    PAIR_NAMES,
    PROMPT_NAMES,
    RESPONSE_NAMES,
    SPANS_NAMES,
    TAGS_NAMES,
    TOKENS_NAMES,
    plain_name,
)
from playground.data.meaning.labelled import best_text, labelled, task_of_label
from playground.data.meaning.look import Look, Proposal, Reason
from playground.data.meaning.spelled import as_list, looks_tagged
from playground.data.meaning.unlabelled import texts_instead, texts_wanted
from playground.data.types import Column, ColumnChoice, Finding, Table, TaskName
from playground.errors import DatasetError

#: Share of the sampled rows with as many tokens as tags from which two columns belong together; the rest is a finding.
_SAME_LENGTH: Final = 0.7


def propose(
    columns: tuple[Column, ...],
    stripped: pd.DataFrame,
    table: Table,
    *,
    task: TaskName | None = None,
    choice: ColumnChoice | None = None,
) -> Proposal:
    """The task and the columns, as far as the person left them open.

    :param stripped: the table's cells without whitespace around them.
    :raises DatasetError: "column_missing" if a chosen column is not in the table, "column_twice" if one plays two parts.
    """
    look = Look(columns, stripped, table)
    proposal = _as_chosen(look, choice, task) if choice is not None else _found(look, task)
    if proposal.choice is not None and look.split_column is not None and table.splits is None:
        proposal = _with(proposal, Finding("split_column", "info", {"column": look.split_column}))
    return proposal


def _found(look: Look, task: TaskName | None) -> Proposal:
    if task == "language-modeling":
        return texts_wanted(look)
    wanted = task or look.table.task
    if task is None and wanted == "generation" and _judged(look):
        return labelled(look, None)
    reason: tuple[Reason, ...] = ()
    if task is not None:
        reason = (("reason.task_chosen", {}),)
    elif wanted is not None:
        reason = (("reason.task_format", {"format": look.table.format}),)
    for name, find in _FINDERS:
        if wanted in (None, name) and (proposal := find(look, wanted)):
            return _because(_beside_answers(look, proposal) if task is None else proposal, reason)
    if wanted == "token-classification":
        return Proposal(wanted, None, (), (Finding("no_tag_columns", "error", {"columns": listed_names(look.columns)}),))
    if wanted == "generation":
        return Proposal(wanted, None, (), (Finding("no_answer_column", "error", {"columns": listed_names(look.columns)}),))
    found = _because(labelled(look, wanted), reason)
    if wanted is None:
        found = texts_instead(look, found)
    single = next((column for column in look.columns if _one_tag_each(look, column)), None)
    return found if single is None else _with(found, Finding("one_word_a_row", "warning", {"column": single.name}))


def _one_tag_each(look: Look, column: Column) -> bool:
    """Whether the cells are BIO tags one by one, as in a table with a word a row."""
    sample = look.sample(column.name)
    return column.kind == "label" and any(value[:2] == "B-" for value in sample) and "O" in sample and looks_tagged(sample)


def _judged(look: Look) -> bool:
    """Whether questions and answers come with a column called label: then the two texts are a pair to be judged, not a lesson."""
    names = {plain_name(column.name) for column in look.columns}
    labels = {plain_name(column.name) for column in look.columns if column.kind == "label"}
    return bool(labels & {"label", "labels", "标签"}) and any(set(pair) <= names for pair in PAIR_NAMES)


def _beside_answers(look: Look, proposal: Proposal) -> Proposal:
    """Questions and answers with a column of labels beside them may have been meant for classification."""
    labels = [
        column for column in look.columns if column.kind == "label" and column.distinct > 1 and plain_name(column.name) in LABEL_NAMES
    ]
    if proposal.task != "generation" or not labels:
        return proposal
    return _with(proposal, Finding("labels_beside_answers", "info", {"columns": listed_names(labels), "other": "text-classification"}))


def _because(proposal: Proposal, reason: tuple[Reason, ...]) -> Proposal:
    """The proposal with another reason for its task, which is always the first."""
    if not reason or proposal.choice is None:
        return proposal
    return Proposal(proposal.task, proposal.choice, (*reason, *proposal.reasons[1:]), proposal.findings, proposal.confidence)


def _messages(look: Look, wanted: TaskName | None) -> Proposal | None:
    """One column of whole chats."""
    found = sorted(look.of_form("messages"), key=lambda column: plain_name(column.name) not in MESSAGES_NAMES)
    if not found:
        return None
    reasons: tuple[Reason, ...] = (("reason.task_chat", {}), ("reason.text_messages", {"column": found[0].name}))
    return Proposal("generation", ColumnChoice(found[0].name, ""), reasons, (), "clear")


def _tagged(look: Look, wanted: TaskName | None) -> Proposal | None:
    """Tokens in one column, as many tags in another."""
    for tags in sorted(look.of_form("tags", "list"), key=lambda column: plain_name(column.name) not in TAGS_NAMES):
        named = plain_name(tags.name) in TAGS_NAMES
        if look.form(tags) == "list" and not (looks_tagged(look.sample(tags.name)) or named):
            continue
        others = [column for column in look.columns if column != tags and look.form(column) in ("list", "plain") and column.filled]
        for tokens in sorted(others, key=lambda column: (plain_name(column.name) not in TOKENS_NAMES, look.form(column) != "list")):
            # Two lists of one length each by chance are several labels and several something; names or B- tags must speak for it.
            if _same_lengths(look, tokens, tags) and (looks_tagged(look.sample(tags.name)) or plain_name(tokens.name) in TOKENS_NAMES):
                reasons: tuple[Reason, ...] = (
                    ("reason.task_tokens", {}),
                    ("reason.text_tokens", {"column": tokens.name}),
                    ("reason.label_tags", {"column": tags.name}),
                )
                return Proposal("token-classification", ColumnChoice(tokens.name, tags.name), reasons, (), "clear")
    return None


def _same_lengths(look: Look, tokens: Column, tags: Column) -> bool:
    pairs = look.rows[[tokens.name, tags.name]]
    pairs = pairs[(pairs[tokens.name] != "") & (pairs[tags.name] != "")]
    same = 0
    for words, marks in pairs.itertuples(index=False):
        count = len(as_list(marks) or marks.split())
        its_words = as_list(words)
        lengths = {len(words.split()), len("".join(words.split()))} if its_words is None else {len(its_words)}
        same += count in lengths
    return len(pairs) > 0 and same >= _SAME_LENGTH * len(pairs)


def _spans(look: Look, wanted: TaskName | None) -> Proposal | None:
    """A text and the places of its entities."""
    found = sorted(look.of_form("spans"), key=lambda column: plain_name(column.name) not in SPANS_NAMES)
    text = best_text(look)
    if not found or text is None:
        return None
    reasons: tuple[Reason, ...] = (
        ("reason.task_spans", {}),
        ("reason.text_longest", {"column": text.name, "characters": round(text.mean_length)}),
        ("reason.label_spans", {"column": found[0].name}),
    )
    return Proposal("token-classification", ColumnChoice(text.name, found[0].name), reasons, (), "clear")


def _answers(look: Look, wanted: TaskName | None) -> Proposal | None:
    """A question, instruction or prompt in one column and what is to be answered in another."""
    plain = {plain_name(column.name): column for column in look.columns if column.filled and look.form(column) == "plain"}
    prompt = next((plain[name] for name in PROMPT_NAMES if name in plain), None)
    answers = [plain[name] for name in RESPONSE_NAMES if name in plain and plain[name] != prompt]
    # Answers that repeat are labels, and beside a column of labels two texts are a pair.
    free = [column for column in answers if column.kind == "text" and column.distinct > column.filled / 2]
    if wanted is None and any(column.kind == "label" and plain_name(column.name) in LABEL_NAMES for column in look.columns):
        return None
    usable = free if wanted is None else free or answers
    if prompt is None or not usable:
        return None
    more = plain.get("input") if plain_name(prompt.name) in ("instruction", "指令") else None
    more = plain.get("输入") if more is None and plain_name(prompt.name) == "指令" else more
    reasons: tuple[Reason, ...] = (
        ("reason.task_answers", {}),
        ("reason.text_prompt", {"column": prompt.name}),
        ("reason.label_answers", {"column": usable[0].name}),
    )
    choice = ColumnChoice(prompt.name, usable[0].name, more.name if more else None)
    return Proposal("generation", choice, reasons, (), "likely")


_FINDERS: Final[tuple[tuple[TaskName, Callable[[Look, TaskName | None], Proposal | None]], ...]] = (
    ("generation", _messages),
    ("token-classification", _tagged),
    ("token-classification", _spans),
    ("generation", _answers),
)


def _as_chosen(look: Look, choice: ColumnChoice, task: TaskName | None) -> Proposal:
    """The person's columns, and the task they make unless the person named it; for texts to read only the text counts."""
    if task == "language-modeling":
        choice = ColumnChoice(choice.text, "")
    known = {column.name for column in look.columns}
    parts = [choice.text, *([choice.label] if choice.label else []), *([choice.text_pair] if choice.text_pair else [])]
    for part in parts:
        if part not in known:
            raise DatasetError("column_missing", column=part, columns=listed_names(look.columns))
    for place, part in enumerate(parts):
        if part in parts[:place]:
            raise DatasetError("column_twice", column=part)
    chosen: list[Reason] = [("reason.text_chosen", {"column": choice.text})]
    chosen += [("reason.pair_chosen", {"column": choice.text_pair})] if choice.text_pair else []
    chosen += [("reason.label_chosen", {"column": choice.label})] if choice.label else []
    if task is not None:
        return Proposal(task, choice, (("reason.task_chosen", {}), *chosen))
    found, reason, findings = _task_of(look, choice)
    return Proposal(found, choice, (reason, *chosen), findings)


def _task_of(look: Look, choice: ColumnChoice) -> tuple[TaskName, Reason, tuple[Finding, ...]]:
    text = look.column(choice.text)
    if look.form(text) == "messages":
        return "generation", ("reason.task_chat", {}), ()
    if not choice.label:
        flags = [look.column(name) for name in look.flags(choice.text)]
        if not flags:
            return "language-modeling", ("reason.task_unlabelled", {}), (Finding("no_labels_here", "info", {"text": text.name}),)
        return "multi-label-classification", ("reason.task_flags", {"columns": listed_names(flags), "count": len(flags)}), ()
    label = look.column(choice.label)
    listed = look.form(label) in ("tags", "list")
    known = look.table.task == "token-classification" or (listed and looks_tagged(look.sample(label.name)))
    if look.form(label) == "spans":
        return "token-classification", ("reason.task_spans", {}), ()
    if listed and known and _same_lengths(look, text, label):
        return "token-classification", ("reason.task_tokens", {}), ()
    asked = plain_name(text.name) in PROMPT_NAMES and plain_name(label.name) in RESPONSE_NAMES
    if (asked or look.table.task == "generation") and label.kind == "text" and label.distinct > label.filled / 2:
        return "generation", ("reason.task_answers", {}), ()
    return task_of_label(look, label, choice.text_pair is not None)


def _with(proposal: Proposal, finding: Finding) -> Proposal:
    return Proposal(proposal.task, proposal.choice, proposal.reasons, (*proposal.findings, finding), proposal.confidence)
