"""Check the legs of a plan: every road and boat is travelled again from the raw sailings and matrices.

This is the travel section of `check`, with the same understanding of a plan's instants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules import Rule
from solver.types import Breach
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
            yield _on_leg(Rule.LEG_ADDS_UP, leg, message, abs(off_s) or abs(leg.boat_wait_s))


def _known_boats(day: Claims) -> Iterator[Breach]:
    sailings = {sailing.id for sailing in day.problem.travel.sailings}
    for leg in day.legs:
        for boat in leg.boat_ids:
            if boat not in sailings:
                yield _on_leg(Rule.KNOWN_BOAT, leg, f"no boat {boat} sails on the day.")


def _boat_carries_mode(day: Claims) -> Iterator[Breach]:
    for leg in day.legs:
        for boat in leg.boats or ():
            if leg.shift.mode not in boat.modes:
                yield _on_leg(Rule.BOAT_CARRIES_MODE, leg, f"boat {boat.id} does not carry a {leg.shift.mode}.")


def _road(day: Claims, leg: Leg, piece: tuple[int, int]) -> tuple[int, int] | None:
    """Give the seconds and metres of a road piece, or None when the mode cannot travel it."""
    travel = day.problem.travel.modes.get(leg.shift.mode)
    if travel is None or not (piece[0] == piece[1] or travel.road_reachable[piece]):
        return None
    return int(travel.road_s[piece]), int(travel.road_m[piece])


def _road_exists(day: Claims) -> Iterator[Breach]:
    for leg in day.legs:
        for piece in leg.road_pieces() if leg.boats is not None else ():
            if _road(day, leg, piece) is None:
                message = f"there is no road by {leg.shift.mode} from place {piece[0]} to place {piece[1]}."
                yield _on_leg(Rule.ROAD_EXISTS, leg, message)


def _possible_legs(day: Claims) -> Iterator[tuple[Leg, tuple[Sailing, ...], list[tuple[int, int]]]]:
    """Give the legs whose boats and roads all exist, with their boats and each road piece's seconds and metres."""
    for leg in day.legs:
        roads = [road for piece in leg.road_pieces() if (road := _road(day, leg, piece)) is not None]
        if leg.boats is not None and len(roads) == len(leg.boats) + 1:
            yield leg, leg.boats, roads


def _travel_time(day: Claims) -> Iterator[Breach]:
    for leg, boats, roads in _possible_legs(day):
        least_s = sum(seconds for seconds, _ in roads) + sum(boat.arrives_s - boat.departs_s for boat in boats)
        if leg.travel_s < least_s or (leg.travel_s > least_s and not boats):
            message = f"the plan says {leg.travel_s} s of travel; it is {'at least ' if boats else ''}{least_s} s."
            yield _on_leg(Rule.TRAVEL_TIME, leg, message, abs(leg.travel_s - least_s))


def _travel_metres(day: Claims) -> Iterator[Breach]:
    for leg, _, roads in _possible_legs(day):
        metres = sum(metres for _, metres in roads)
        if leg.travel_m != metres:
            message = f"the plan says {leg.travel_m} m by road; it is {metres} m."
            yield _on_leg(Rule.TRAVEL_METRES, leg, message, abs(leg.travel_m - metres))


def _boats_caught(day: Claims) -> Iterator[Breach]:
    """Travel the leg again from the raw sailings, as if each missed boat had been caught."""
    for leg, boats, roads in _possible_legs(day):
        now_s = leg.set_out_s
        for boat, (road_s, _) in zip(boats, roads, strict=False):
            late_s = now_s + road_s - boat.last_checkin_s
            if late_s > 0:
                message = f"reaches boat {boat.id} {length(late_s)} after the last check-in."
                yield _on_leg(Rule.BOAT_CAUGHT, leg, message, late_s)
            now_s = boat.ashore_s
        early_s = now_s + roads[-1][0] - leg.arrive_s
        if boats and early_s > 0:
            message = f"arrives {length(early_s)} sooner than the last boat and the road allow."
            yield _on_leg(Rule.ASHORE_IN_TIME, leg, message, early_s)


TRAVEL_CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _leg_adds_up,
    _known_boats,
    _boat_carries_mode,
    _road_exists,
    _travel_time,
    _travel_metres,
    _boats_caught,
)
"""The checks of travel, in the order in which breaches are listed."""
