"""How the values of a metric are written and drawn: most are shares of 1, some are amounts, some improve by falling. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from playground.ui import format

#: The axis of a change is at least this long on either side, as a share of the larger value (shares and correlations: of 1).
_LEAST_REACH: Final = 0.05
#: Room on an axis beyond the farthest bound.
_ROOM: Final = 1.15


@dataclass(frozen=True, slots=True)
class Scale:
    """What kind of number a metric is.

    ``share``: from 0 to 1, a change in points of a hundred. ``correlation``: from -1 to 1. ``amount``: 0 or more, in a unit of its own.
    """

    kind: Literal["share", "correlation", "amount"] = "share"
    #: Whether less is better.
    falls: bool = False
    #: Whether bars are drawn by the logarithm: of a perplexity that is the nats a token takes.
    log: bool = False

    def shown(self, value: float) -> str:
        """A value as a person reads it: .82, 23.4; "–" where there is none."""
        if math.isnan(value):
            return "–"
        return format.measure(value) if self.kind == "amount" else format.score(value)

    def signed(self, delta: float) -> str:
        """A difference with its sign: +.08, −17.6."""
        return format.signed_measure(delta) if self.kind == "amount" else format.signed_score(delta)

    def status(self, delta: float) -> str:
        """A difference for a line with little room: shares in points of a hundred."""
        return format.points(delta) if self.kind == "share" else self.signed(delta)

    def bound(self, delta: float) -> str:
        """A bound of an interval in such a line: without a plus where the points say it already."""
        return f"{100 * delta:.1f}".replace("-", "−") if self.kind == "share" else self.signed(delta)

    def gain(self, delta: float) -> int:
        """1 for a change to the better, -1 to the worse, 0 for one too small to be shown."""
        if math.isnan(delta) or not self.signed(delta).strip("±−+0."):
            return 0
        return 1 if (delta > 0) != self.falls else -1

    def fill(self, value: float, all_values: Iterable[float]) -> float:
        """How far a bar is filled, 0 to 1, among the bars of ``all_values``."""
        if math.isnan(value):
            return 0.0
        if self.kind != "amount":
            return min(1.0, max(0.0, value))
        sizes = [self._size(other) for other in all_values if math.isfinite(other)]
        longest = max(sizes, default=0.0)
        return 1.0 if math.isinf(value) else min(1.0, self._size(value) / longest) if longest > 0 else 0.0

    def reach(self, low: float, high: float, *values: float) -> float:
        """How far the axis of a change goes to either side, so that the interval from ``low`` to ``high`` is seen whole."""
        whole = max((abs(value) for value in values if math.isfinite(value)), default=1.0) if self.kind == "amount" else 1.0
        bounds = [abs(bound) for bound in (low, high) if math.isfinite(bound)]
        reach = max([*bounds, _LEAST_REACH * whole, 1e-9]) * _ROOM
        return min(reach, 1.0) if self.kind == "share" else reach

    @property
    def bounds(self) -> tuple[float, float]:
        """Values beyond these do not exist."""
        return (-1.0 if self.kind == "correlation" else 0.0), (math.inf if self.kind == "amount" else 1.0)

    def _size(self, value: float) -> float:
        return max(0.0, math.log(max(value, 1.0)) if self.log else value)


SHARE: Final = Scale()
CORRELATION: Final = Scale("correlation")
#: In the unit of the data, such as a mean error.
ERROR: Final = Scale("amount", falls=True)
PERPLEXITY: Final = Scale("amount", falls=True, log=True)
