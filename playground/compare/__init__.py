"""Honest comparison of base and fine-tuned answers on the same held-out rows. Pure: no files, no processes."""

from playground.compare.comparison import between, compare
from playground.compare.types import ComparedRow, Comparison, Intervals, Outcome, Verdict

__all__ = ["ComparedRow", "Comparison", "Intervals", "Outcome", "Verdict", "between", "compare"]
