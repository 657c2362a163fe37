"""Texts without labels: what continued pretraining reads, chosen by the person or all that a file has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from playground.data.meaning.cells import messages_of
from playground.data.meaning.describe import sample_of
from playground.data.meaning.entities import joined
from playground.data.meaning.hints import LABEL_NAMES, plain_name
from playground.data.meaning.labelled import best_text, no_text, text_reason
from playground.data.meaning.look import Look, Proposal, Reason
from playground.data.meaning.messages import messages_cell
from playground.data.meaning.spelled import Form, as_list, form_of
from playground.data.types import Column, ColumnChoice, Finding

#: So many times as long as any other column of prose must the text be to be the only one meant.
_LONGER: Final = 3.0
_SAMPLE: Final = 400


def texts_wanted(look: Look) -> Proposal:
    """What the person who wants continued pretraining gets: the best text, or what was said in chats, or tokens put together."""
    reasons: tuple[Reason, ...] = (("reason.task_chosen", {}),)
    text = best_text(look)
    if text is not None:
        return Proposal("language-modeling", ColumnChoice(text.name, ""), (*reasons, text_reason(text)))
    for form, reason in _HELD:
        if held := look.of_form(form):
            return Proposal("language-modeling", ColumnChoice(held[0].name, ""), (*reasons, (reason, {"column": held[0].name})))
    return Proposal("language-modeling", None, (), (no_text(look),))


def texts_instead(look: Look, proposal: Proposal) -> Proposal:
    """Texts to read where nothing can be a label and nothing says that there should be one; else the proposal as it is.

    A column called label that is empty, or two columns of prose, were meant for something else: that stays an error.
    """
    text = best_text(look)
    if text is None or not _unlabelled(look, proposal):
        return proposal
    others = [column for column in look.columns if column != text and column.filled and column.name != look.split_column]
    prose = [column for column in others if column.kind == "text" and look.form(column) == "plain"]
    if any(_LONGER * column.mean_length > text.mean_length for column in prose) or any(map(_called_label, look.columns)):
        return proposal
    reasons: tuple[Reason, ...] = (("reason.task_unlabelled", {}), text_reason(text))
    found = Finding("no_labels_here", "info", {"text": text.name})
    return Proposal("language-modeling", ColumnChoice(text.name, ""), reasons, (found,), "unsure" if others else "likely")


def running_text(cells: pd.Series[str]) -> pd.Series[str]:
    """Each cell as a text to read: what was said in a chat, tokens put together, anything else as it is."""
    form = form_of(sample_of(cells[cells != ""], _SAMPLE))
    if form not in _READ:
        return cells
    return pd.Series([_READ[form](str(cell)) if cell else "" for cell in cells], index=cells.index, dtype="str")


def _unlabelled(look: Look, proposal: Proposal) -> bool:
    """Whether nothing was found that could be a label, or only a column that says the same everywhere."""
    if proposal.choice is None:
        return any(finding.code == "no_label_column" for finding in proposal.findings)
    label = proposal.choice.label
    return proposal.task == "text-classification" and bool(label) and look.column(label).distinct < 2


def _called_label(column: Column) -> bool:
    return plain_name(column.name) in LABEL_NAMES


def _said(cell: str) -> str:
    """What was said, without who said it, the answer last."""
    messages, answer = messages_cell(cell)
    return "\n".join([*(message["content"] for message in messages_of(messages)), *([answer] if answer else [])])


def _put_together(cell: str) -> str:
    tokens = as_list(cell)
    return cell if tokens is None else joined(tokens)[0]


_HELD: Final[tuple[tuple[Form, str], ...]] = (("messages", "reason.text_messages"), ("list", "reason.text_tokens"))
_READ: Final[Mapping[Form, Callable[[str], str]]] = {"messages": _said, "list": _put_together}
