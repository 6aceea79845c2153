"""Prices no plan can beat: what each journey, each assignment and each visit left out costs at the least.

They are worked out from the raw fields like the score, not from the arrays of the search, which round, and bound
journeys by boat from above. Shapes: M ways to travel, P places and V visits of the problem, S shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.score import left_out_price
from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.types import DayProblem, ModeTravel, Sailing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastTravel:
    """Lower bounds over ways to travel and places in use: float64 (M, P, P), infinite where nobody comes.

    `arc` and `home` price a journey between visits, and from or to home; `work_s` and `drive_s` are its seconds.
    """

    arc: NDArray[np.float64]
    home: NDArray[np.float64]
    work_s: NDArray[np.float64]
    drive_s: NDArray[np.float64]


def least_travel(problem: DayProblem, by: Sequence[tuple[Mode, ModeTravel]], places: NDArray[np.int32]) -> LeastTravel:
    """Bound all journeys between `places` (rows of the problem's matrices) by each way to travel."""
    weights = problem.weights
    metre = {Mode.CAR: weights.metre, Mode.BIKE: weights.metre_by_bike, Mode.FOOT: weights.metre_on_foot}
    boats = [_boats(problem, mode, travel) for mode, travel in by]

    def bounds(second: float, aboard: float, *, metres: bool) -> NDArray[np.float64]:
        return np.array([
            _journeys(travel, sailings, places, (second, aboard, metre[mode] if metres else 0.0))
            for (mode, travel), sailings in zip(by, boats, strict=True)
        ]).reshape(-1, len(places), len(places))  # fmt: skip

    return LeastTravel(
        arc=bounds(weights.travel, weights.travel, metres=True),
        home=bounds(weights.commute, weights.commute, metres=True),
        work_s=bounds(1.0, 1.0, metres=False),
        drive_s=bounds(1.0, 0.0, metres=False),
    )


def _boats(problem: DayProblem, mode: Mode, travel: ModeTravel) -> list[Sailing]:
    """Give the sailings that somebody who goes this way might take, perhaps on foot."""
    return [boat for boat in problem.travel.sailings if mode in boat.modes or travel.car_at is not None]


def _journeys(
    travel: ModeTravel, boats: list[Sailing], places: NDArray[np.int32], prices: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Bound the price of all journeys, given that of a second by land, of one aboard and of a metre driven."""
    second, aboard, metre = prices
    by_land = np.where(travel.road_reachable, second * travel.road_s + metre * travel.road_m, np.inf)
    direct = by_land[np.ix_(places, places)]
    if not boats:
        return direct
    if travel.car_at is not None:  # who walks aboard may walk or drive to the pier: only the crossing is sure
        afloat = min(aboard * (boat.ashore_s - boat.departs_s) for boat in boats)
        sails = travel.boat_count[np.ix_(places, places)] > 0
        return np.minimum(direct, np.where(sails, afloat, np.inf))
    ports = np.array(sorted({port for boat in boats for port in (boat.from_port, boat.to_port)}), np.int64)
    crossing = np.full((len(ports), len(ports)), np.inf)
    for boat in boats:
        ends = np.searchsorted(ports, (boat.from_port, boat.to_port))
        crossing[tuple(ends)] = min(crossing[tuple(ends)], aboard * (boat.ashore_s - boat.departs_s))
    between = by_land[np.ix_(ports, ports)]
    np.fill_diagonal(between, 0.0)
    chains = crossing
    while True:
        longer = np.minimum(chains, _through(_through(chains, between), crossing))
        if (longer == chains).all():
            break
        chains = longer
    out, back = by_land[np.ix_(places, ports)], by_land[np.ix_(ports, places)]
    out[places[:, None] == ports] = 0.0
    back[ports[:, None] == places] = 0.0
    return np.minimum(direct, _through(_through(out, chains), back))


def _through(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the cheapest way (a, c) that goes one matrix (a, b) and then the other (b, c)."""
    best = np.full((len(one), other.shape[1]), np.inf)
    for middle in range(other.shape[0]):
        np.minimum(best, one[:, middle, None] + other[None, middle], out=best)
    return best


def assignment_prices(problem: DayProblem) -> NDArray[np.float64]:
    """Price (V, S) each shift's serving of each visit: carers who are strangers, second choice, or not as before."""
    weights = problem.weights
    carers = np.array([shift.carer for shift in problem.shifts], np.str_)
    shifts = np.array([shift.id for shift in problem.shifts], np.str_)
    was = {before.visit: sorted(before.shifts) for before in problem.before}
    prices = np.zeros((len(problem.visits), len(problem.shifts)))
    for row, visit in enumerate(problem.visits):
        if visit.known_carers:
            prices[row] += weights.unfamiliar_visit * ~np.isin(carers, sorted(visit.known_carers))
        if visit.preferred_carers:
            prices[row] += weights.second_choice_visit * ~np.isin(carers, sorted(visit.preferred_carers))
        if visit.id in was:
            prices[row] += weights.changed_visit * ~np.isin(shifts, was[visit.id])
    return prices


def left_out_prices(problem: DayProblem) -> NDArray[np.float64]:
    """Price (V,) each visit left out."""
    weights = problem.weights
    prices = [
        weights.dropped_visit if visit.id in problem.keep else left_out_price(visit, weights)
        for visit in problem.visits
    ]
    return np.array(prices, np.float64)


def bound_together(problem: DayProblem) -> NDArray[np.int64]:
    """Give each visit (V,) the number of its group: those that sequences tie are all made or none."""
    row = {visit.id: number for number, visit in enumerate(problem.visits)}
    group = np.arange(len(problem.visits))
    for link in problem.sequences:
        one, other = group[row[link.first]], group[row[link.then]]
        group[group == max(one, other)] = min(one, other)
    return group


RELAXED = {
    "waiting": "waiting",
    "early": "early starts",
    "late": "late starts",
    "latest": "the latest start",
    "slack": "slack",
    "changed_start": "moved starts",
    "another_carer": "further carers",
    "another_provider": "further providers",
    "another_area": "further areas",
}
"""Prices of `Weights` that the bound leaves out, and what people call them."""


def relaxed_prices(problem: DayProblem) -> tuple[str, ...]:
    """Name the prices in use that depend on the clock or on several runs, and count for nothing in a bound."""
    names = [name for field, name in RELAXED.items() if getattr(problem.weights, field) > 0]
    boats = any(travel.boat_count.any() for travel in problem.travel.modes.values())
    if boats:
        names.append("time lost to later boats")
    if problem.weights.undertime > 0 and boats:
        names.append("unused hours on days with boats")
    return tuple(names)
