"""How often somebody may ask: each address, each caller, and each address that fails to show who it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.errors import TooManyRequests

if TYPE_CHECKING:
    from app.config import Settings

MOST_COUNTED = 10_000
"""Addresses and callers that are counted before those whose minute is over are forgotten."""


class _Counts(MemoryStorage):
    """Counts in memory that are tidied up while counting, not by a new thread every hundredth of a second."""

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and give the count of the window that began with its first request."""
        if len(self.expirations) > MOST_COUNTED:
            for each in list(self.expirations):
                self.get(each)  # forgets what is over
        self.get(key)
        with self.locks[key]:
            self.storage[key] += amount
            self.expirations.setdefault(key, time.time() + expiry)
            return self.storage[key]


class Limits:
    """Counts requests a minute, in this process."""

    def __init__(self, settings: Settings) -> None:
        self._counter = FixedWindowRateLimiter(_Counts())
        self._any = RateLimitItemPerMinute(settings.max_requests_a_minute)
        self._failed = RateLimitItemPerMinute(settings.max_failures_a_minute)

    def count(self, kind: str, who: str) -> None:
        """Count a request of an address or a caller. Raises TooManyRequests."""
        if not self._counter.hit(self._any, kind, who):
            raise self._refusal(self._any, kind, who)

    def check_failures(self, address: str) -> None:
        """Refuse an address that has failed too often to show who it is. Raises TooManyRequests."""
        if not self._counter.test(self._failed, "failed", address):
            raise self._refusal(self._failed, "failed", address)

    def count_failure(self, address: str) -> None:
        """Count a key, a link or a sign-in that was not good."""
        self._counter.hit(self._failed, "failed", address)

    def _refusal(self, limit: RateLimitItemPerMinute, kind: str, who: str) -> TooManyRequests:
        wait_s = self._counter.get_window_stats(limit, kind, who).reset_time - time.time()
        return TooManyRequests(f"more than {limit.amount} a minute", retry_after_s=max(1, round(wait_s + 0.5)))
