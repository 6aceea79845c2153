"""The least travel for fixed centres, proved: CP-SAT over which zone each area belongs to, under bands and locks.

Zones hang together because pieces that do not are ruled out one after the other. If that takes too long, areas may only
be taken with a neighbour that is nearer to the centre, which leaves out zones whose ways lead back (Zoltners and Sinha
1983, Sales territory alignment); what is proved counts for all zones. Where locks and bands cannot all be kept, locks
are broken for the fewest areas, then bands widen by the fewest hours.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from solver.zone_map import NO_LOCKS, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ortools.sat.python.cp_model import IntVar

    from solver.zone_map import AreaMap, Band, Locks

PER_HOUR = 1000
"""Hours are counted in thousandths."""

PER_MINUTE = 10
"""Minutes are counted in tenths, times thousandths of hours."""

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)

LIMIT = 0.2
"""Deterministic time, about as many seconds on a free machine, for each goal: no clock decides what is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassigned:
    """Zones in the order of their centres, and the hour-minutes below which none with these centres can be."""

    zones: list[list[int]]
    least_way: float
    widened_h: float


def reassign(
    where: AreaMap,
    centres: Sequence[int],
    bands: Sequence[Band],
    *,
    locks: Locks = NO_LOCKS,
    start: Sequence[int] | None = None,
    limit: float = LIMIT,
) -> Reassigned | None:
    """Give each area to one of `centres` with the least travel; None if nothing was found within `limit`.

    `bands` are those of zones without a band of their own, by centre; `start` is a zone for each area to begin with.
    Centres stay in their zones. Deterministic.
    """
    model = _ZoneModel(where, centres, bands, locks)
    model.hint(start or ())
    found = model.least(model.travel(), limit)
    if found == cp_model.INFEASIBLE:
        model = _ZoneModel(where, centres, bands, locks, relaxed=True)
        for goal in (cp_model.LinearExpr.sum(model.off), cp_model.LinearExpr.sum(model.widened)):
            given_up = model.least(goal, limit)
            if not isinstance(given_up, _Found):
                return None
            model.model.add(goal <= given_up.worth)
        found = model.least(model.travel(), limit)
    if not isinstance(found, _Found):
        return None
    return Reassigned(zones=found.zones, least_way=found.bound / (PER_HOUR * PER_MINUTE), widened_h=found.widened_h)


class _Found(NamedTuple):
    """Zones that hang together, what they are worth, and below which worth there are none."""

    zones: list[list[int]]
    worth: int
    bound: float
    widened_h: float


class _ZoneModel:
    """One variable for each area and centre of a part that hangs together; each kind of rule is one method."""

    def __init__(
        self,
        where: AreaMap,
        centres: Sequence[int],
        bands: Sequence[Band],
        locks: Locks,
        *,
        relaxed: bool = False,
    ) -> None:
        self.where, self.centres, self.locks = where, centres, locks
        self.model = cp_model.CpModel()
        part_of = {area: part for part in where.parts for area in part}
        self.taken = [{area: self.model.new_bool_var("") for area in part_of[centre]} for centre in centres]
        self.load = np.round(where.load_h * PER_HOUR).astype(int).tolist()
        self.off: list[IntVar] = []
        self.relaxed, self.nearer_only, self.middle = relaxed, False, set(centres)
        most = sum(self.load) + self.most_asked(bands) if relaxed else 0
        self.widened = [self.model.new_int_var(0, most, "") for _ in centres]
        self.one_zone_each()
        self.hang_together()
        self.keep_bands(bands)
        self.keep_pairs()
        self.keep_colours()

    def most_asked(self, bands: Sequence[Band]) -> int:
        """Give the hours that the fullest band asks for at least: nothing has to give way by more."""
        return math.ceil(PER_HOUR * max(least for least, _ in [*bands, *self.locks.bands.values()]))

    def one_zone_each(self) -> None:
        """Every area is in one zone, every centre in its own."""
        for area in range(len(self.load)):
            self.model.add_exactly_one([row[area] for row in self.taken if area in row])
        for zone, centre in enumerate(self.centres):
            self.model.add(self.taken[zone][centre] == 1)

    def hang_together(self) -> None:
        """Take an area only with a neighbour; what else a zone needs to be one piece is added where it is missing."""
        for row, centre in zip(self.taken, self.centres, strict=True):
            for area in row:
                if area != centre:
                    self.model.add_bool_or([row[near] for near, _ in self.where.neighbours[area]] + [~row[area]])

    def hang_on_nearer(self) -> None:
        """Take an area only with a neighbour that is nearer to the centre, from now on."""
        self.nearer_only = True
        for row, centre in zip(self.taken, self.centres, strict=True):
            for area, before in _nearer(self.where.neighbours, centre).items():
                self.model.add_bool_or([row[near] for near in before] + [~row[area]])

    def join(self, loose: list[int]) -> None:
        """Let no zone with its centre elsewhere take a piece without an area next to it."""
        inside = set(loose)
        border = sorted({near for area in loose for near, _ in self.where.neighbours[area]} - inside)
        for row, centre in zip(self.taken, self.centres, strict=True):
            if centre not in inside:
                for area in loose:
                    if area in row:
                        self.model.add_bool_or([row[near] for near in border] + [~row[area]])

    def keep_bands(self, bands: Sequence[Band]) -> None:
        """Hold the hours of each zone in its band, give or take what that is widened by."""
        for row, usual, widened in zip(self.taken, bands, self.widened, strict=True):
            hours = sum(self.load[area] * taken for area, taken in row.items())
            asking = [(row[area], band) for area, band in self.locks.bands.items() if area in row]
            by_area = [(band, [here]) for here, band in asking]
            for (least, most), when in [(usual, [~here for here, _ in asking]), *by_area]:
                self.model.add(hours >= math.floor(least * PER_HOUR + 0.5) - widened).only_enforce_if(when)
                if most * PER_HOUR < sum(self.load):
                    self.model.add(hours <= math.ceil(most * PER_HOUR - 0.5) + widened).only_enforce_if(when)

    def keep_pairs(self) -> None:
        """Two areas that belong together are taken together."""
        for one, other in self.locks.together:
            off = self.may_break()
            for row in self.taken:
                if one in row and other in row:
                    self.model.add(row[one] == row[other]).only_enforce_if(~off)
                elif one in row or other in row:
                    self.model.add(row[one if one in row else other] == 0).only_enforce_if(~off)

    def keep_colours(self) -> None:
        """No zone has two colours, and the colours of providers are in so many zones at most."""
        for number, colours in enumerate(self.locks.colours()):
            off = {area: self.may_break() for area in colours}
            led: dict[str, list[IntVar]] = {}
            for row in self.taken:
                present = {colour: self.model.new_bool_var("") for colour in dict.fromkeys(colours.values())}
                self.model.add_at_most_one(present.values())
                for area, colour in colours.items():
                    if area in row:
                        self.model.add_bool_or([~row[area], off[area], present[colour]])
                for colour, here in present.items():
                    led.setdefault(colour, []).append(here)
            if number == 0 and self.locks.most_zones is not None:
                for zones in led.values():
                    self.model.add(sum(zones) <= self.locks.most_zones)

    def may_break(self) -> IntVar:
        """Make a variable that is 1 where a lock is not kept."""
        self.off.append(self.model.new_int_var(0, int(self.relaxed), ""))
        return self.off[-1]

    def travel(self) -> cp_model.LinearExpr:
        """Hours times minutes from the centres, in their small units."""
        weight = np.round(self.where.weight * PER_HOUR)
        terms = []
        for row, centre in zip(self.taken, self.centres, strict=True):
            price = np.round(weight * self.where.travel_min[centre] * PER_MINUTE).astype(int).tolist()
            terms += [price[area] * taken for area, taken in row.items()]
        return cp_model.LinearExpr.sum(terms)

    def hint(self, start: Sequence[int]) -> None:
        """Begin with zones that are known."""
        for area, zone in enumerate(start):
            for number, row in enumerate(self.taken):
                if area in row:
                    self.model.add_hint(row[area], number == zone)

    def least(self, goal: cp_model.LinearExprT, limit: float) -> _Found | cp_model.CpSolverStatus:
        """Minimise; pieces that do not hang together are ruled out until there are none, or the limit is reached."""
        self.model.minimize(goal)
        bound, spent = 0.0, 0.0
        while True:
            solver = _solver(max(limit - spent, limit / 4))
            status = solver.solve(self.model)
            if status not in FOUND:
                return status
            spent += solver.response_proto.deterministic_time
            bound = bound if self.nearer_only else max(bound, solver.best_objective_bound)
            zones = [[area for area, taken in row.items() if solver.boolean_value(taken)] for row in self.taken]
            loose = [piece for zone in zones for piece in pieces(zone, self.where.neighbours) if not self.held(piece)]
            if not loose:
                hours = sum(solver.value(hours) for hours in self.widened) / PER_HOUR
                return _Found(zones=zones, worth=round(solver.objective_value), bound=bound, widened_h=hours)
            for piece in loose:
                self.join(piece)
            if spent > limit:
                self.hang_on_nearer()

    def held(self, piece: list[int]) -> bool:
        """Tell whether a piece of a zone has the centre in it."""
        return not self.middle.isdisjoint(piece)


def _solver(limit: float) -> cp_model.CpSolver:
    """Make a solver that finds the same every time."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = limit
    return solver


def _nearer(neighbours: list[list[tuple[int, float]]], centre: int) -> dict[int, list[int]]:
    """List for each area that can be reached its neighbours that are nearer to a centre (Dijkstra)."""
    settled: dict[int, int] = {}
    queue = [(0.0, centre)]
    before: dict[int, list[int]] = {}
    while queue:
        away, area = heapq.heappop(queue)
        if area in settled:
            continue
        if area != centre:
            before[area] = sorted({near for near, _ in neighbours[area] if near in settled})
        settled[area] = len(settled)
        for near, minutes in neighbours[area]:
            if near not in settled:
                heapq.heappush(queue, (away + minutes, near))
    return before
