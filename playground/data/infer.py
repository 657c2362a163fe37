"""What a table means: its task, the columns that make its examples, and everything worth knowing before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import pandas as pd

from playground.data.findings import Examples, check_examples, sort_findings
from playground.data.findings.spans import check_spans
from playground.data.meaning.cells import label_counts
from playground.data.meaning.describe import describe
from playground.data.meaning.look import Proposal
from playground.data.meaning.rows import example_rows, usable
from playground.data.meaning.shape import propose
from playground.data.meaning.spelled import form_of
from playground.data.mending.steps import apply_steps
from playground.data.types import ColumnChoice, Finding, Inspection, Step, Table, TaskName
from playground.errors import DatasetError


def inspect(table: Table, choice: ColumnChoice | None = None, task: TaskName | None = None, steps: Sequence[Step] = ()) -> Inspection:
    """Understand a table and whatever was changed in it.

    :param choice: the columns the person picked, instead of the proposed ones.
    :param task: what the person wants of them, instead of the proposed task.
    :param steps: changes to make to the examples before they are looked at.
    :raises DatasetError: "column_missing" if a chosen column is not in the table, "column_twice" if one plays two parts,
        "task_unknown", and whatever ``apply_steps`` says of steps that cannot be.
    """
    if task is not None and task not in get_args(TaskName):
        raise DatasetError("task_unknown", name=task, known=", ".join(get_args(TaskName)))
    stripped = table.frame.apply(lambda column: column.str.strip())
    columns = tuple(describe(str(name), stripped[name]) for name in stripped.columns)
    proposal = propose(columns, stripped, table, task=task, choice=choice)
    steps = tuple(steps)
    if proposal.choice is None:
        findings = sort_findings((*table.findings, *proposal.findings))
        return Inspection(table, columns, None, (), proposal.task, 0, None, findings, steps)
    rows = apply_steps(example_rows(table, proposal.task, proposal.choice, stripped), steps, proposal.task)
    examples = Examples(rows, proposal.task)
    findings = (*table.findings, *proposal.findings, *_spans(table, proposal, rows), *check_examples(rows, proposal.task, examples))
    return Inspection(
        table,
        columns,
        proposal.choice,
        proposal.reasons,
        proposal.task,
        len(examples.usable),
        label_counts(examples.usable["label"], proposal.task),
        sort_findings(findings),
        steps,
        proposal.confidence,
        rows,
    )


def examples(inspection: Inspection) -> pd.DataFrame:
    """The usable rows in file order, numbered from 0, with the columns of their task (``data.rows``).

    :raises DatasetError: "not_ready" if no columns are chosen or an error finding forbids training on this data.
    """
    if inspection.mended is None or inspection.blocked:
        raise DatasetError("not_ready", name=inspection.table.name)
    return inspection.mended[usable(inspection.mended, inspection.task)].reset_index(drop=True)


def _spans(table: Table, proposal: Proposal, rows: pd.DataFrame) -> tuple[Finding, ...]:
    """Faults of spans show in the file's own cells only, in those rows that are still there."""
    choice = proposal.choice
    if proposal.task != "token-classification" or choice is None or not choice.label:
        return ()
    cells = table.frame[choice.label].loc[rows.index]
    if form_of([cell for cell in cells.str.strip().iloc[:400] if cell]) != "spans":
        return ()
    return tuple(check_spans(table.frame[choice.text].loc[rows.index], cells))
