"""Honest comparison of base and fine-tuned answers on the same held-out rows. Pure: no files, no processes."""

from playground.compare.comparison import between, compare
from playground.compare.types import ComparedRow, Comparison, Outcome, Verdict

__all__ = ["ComparedRow", "Comparison", "Outcome", "Verdict", "between", "compare"]
