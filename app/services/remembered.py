"""What was looked up a moment ago, kept in memory: for so short that nobody misses a change, and long enough that a
hundred readers a second cost one look-up."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Began(NamedTuple):
    """When a look-up began: the instant, and how often everything had been forgotten by then."""

    at_s: float
    forgotten: int


class Remembered(Generic[Value]):
    """Values by key, each taken as unchanged for `seconds` from when its look-up began.

    At most `most` are kept, and the oldest are forgotten first.
    """

    def __init__(self, seconds: float, *, most: int = 2_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._forgotten = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Give a value that was put a moment ago; None when it is not known, or not fresh."""
        found = self._values.get(key)
        return found[1] if found is not None and self._clock() < found[0] else None

    def begin(self) -> Began:
        """Say that a look-up begins: what it finds is as old as that."""
        return Began(self._clock(), self._forgotten)

    def put(self, key: Hashable, value: Value, began: Began) -> Value:
        """Remember what a look-up found, unless everything was forgotten while it went on, and give it back."""
        with self._lock:
            if self._seconds > 0 and began.forgotten == self._forgotten:
                self._values.pop(key, None)
                self._values[key] = (began.at_s + self._seconds, value)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value

    def forget(self) -> None:
        """Forget everything, after a change that must be seen at once is committed."""
        with self._lock:
            self._values.clear()
            self._forgotten += 1
