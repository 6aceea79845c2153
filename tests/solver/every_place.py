"""Search a small day without machine code, and compare each place that is offered with the cheapest there is.

A program of its own: a search can be watched from inside only where Python runs it, with `NUMBA_DISABLE_JIT=1`.
Prints how many times a place was asked for, and how many times the offer did not cost what the cheapest place does.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from solver.compile import compile_problem
from solver.compile_clock import lower_clock
from solver.kernel import timed_recreate, timed_scan
from solver.kernel.state import REFUSED
from solver.kernel.timed_insert import may_serve, put, take_back
from solver.kernel.timed_search import search
from solver.kernel.timed_state import FOREVER, new_plan, new_room, prepare_timed
from solver.types import Weights
from tests.builders import a_problem, a_shift, a_visit, a_window

CLOCK = Weights(commute=1.0, metre=0.0, late=2.0, latest=3.0)
SEEDS, ITERATIONS = 2, 3
compared: list[bool] = []


def records(arrays: Any) -> Any:
    """Let Python read the fields of records as compiled code does: as attributes."""
    views = (each.view(np.recarray) if getattr(each, "dtype", np.dtype(int)).names else each for each in arrays)
    return type(arrays)(*views)


def cheapest(day: Any, plan: Any, room: Any, leg: int, limit: float) -> float:
    """Price the cheapest place of all, up to a limit, by putting the leg everywhere."""
    for after in range(len(day.nodes) - len(day.shifts)):
        run = plan.stops[after].run
        if run >= 0 and day.serve_cost[leg, run] != REFUSED and may_serve(day, plan, leg, run):
            cost = put(day, plan, room, leg, (after, 0), FOREVER)
            if cost < FOREVER:
                take_back(day, plan, room, leg)
                limit = min(limit, cost)
    return limit


def compare(day: Any, plan: Any, room: Any, leg_and_level: tuple[int, int], kept: int, limit: float) -> int:
    """Offer places, and note whether the first costs what the cheapest does."""
    least = cheapest(day, plan, room, leg_and_level[0], limit)
    found: int = offer_spots(day, plan, room, leg_and_level, kept, limit)
    compared.append(abs((room.offers[leg_and_level[1], 0].cost if found else limit) - least) < 1e-6)
    return found


np.seterr(over="ignore")  # random numbers wrap round
offer_spots = timed_scan.offer_spots
timed_recreate.offer_spots, timed_scan.BLINK = compare, 0.0  # type: ignore[attr-defined]
visits = [
    a_visit(
        f"v{k}",
        place=1 + k % 5,
        carers_needed=2 if k % 3 else 1,
        window=a_window(f"{8 + k % 3:02}:00", f"{13 + k % 3}:00"),
        late_after_s=(8 + k % 3) * 3600 + 900,
    )
    for k in range(9)
]
shifts = [a_shift(f"s{k}", carer=f"c{k}", start_place=k, end_place=k) for k in range(3)]
problem = replace(a_problem(visits, shifts), weights=CLOCK)
compiled = compile_problem(problem)
prices = lower_clock(problem, compiled.leg_visit)
for seed in range(SEEDS):
    day = records(prepare_timed(compiled, prices))
    plans, room = tuple(records(new_plan(day)) for _ in range(3)), records(new_room(day, seed))
    nothing = np.zeros((0, 0), np.int64)
    search(day, plans, room, 0, (1.0, 1.0, 0.0, 0.0), nothing)
    search(day, plans, room, ITERATIONS, (500.0, 100.0, 0.0, 1.0), nothing)
sys.stdout.write(f"{len(compared)} {compared.count(False)}")
