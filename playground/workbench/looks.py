"""What was read and understood a moment ago, so that a click does not read a file of a million rows again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
#: Values kept at most, whatever they weigh.
_MOST_VALUES: Final = 24


class Kept(Generic[Value]):
    """The values asked for last, up to a total weight; the newest stays even if it alone is heavier.

    Safe in threads: two that ask for the same missing value make it once, others do not wait for them.

    :param most: total weight, in whatever ``weigh`` measures.
    """

    def __init__(self, most: int, weigh: Callable[[Value], int]) -> None:
        self._most, self._weigh = most, weigh
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._weights: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``key``, made if it is not kept; what ``make`` raises is raised, and nothing is kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:  # made by another thread meanwhile
                    return self._values[key]
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            self._keep(key, value)
        return value

    def _keep(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._weights[key] = self._weigh(value)
            while len(self._values) > 1 and (len(self._values) > _MOST_VALUES or sum(self._weights.values()) > self._most):
                oldest, _ = self._values.popitem(last=False)
                del self._weights[oldest]
