"""The least travel for fixed centres, proved: CP-SAT over which zone each area belongs to, under bands and locks.

A zone takes an area only with those that all ways from its centre lead over; what else it needs to hang together is
added where it is found missing. Where the zones to begin with do not keep all locks and bands, first the fewest areas
break locks, then bands widen by the fewest hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.zone_map import NO_LOCKS, ROUNDING_H, pieces
from solver.zone_ways import gates, separator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ortools.sat.python.cp_model import IntVar

    from solver.zone_map import AreaMap, Band, Locks, ZonePlan

PER_HOUR = 1000
"""Hours are counted in thousandths."""

PER_MINUTE = 10
"""Minutes are counted in tenths, times thousandths of hours."""

LEEWAY_H = ROUNDING_H + 0.01
"""Bands are so much wider, for what is rounded in hours."""

NO_END = 10**9
"""More than any band is widened by."""

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)

LIMIT = 0.2
"""Deterministic time, about as many seconds on a free machine, for each goal: no clock decides what is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassigned:
    """Zones in the order of their centres, and the hour-minutes below which none with these centres can be.

    `zones` is None where the time was too short to find any.
    """

    zones: list[list[int]] | None
    least_way: float


def reassign(
    plan: ZonePlan, where: AreaMap, usual: Sequence[Band], *, locks: Locks = NO_LOCKS, limit: float = LIMIT
) -> Reassigned:
    """Give each area to one of the plan's centres with the least travel; centres stay in their zones. Deterministic.

    `usual` is the band of an area's zone where no lock gives it one, by area. Zones keep of locks and bands at least as
    much as those of the plan.
    """
    model = _ZoneModel(plan, where, usual, locks)
    zones, bound = None, 0.0
    for goal in model.goals():
        found, bound = model.least(goal, limit)
        zones = found or zones
    return Reassigned(zones=zones, least_way=bound / (PER_HOUR * PER_MINUTE))


class _ZoneModel:
    """One variable for each area and each centre that reaches it; each kind of rule is one method."""

    def __init__(self, plan: ZonePlan, where: AreaMap, usual: Sequence[Band], locks: Locks) -> None:
        self.where, self.centres, self.locks = where, plan.centre_of_zone, locks
        self.model = cp_model.CpModel()
        self.gates = [gates(where.neighbours, centre, set(self.centres)) for centre in self.centres]
        self.taken = [
            {area: self.model.new_bool_var("") for area in (centre, *reached)}
            for centre, reached in zip(self.centres, self.gates, strict=True)
        ]
        self.load = np.round(where.load_h * PER_HOUR).astype(int).tolist()
        self.broken, self.outside = bool(plan.broken), bool(plan.broken or plan.widened_h)
        self.off: list[IntVar] = []
        self.widened = [self.model.new_int_var(0, NO_END if self.outside else 0, "") for _ in self.centres]
        self.at_hand = plan.zone_of_area
        self.one_zone_each()
        self.hang_together()
        self.keep_bands([usual[centre] for centre in self.centres])
        self.keep_pairs()
        self.keep_colours()
        self.hint()

    def goals(self) -> Iterator[cp_model.LinearExpr]:
        """Give what there should be little of; the zones at hand bound it while the next is sought."""
        for goal, needed in (
            (cp_model.LinearExpr.sum(self.off), self.broken),
            (cp_model.LinearExpr.sum(self.widened), self.outside),
        ):
            if needed:
                yield goal
                self.model.add(goal <= self.worth(goal))
        yield self.travel()

    def one_zone_each(self) -> None:
        """Every area is in one zone, every centre in its own."""
        for area in range(len(self.load)):
            self.model.add_exactly_one([row[area] for row in self.taken if area in row])

    def hang_together(self) -> None:
        """Take an area with all that ways to it lead over, and with a neighbour."""
        for row, gate in zip(self.taken, self.gates, strict=True):
            for area, last in gate.items():
                self.model.add_implication(row[area], row[last])
                near = [row[other] for other, _ in self.where.neighbours[area] if other in row]
                self.model.add_bool_or([*near, ~row[area]])

    def join(self, piece: list[int]) -> None:
        """Let no zone with its centre elsewhere take a piece without an area over which ways enter it."""
        inside = set(piece)
        for row, centre in zip(self.taken, self.centres, strict=True):
            if centre not in inside:
                others = set(self.centres) - {centre}
                entries = [row[area] for area in separator(self.where.neighbours, piece, centre, others)]
                for area in inside & row.keys():
                    self.model.add_bool_or([*entries, ~row[area]])

    def keep_bands(self, bands: Sequence[Band]) -> None:
        """Hold the hours of each zone in its band, give or take what that is widened by."""
        for row, usual, widened in zip(self.taken, bands, self.widened, strict=True):
            hours = sum(self.load[area] * taken for area, taken in row.items())
            asking = [(row[area], band) for area, band in self.locks.bands.items() if area in row]
            by_area = [(band, [here]) for here, band in asking]
            for (least, most), when in [(usual, [~here for here, _ in asking]), *by_area]:
                self.model.add(hours >= _parts(least - LEEWAY_H) - widened).only_enforce_if(when)
                if most * PER_HOUR < sum(self.load):
                    self.model.add(hours <= _parts(most + LEEWAY_H) + widened).only_enforce_if(when)

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
        self.off.append(self.model.new_int_var(0, int(self.broken), ""))
        return self.off[-1]

    def travel(self) -> cp_model.LinearExpr:
        """Hours times minutes from the centres, in their small units."""
        weight = np.round(self.where.weight * PER_HOUR)
        terms = []
        for row, centre in zip(self.taken, self.centres, strict=True):
            price = np.round(weight * self.where.travel_min[centre] * PER_MINUTE).astype(int).tolist()
            terms += [price[area] * taken for area, taken in row.items()]
        return cp_model.LinearExpr.sum(terms)

    def hint(self) -> None:
        """Begin with the zones at hand."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for number, row in enumerate(self.taken):
            for area, taken in row.items():
                self.model.add_hint(taken, self.at_hand[area] == number)

    def worth(self, goal: cp_model.LinearExpr) -> int:
        """Tell how much of a goal the zones at hand have."""
        self.hint()
        self.model.minimize(goal)
        solver = _solver(LIMIT)
        solver.parameters.fix_variables_to_their_hinted_value = True
        solver.solve(self.model)
        return round(solver.objective_value)

    def least(self, goal: cp_model.LinearExpr, limit: float) -> tuple[list[list[int]] | None, float]:
        """Minimise within the limit; pieces that do not hang together are ruled out until there are none.

        Give zones, if any were found, and what no zones have less of.
        """
        self.model.minimize(goal)
        bound = 0.0
        while limit > 0:
            solver = _solver(limit)
            status = solver.solve(self.model)
            limit -= solver.response_proto.deterministic_time
            bound = max(bound, solver.best_objective_bound)
            if status not in FOUND:
                break
            zones = [[area for area, taken in row.items() if solver.boolean_value(taken)] for row in self.taken]
            loose = [piece for zone in zones for piece in pieces(zone, self.where.neighbours) if not self.held(piece)]
            if not loose:
                zone_of = {area: number for number, zone in enumerate(zones) for area in zone}
                self.at_hand = tuple(zone_of[area] for area in range(len(self.load)))
                return zones, bound
            for piece in loose:
                self.join(piece)
        return None, bound

    def held(self, piece: list[int]) -> bool:
        """Tell whether a piece of a zone has the centre in it."""
        return not set(self.centres).isdisjoint(piece)


def _solver(limit: float) -> cp_model.CpSolver:
    """Make a solver that finds the same every time."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = limit
    solver.parameters.max_presolve_iterations = 1  # more of it takes longer than the search: measured
    solver.parameters.cp_model_probing_level = solver.parameters.symmetry_level = 0
    return solver


def _parts(hours: float) -> int:
    """Turn hours into thousandths."""
    return round(hours * PER_HOUR)
