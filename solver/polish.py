"""The polish of a large plan by the routing model, region by region: a few neighbouring carers' runs at a time."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from solver.routing import Effort, Standing, remake, standing
from solver.sequences import legs_of, unserved_legs

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.compile import Compiled
    from solver.sequences import Sequences
    from solver.types import DayProblem


LIGHT = Effort(solutions=20, seconds=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolishSettings:
    """How large a region is, how many are tried, and how hard.

    Measured after the compiled search on 300 visits and 50 carers: 10, 30 and 150 solutions a region end with the same
    cost, at 0.1, 0.3 and 1.1 seconds a region, so many light tries beat few heavy ones. Only the runs of `shifts` are
    made anew, with the legs they serve and the unserved ones among `legs` (all, where these are None).
    """

    regions: int = 20
    n_shifts: int = 5
    max_legs: int = 50
    n_unserved: int = 6
    effort: Effort = LIGHT
    seed: int = 1
    shifts: frozenset[int] | None = None
    legs: frozenset[int] | None = None


def polish(
    problem: DayProblem,
    compiled: Compiled,
    sequences: Sequences,
    *,
    now: Standing | None = None,
    settings: PolishSettings | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> Sequences:
    """Make the runs of a few neighbouring shifts anew, region after region; never dearer than what is given.

    `now` is how the plan stands, where that is known. `keep_going` is asked before each region, so that the caller's
    clock can end the polish early.
    """
    settings = settings or PolishSettings()
    rng = Random(settings.seed)
    for _ in range(settings.regions):
        if not keep_going():
            break
        now = now or standing(problem, compiled, sequences)
        region = _region(compiled, now.sequences, rng, settings)
        now = remake(problem, compiled, now, region, effort=settings.effort)
    return now.sequences if now else sequences


def _region(
    compiled: Compiled, sequences: Sequences, rng: Random, settings: PolishSettings
) -> tuple[list[int], list[int]]:
    """Draw a leg (half the time one that nobody serves) and take the nearest shifts, an idle one and unserved legs."""
    legs = range(len(compiled.place)) if settings.legs is None else sorted(settings.legs)
    own = range(len(compiled.mode)) if settings.shifts is None else settings.shifts
    unserved = [leg for leg in unserved_legs(compiled, sequences) if settings.legs is None or leg in settings.legs]
    seed = rng.choice(unserved) if unserved and rng.random() < 0.5 else rng.choice(legs)
    near = _nearest(compiled, seed)
    shift_of = {node: shift for shift, nodes in enumerate(sequences.nodes) for node in nodes if shift in own}
    size = {shift: len(legs_of(compiled, nodes)) for shift, nodes in enumerate(sequences.nodes)}
    shifts: list[int] = []
    for shift in dict.fromkeys(shift_of[leg] for leg in near if leg in shift_of):
        if len(shifts) == settings.n_shifts or sum(size[s] for s in [*shifts, shift]) > settings.max_legs:
            break
        shifts.append(shift)
    idle = [shift for shift in own if not sequences.nodes[shift] and not compiled.refusal[seed, shift]]
    home = compiled.commute_cost[compiled.mode, compiled.start_place, compiled.place[seed]]
    shifts += sorted(idle, key=lambda shift: (home[shift], shift))[:1]
    joining = [leg for leg in near if leg in set(unserved)][: settings.n_unserved]
    return shifts, joining + [int(compiled.mate[leg]) for leg in joining if int(compiled.mate[leg]) in set(unserved)]


def _nearest(compiled: Compiled, seed: int) -> list[int]:
    """Order all legs by travel from one, with a fifth of the hours between them beyond the first."""
    travel = compiled.arc_cost[:, compiled.place[seed], compiled.place].min(axis=0).astype(np.int64)
    middle_s = (compiled.earliest_s.astype(np.int64) + compiled.latest_s) // 2
    apart_s = np.maximum(np.abs(middle_s - middle_s[seed]) - 3600, 0)
    return [int(leg) for leg in np.argsort(travel + apart_s // 5, kind="stable")]
