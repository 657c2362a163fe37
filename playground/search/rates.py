"""The learning-rate range test: the loss of each step while the rate rises exponentially (Smith 2017, arXiv 1506.01186). Pure.

The loss falls once the rate is large enough to learn by and shoots up when it is too large. Good peak rates lie in the fall, about ten
times below the rate of the lowest loss: there is room to the edge, and a whole training is longer than a test of a hundred steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Steps of a test, and how the loss is smoothed: the share of the past in each value.
STEPS: Final = 100
_SMOOTHING: Final = 0.9
#: The test ends when the smoothed loss is this many times its smallest, counted from a loss of at least a bit.
_DIVERGED: Final = 4.0
#: Steps before which nothing counts as diverged.
_FIRST_STEPS: Final = 10
#: The smoothed loss must fall by this share, or no rate helped.
_LEAST_FALL: Final = 0.05
#: How far below the rate of the lowest loss the suggestion lies.
_BELOW: Final = 10.0


@dataclass(frozen=True, slots=True)
class RateTest:
    """What a range test saw."""

    #: Learning rate and training loss of each step, rates ascending.
    points: tuple[tuple[float, float], ...]
    #: Whether it ended early because the loss shot up.
    diverged: bool = False

    @property
    def smoothed(self) -> tuple[tuple[float, float], ...]:
        """The same with the noise of single batches taken out."""
        values = smoothed([loss for _, loss in self.points])
        return tuple((rate, loss) for (rate, _), loss in zip(self.points, values, strict=True))

    @property
    def lowest(self) -> tuple[float, float] | None:
        """Rate and smoothed loss where the loss is lowest; None if it never fell."""
        curve = self.smoothed
        if len(curve) < 2:
            return None
        lowest = min(curve, key=lambda point: point[1])
        return lowest if lowest[1] < (1 - _LEAST_FALL) * curve[0][1] else None

    def suggestion(self, least: float, most: float) -> float | None:
        """A learning rate to train with, two digits, within these bounds; None if no rate helped."""
        if self.lowest is None:
            return None
        return float(f"{min(most, max(least, self.lowest[0] / _BELOW)):.1e}")


def rising(low: float, high: float, steps: int = STEPS) -> tuple[float, ...]:
    """Rates from ``low`` to ``high``, each the same multiple of the one before."""
    return tuple(low * (high / low) ** (step / (steps - 1)) for step in range(steps))


def smoothed(losses: Sequence[float]) -> tuple[float, ...]:
    """Exponential moving average without the bias of its start."""
    total, weight, values = 0.0, 0.0, []
    for loss in losses:
        total, weight = _SMOOTHING * total + (1 - _SMOOTHING) * loss, _SMOOTHING * weight + (1 - _SMOOTHING)
        values.append(total / weight)
    return tuple(values)


def diverges(losses: Sequence[float]) -> bool:
    """Whether a test may end: the loss is no number any more, or far above its smallest."""
    if not losses or not math.isfinite(losses[-1]):
        return bool(losses)
    curve = smoothed(losses)
    return len(losses) > _FIRST_STEPS and curve[-1] > _DIVERGED * max(min(curve), math.log(2) / 4)
