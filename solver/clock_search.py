"""Searches days whose starts have prices or depend on each other, all runs together, until the limits are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compile_links import EITHER
from solver.kernel.timed import TimedSearch
from solver.watch import Moment

if TYPE_CHECKING:
    from solver.compile import Compiled
    from solver.compile_clock import ClockPrices
    from solver.realise import Timer
    from solver.sequences import Sequences
    from solver.types import Limits
    from solver.watch import Watch

MOST_LEGS = 1000
"""Larger days with ties but without prices of the clock are left to the search with drawn starts, which is faster."""

STEP = 20_000
"""Iterations times legs between two looks at the clock: about a tenth of a second."""


def needs_exact_clocks(compiled: Compiled, prices: ClockPrices) -> bool:
    """Tell whether a day is searched with exact clocks: starts have prices, or depend on one another.

    A sequence that minds its carers and has a double-handed visit is left to the other search: this one holds only
    one leg of a visit against the carers of the other.
    """
    minds = compiled.link_legs[compiled.link_carer != EITHER]
    if (compiled.mate[minds] >= 0).any():
        return False
    tied = len(compiled.link_legs) + len(compiled.close_legs)
    return prices.any or (tied > 0 and len(compiled.place) <= MOST_LEGS)


def search_clocks(timer: Timer, prices: ClockPrices, start: Sequences, watch: Watch) -> Sequences:
    """Complete and improve a plan."""
    search = TimedSearch(timer.compiled, prices, watch.limits.seed, start)
    step = max(5, min(1_000, STEP // max(1, search.n_legs)))
    began_s, made, used, phase = watch.used_s, 0, 0.0, "first plan"
    while True:
        watch.report(
            Moment(
                phase=phase,
                done=used,
                cost=round(search.cost),
                unserved=search.n_unserved,
                plan=lambda: timer.plan(search.sequences),
            )
        )
        if used >= 1.0 or watch.cancelled():
            return search.sequences
        now = step if watch.limits.iterations is None else min(step, watch.limits.iterations - made)
        spent_s = watch.used_s - began_s
        then = _used(watch.limits, made + now, began_s + (spent_s * (made + now) / made if made else spent_s))
        search.advance(now, (used, then))
        made, phase = made + now, "search"
        watch.iterations += now
        used = _used(watch.limits, made, watch.used_s)


def _used(limits: Limits, iterations: int, seconds: float) -> float:
    """Give which part of the limits is used, from 0 to 1: of iterations or of seconds, whichever is more."""
    by_iterations = 0.0 if limits.iterations is None else iterations / max(1, limits.iterations)
    by_seconds = 0.0 if limits.seconds is None else seconds / max(1e-9, limits.seconds)
    return min(1.0, max(by_iterations, by_seconds))
