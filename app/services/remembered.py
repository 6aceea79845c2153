"""What was looked up a moment ago, kept in memory: for so short that nobody misses a change, and long enough that a
hundred readers a second cost one look-up."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by key, each taken as unchanged for `seconds`; at most `most`, of which the oldest are forgotten first."""

    def __init__(self, seconds: float, *, most: int = 2_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Give a value that was put a moment ago; None when it is not known, or not fresh."""
        found = self._values.get(key)
        return found[1] if found is not None and self._clock() < found[0] else None

    def put(self, key: Hashable, value: Value) -> Value:
        """Remember a value, and give it back."""
        if self._seconds > 0:
            with self._lock:
                self._values.pop(key, None)
                self._values[key] = (self._clock() + self._seconds, value)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value

    def forget(self) -> None:
        """Forget everything, after a change that must be seen at once."""
        with self._lock:
            self._values.clear()
