"""How much a score moves by chance alone, so that nobody takes a small difference for a gain."""

from __future__ import annotations

import math


def standard_error(share: float, rows: int) -> float:
    """The standard error of a share seen on ``rows`` rows, by Agresti and Coull 1998 (two successes and two failures added).

    Exact for an accuracy; for F1 and the like it says about how large.
    """
    trials = rows + 4
    middle = (min(1.0, max(0.0, share)) * rows + 2) / trials
    return math.sqrt(middle * (1 - middle) / trials)
