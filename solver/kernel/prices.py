"""What depends on more than one leg: the work and the areas of a run, the carers and providers of a client."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from solver.kernel.jit import inner
from solver.kernel.state import AREAS, WORKED, ZERO

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

CARER, PROVIDER, AREA, TABLE = range(4)
"""Positions in `Day.lists`: the prices of one more of each, and where the tables by leg begin (see `ties`)."""


@inner
def work_price(day: Day, run: int, work_s: int) -> int:
    """Price the work of a run in use, less what the idle shift would cost."""
    shift = day.shifts[run]
    done_s = work_s + shift.paid_s
    over_s, used_s = max(ZERO, done_s - shift.contracted_s), min(done_s, shift.contracted_s)
    by_contract = shift.overtime * over_s - shift.undertime * used_s
    price: float = by_contract + shift.balance * done_s * done_s / 7200.0
    return math.floor(price + 0.5)


@inner
def run_price(day: Day, state: State, run: int) -> int:
    """Price the work of a run in use, and its areas beyond the first."""
    price, record, legs = ZERO, state.runs[run], len(day.unplaced_cost)
    if day.rules & WORKED:
        price += work_price(day, run, record.work_s)
    if day.rules & AREAS:
        seen = ZERO
        for k in range(record.length):
            node = state.stops[run, k].node
            area = day.lists[TABLE + node] if node < legs else -1
            new = area >= 0
            for j in range(k):
                before = state.stops[run, j].node
                if before < legs and day.lists[TABLE + before] == area:
                    new = False
            seen += new
        price += day.lists[AREA] * max(ZERO, seen - 1)
    return int(price)


@inner
def area_price(day: Day, state: State, leg: int, run: int) -> int:
    """Price the area that a leg brings into a run which has others only."""
    area, others, legs = day.lists[TABLE + leg], False, len(day.unplaced_cost)
    if area < 0 or state.runs[run].visits == 0:
        return 0
    for k in range(state.runs[run].length):
        node = state.stops[run, k].node
        if node < legs and day.lists[TABLE + node] == area:
            return 0
        others |= node < legs and day.lists[TABLE + node] >= 0
    return int(day.lists[AREA]) if others else 0


@inner
def company_of(day: Day, leg: int) -> int:
    """Give where `lists` has the legs of the client of a leg; 0 when more carers or providers have no price."""
    return int(day.lists[TABLE + len(day.unplaced_cost) + leg])


@inner
def company_price(day: Day, state: State, leg: int, run: int) -> int:
    """Price the carer and the provider that a run brings to the client of a leg, beside those of its other legs."""
    at, served, carer, provider = company_of(day, leg), False, False, False
    if at == 0:
        return 0
    for k in range(at + 1, at + 1 + day.lists[at]):
        other = day.lists[k]
        if other != leg and state.run_of[other] >= 0:
            there = day.shifts[state.run_of[other]]
            served = True
            carer |= there.carer == day.shifts[run].carer
            provider |= there.provider == day.shifts[run].provider
    if not served:
        return 0
    return int((ZERO if carer else day.lists[CARER]) + (ZERO if provider else day.lists[PROVIDER]))


@inner
def joint_price(day: Day, state: State, one: tuple[int, int], two: tuple[int, int]) -> int:
    """Give what two legs in no run, each with the run where it would go, cost more together than each by itself."""
    alone, was = company_price(day, state, two[0], two[1]), state.run_of[one[0]]
    state.run_of[one[0]] = one[1]
    beside = company_price(day, state, two[0], two[1])
    state.run_of[one[0]] = was
    return int(beside - alone)
