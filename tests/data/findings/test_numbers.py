"""Numbers to be predicted."""

from __future__ import annotations

from tests.data.findings.making import codes, finding, fixed, labelled

NUMBERS = [f"{row * 0.37:.2f}" for row in range(20)]


def test_cells_that_are_no_numbers_are_named_and_left_out() -> None:
    rows = labelled([*NUMBERS, "n/a", "unknown"])
    found = finding(rows, "not_numbers", "regression")
    assert (found.rows, found.facts["values"]) == ((20, 21), "n/a, unknown")
    assert len(fixed(rows, "not_numbers", "drop_rows", "regression")) == 20


def test_a_quantity_that_never_changes_cannot_be_learned() -> None:
    assert finding(labelled(["2.5", "2,50"] * 10), "one_value", "regression").severity == "error"


def test_numbers_with_commas_are_numbers() -> None:
    assert codes(labelled([number.replace(".", ",") for number in NUMBERS]), "regression") == set()
