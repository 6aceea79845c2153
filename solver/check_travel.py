"""Check the legs of a plan: every road and boat is travelled again from the raw sailings and matrices.

This is the travel section of `check`, with the same understanding of a plan's instants. A car that its driver leaves
behind (`ModeTravel.car_at`) is followed: until the driver is back at it every way is a walk, and no metre is driven.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.rules import Rule
from solver.types import Breach, Mode
from solver.words import clock, length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims, Leg
    from solver.types import Sailing


def _on_leg(rule: Rule, leg: Leg, message: str, amount: int = 1) -> Breach:
    message = f"{leg.name}: {message}"
    return Breach(rule=rule, visit=leg.visit, shift=leg.shift.id, amount=amount, message=message)


def _leg_adds_up(day: Claims) -> Iterator[Breach]:
    for leg in day.legs:
        off_s = leg.arrive_s - leg.set_out_s - leg.travel_s - leg.boat_wait_s
        waits_without_boat = leg.boat_wait_s != 0 and not leg.boat_ids
        if off_s != 0 or leg.boat_wait_s < 0 or leg.travel_s < 0 or waits_without_boat:
            message = (
                f"sets out at {clock(leg.set_out_s)} and arrives at {clock(leg.arrive_s)}, which is not "
                f"{leg.travel_s} s of travel and {leg.boat_wait_s} s of waiting for a boat."
            )
            yield _on_leg(Rule.LEG_ADDS_UP, leg, message, abs(off_s) or abs(leg.boat_wait_s) or -leg.travel_s)


def _known_boats(day: Claims) -> Iterator[Breach]:
    sailings = {sailing.id for sailing in day.problem.travel.sailings}
    for leg in day.legs:
        for boat in leg.boat_ids:
            if boat not in sailings:
                yield _on_leg(Rule.KNOWN_BOAT, leg, f"no boat {boat} sails on the day.")


def _boat_carries_mode(day: Claims) -> Iterator[Breach]:
    for leg in day.legs:
        for boat in leg.boats or ():
            mode = leg.shift.mode if _left_at(day, leg, boat) is None else Mode.FOOT
            if mode not in boat.modes:
                yield _on_leg(Rule.BOAT_CARRIES_MODE, leg, f"boat {boat.id} does not carry a {mode}.")


class _Part(NamedTuple):
    """A part of a leg by land, with its seconds and metres; None when it cannot be travelled. `to_car` fetches it."""

    mode: Mode
    origin: int
    destination: int
    road: tuple[int, int] | None
    to_car: bool


def _car_stands(day: Claims, leg: Leg, place: int) -> int:
    """Give where the car is while its driver is at a place: there too, unless the problem says where it is left."""
    travel = day.problem.travel.of(leg.shift)
    if travel is None or travel.car_at is None:
        return place
    stands = int(travel.car_at[place])
    return place if stands < 0 else stands


def _left_at(day: Claims, leg: Leg, boat: Sailing) -> int | None:
    """Give where the car is left while its driver takes a boat on foot; None when it comes along."""
    for port in (boat.from_port, boat.to_port):
        stands = _car_stands(day, leg, port)
        if stands != port:
            return stands
    return None


def _land(day: Claims, leg: Leg) -> list[list[_Part]]:
    """Give the parts by land before, between and after the leg's boats, from where the car stands to where it must be.

    Before the leg and after it the car is where the problem says for the two places.
    """
    start = leg.origin, _car_stands(day, leg, leg.origin)
    stretches = []
    for boat in leg.boats or ():
        left = _left_at(day, leg, boat)
        stretches.append(_stretch(day, leg, start, (boat.from_port, boat.from_port if left is None else left)))
        start = boat.to_port, boat.to_port if left is None else left
    end = leg.destination, _car_stands(day, leg, leg.destination)
    return [*stretches, _stretch(day, leg, start, end)]


def _stretch(day: Claims, leg: Leg, start: tuple[int, int], end: tuple[int, int]) -> list[_Part]:
    """Walk to the car, drive, walk on; or walk where the car stays. Both ends are (driver's place, car's place)."""
    mode, car, next_car = leg.shift.mode, start[1], end[1]
    if car == next_car:
        ways = [(Mode.FOOT, start[0], end[0], False)]
    else:
        ways = [(Mode.FOOT, start[0], car, True), (mode, car, next_car, False), (Mode.FOOT, next_car, end[0], False)]
    return [_Part(mode, a, b, _road(day, mode, (a, b)), to_car) for mode, a, b, to_car in ways if a != b]


def _road(day: Claims, mode: Mode, piece: tuple[int, int]) -> tuple[int, int] | None:
    """Give the seconds and metres between two places by land, or None when the mode cannot travel it."""
    travel = day.problem.travel.modes.get(mode)
    if travel is None or not travel.road_reachable[piece]:
        return None
    return int(travel.road_s[piece]), int(travel.road_m[piece])


def _land_is_passable(day: Claims) -> Iterator[Breach]:
    """Follow the driver and the car; the car is driven from where it was left, and nobody goes on without it."""
    for leg in day.legs:
        for part in (part for parts in _land(day, leg) for part in parts if leg.boats is not None):
            if part.road is None and part.to_car:
                message = f"the {leg.shift.mode} is not at hand: it was left at place {part.destination}."
                yield _on_leg(Rule.CAR_AT_HAND, leg, message)
            elif part.road is None:
                message = f"there is no road by {part.mode} from place {part.origin} to place {part.destination}."
                yield _on_leg(Rule.ROAD_EXISTS, leg, message)


class _Followed(NamedTuple):
    """A leg whose boats and roads all exist. `land_s` are the seconds by land before, between and after the boats,
    `walk_s` those without the car, which `stays` where it was left when it is not driven."""

    leg: Leg
    boats: tuple[Sailing, ...]
    land_s: list[int]
    walk_s: int
    driven_m: int
    stays: bool


def _possible_legs(day: Claims) -> Iterator[_Followed]:
    for leg in day.legs:
        stretches = _land(day, leg)
        roads = [[(part.mode, *part.road) for part in parts if part.road] for parts in stretches]
        if leg.boats is None or [len(parts) for parts in roads] != [len(parts) for parts in stretches]:
            continue
        land_s = [sum(road_s for _, road_s, _ in parts) for parts in roads]
        driven = [road_m for parts in roads for mode, _, road_m in parts if mode is leg.shift.mode]
        walk_s = sum(road_s for parts in roads for mode, road_s, _ in parts if mode is not leg.shift.mode)
        stays = not driven and _car_stands(day, leg, leg.origin) != leg.origin
        yield _Followed(leg, leg.boats, land_s, walk_s, sum(driven), stays)


def _travel_time(day: Claims) -> Iterator[Breach]:
    for leg, boats, land_s, walk_s, *_ in _possible_legs(day):
        least_s = sum(land_s) + sum(boat.arrives_s - boat.departs_s for boat in boats)
        if leg.travel_s < least_s or (leg.travel_s > least_s and not boats):
            message = f"the plan says {leg.travel_s} s of travel; it is {'at least ' if boats else ''}{least_s} s."
            yield _on_leg(Rule.TRAVEL_TIME, leg, message, abs(leg.travel_s - least_s))
        if leg.walk_s != walk_s:
            message = f"the plan says {leg.walk_s} s on foot; it is {walk_s} s."
            yield _on_leg(Rule.TRAVEL_TIME, leg, message, abs(leg.walk_s - walk_s))


def _travel_metres(day: Claims) -> Iterator[Breach]:
    for leg, _, _, _, driven_m, stays in _possible_legs(day):
        off_m = abs(leg.travel_m - driven_m)
        if off_m and stays:
            message = f"the plan drives {leg.travel_m} m; the {leg.shift.mode} is not at hand."
            yield _on_leg(Rule.CAR_AT_HAND, leg, message, off_m)
        elif off_m:
            message = f"the plan says {leg.travel_m} m by road; it is {driven_m} m."
            yield _on_leg(Rule.TRAVEL_METRES, leg, message, off_m)


def _boats_caught(day: Claims) -> Iterator[Breach]:
    """Travel the leg again from the raw sailings, as if each missed boat had been caught."""
    for leg, boats, land_s, *_ in _possible_legs(day):
        now_s = leg.set_out_s
        for boat, way_s in zip(boats, land_s, strict=False):
            late_s = now_s + way_s - boat.last_checkin_s
            if late_s > 0:
                message = f"reaches boat {boat.id} {length(late_s)} after the last check-in."
                yield _on_leg(Rule.BOAT_CAUGHT, leg, message, late_s)
            now_s = boat.ashore_s
        early_s = now_s + land_s[-1] - leg.arrive_s
        if boats and early_s > 0:
            message = f"arrives {length(early_s)} sooner than the last boat and the road allow."
            yield _on_leg(Rule.ASHORE_IN_TIME, leg, message, early_s)


TRAVEL_CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _leg_adds_up,
    _known_boats,
    _boat_carries_mode,
    _land_is_passable,
    _travel_time,
    _travel_metres,
    _boats_caught,
)
"""The checks of travel, in the order in which breaches are listed."""
