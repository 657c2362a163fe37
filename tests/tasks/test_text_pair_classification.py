"""Text pairs are scored like single labels and always measured against the probe."""

from __future__ import annotations

from playground.tasks import get_task

TASK = get_task("text-pair-classification")


def test_pairs_are_scored_like_single_labels() -> None:
    expected, answers = ["yes", "no", "yes"], ["yes", "yes", "yes"]
    assert TASK.score(expected, answers) == get_task("text-classification").score(expected, answers)


def test_the_probe_is_the_base_even_where_names_mean_something() -> None:
    assert TASK.base_reference(("entailment", "contradiction")) == "probe"
    assert "zero_shot" not in TASK.references
