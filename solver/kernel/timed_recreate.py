"""Putting loose groups of legs back where they cost least; the legs of a group all together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inner, merged
from solver.kernel.rng import below, draw
from solver.kernel.timed_insert import keep, put, take_back
from solver.kernel.timed_scan import offer_spots
from solver.kernel.timed_state import (
    CHOSEN,
    DEPTH,
    FOREVER,
    FURTHER,
    HEAD_LEG,
    KEPT,
    LOOSE,
    MARK,
    REMOVED,
    STAMP,
    TRIAL,
    UNDO,
    UNPLACED,
)

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan

HELD = 0.8
UNSERVED_TRIED = 30


@merged
def recreate(day: TimedDay, plan: TimedPlan, room: Room, price_of_absence: float) -> None:
    """Insert the loose groups one after the other in an order drawn at random, those of settled runs first."""
    _collect(day, plan, room)
    _order(day, room)
    for k in range(room.counts[LOOSE]):
        group = room.lists[LOOSE, k]
        place_group(day, plan, room, group, price_of_absence * day.groups[group].price)


@merged
def _collect(day: TimedDay, plan: TimedPlan, room: Room) -> None:
    """List the groups to insert: all that were removed, and some of the unserved ones."""
    n = 0
    for k in range(room.counts[REMOVED]):
        room.lists[LOOSE, n] = room.lists[REMOVED, k]
        n += 1
    groups, tried = len(day.groups), 0
    if plan.cost[UNPLACED] > 0:
        begin = below(room.rng, groups)
        room.counts[STAMP] += 1
        for k in range(n):
            room.lists[MARK, room.lists[LOOSE, k]] = room.counts[STAMP]
        for k in range(groups):
            group = (begin + k) % groups
            unserved = plan.stops[day.legs[day.groups[group].first]].run < 0
            if unserved and room.lists[MARK, group] != room.counts[STAMP]:
                room.lists[LOOSE, n] = group
                n, tried = n + 1, tried + 1
                if tried >= UNSERVED_TRIED:
                    break
    room.counts[LOOSE] = n


@merged
def _order(day: TimedDay, room: Room) -> None:
    rule, n = below(room.rng, 8), room.counts[LOOSE]
    for k in range(n):
        group = room.lists[LOOSE, k]
        leg = day.legs[day.groups[group].first]
        facts = day.nodes[leg]
        many = day.groups[group].end - day.groups[group].first
        if rule < 3:
            key = draw(room.rng)
        elif rule < 4:
            key = float(min(facts.latest_s, facts.late_after_s))
        elif rule < 5:
            key = float(facts.earliest_s)
        elif rule < 6:
            key = -float(many) + 0.001 * draw(room.rng)
        elif rule < 7:
            key = float(facts.options) + draw(room.rng)
        else:
            key = -float(facts.duration_s)
        for j in range(day.groups[group].first, day.groups[group].end):
            if day.nodes[day.legs[j]].pinned >= 0:
                key = -FOREVER
        j = k
        while j > 0 and room.key[j - 1] > key:
            room.key[j], room.lists[LOOSE, j] = room.key[j - 1], room.lists[LOOSE, j - 1]
            j -= 1
        room.key[j], room.lists[LOOSE, j] = key, group


@merged
def place_group(day: TimedDay, plan: TimedPlan, room: Room, group: int, limit: float) -> bool:
    """Place all legs of a group for less than `limit`, or none; tell which."""
    first = day.groups[group].first
    many = day.groups[group].end - first
    if many > 1:
        turn = below(room.rng, many)
        for _ in range(turn):
            for j in range(many - 1):
                day.legs[first + j], day.legs[first + j + 1] = day.legs[first + j + 1], day.legs[first + j]
    leg = day.legs[first]
    for k in range(many):
        held = day.nodes[day.legs[first + k]].hold_s > day.nodes[day.legs[first + k]].earliest_s
        plan.stops[day.legs[first + k]].held = held and draw(room.rng) < HELD
    offers = offer_spots(day, plan, room, (leg, HEAD_LEG), 1 if many == 1 else KEPT, limit)
    if many == 1:
        if offers:
            _put_for_good(day, plan, room, leg, HEAD_LEG)
    else:
        if not _best_of_group(day, plan, room, group, limit):
            return False
        for k in range(many):
            room.offers[FURTHER, 0] = room.offers[CHOSEN, k]
            _put_for_good(day, plan, room, day.legs[first + k], FURTHER)
    if offers:
        plan.cost[UNPLACED] -= day.groups[group].price
        room.counts[UNDO] = room.counts[DEPTH] = 0
    return offers > 0


@merged
def _best_of_group(day: TimedDay, plan: TimedPlan, room: Room, group: int, limit: float) -> bool:
    """Try the offers of the first leg with the best places that they leave for the others; list the best as chosen."""
    first, best, found = day.groups[group].first, limit, False
    many = day.groups[group].end - first
    for k in range(KEPT):
        offer = room.offers[HEAD_LEG, k]
        if offer.cost >= best:
            break
        room.offers[TRIAL, 0] = offer
        cost = put(day, plan, room, day.legs[first], (offer.after, offer.rests), best)
        if cost == FOREVER:
            continue
        placed = 1
        while placed < many:
            leg = day.legs[first + placed]
            if not offer_spots(day, plan, room, (leg, FURTHER), 1, best - cost):
                break
            room.offers[TRIAL, placed] = room.offers[FURTHER, 0]
            more = put(
                day,
                plan,
                room,
                leg,
                (room.offers[TRIAL, placed].after, room.offers[TRIAL, placed].rests),
                best - cost + 1e-6,
            )
            if more == FOREVER:
                break
            cost, placed = cost + more, placed + 1
        if placed == many and cost < best:
            best, found = cost, True
            for j in range(many):
                room.offers[CHOSEN, j] = room.offers[TRIAL, j]
        for j in range(placed - 1, -1, -1):
            take_back(day, plan, room, day.legs[first + j])
    return found


@inner
def _put_for_good(day: TimedDay, plan: TimedPlan, room: Room, leg: int, level: int) -> None:
    offer = room.offers[level, 0]
    put(day, plan, room, leg, (offer.after, offer.rests), FOREVER)
    keep(day, plan, room, leg)
