"""Read a plan against its problem by plain look-ups: what each run claims, leg by leg. Nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.needs import sets_out_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.types import DayPlan, DayProblem, Run, Sailing, Shift, Stop, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg as claimed; `visit` is None on the way home, `boats` None when the plan names one that does not sail."""

    shift: Shift
    visit: str | None
    origin: int
    destination: int
    set_out_s: int
    arrive_s: int
    travel_s: int
    travel_m: int
    boat_wait_s: int
    walk_s: int
    boat_ids: tuple[str, ...]
    boats: tuple[Sailing, ...] | None

    @property
    def name(self) -> str:
        """Say whose leg to where this is."""
        return f"Shift {self.shift.id}, " + (f"leg to visit {self.visit}" if self.visit else "way home")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A run whose shift and visits are all in the problem, with its legs."""

    run: Run
    shift: Shift
    served: tuple[tuple[Stop, Visit], ...]
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The problem and the plan, looked up by id."""

    problem: DayProblem
    plan: DayPlan
    visits: dict[str, Visit]
    shifts: dict[str, Shift]
    runs: tuple[KnownRun, ...]

    @property
    def legs(self) -> Iterator[Leg]:
        """Give every leg of every known run."""
        return (leg for known in self.runs for leg in known.legs)

    @property
    def served(self) -> Iterator[tuple[Shift, Stop, Visit]]:
        """Give every stop of every known run with its shift and visit."""
        return ((known.shift, stop, visit) for known in self.runs for stop, visit in known.served)


def read(problem: DayProblem, plan: DayPlan) -> Claims:
    """Look everything up by id, and lay out the legs of each run whose ids are all known."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    sailings = {sailing.id: sailing for sailing in problem.travel.sailings}
    runs = []
    for run in plan.runs:
        if run.shift in shifts and all(stop.visit in visits for stop in run.stops):
            shift = shifts[run.shift]
            served = tuple((stop, visits[stop.visit]) for stop in run.stops)
            legs = tuple(_legs(run, shift, served, sailings))
            runs.append(KnownRun(run=run, shift=shift, served=served, legs=legs))
    return Claims(problem=problem, plan=plan, visits=visits, shifts=shifts, runs=tuple(runs))


def _legs(
    run: Run, shift: Shift, served: tuple[tuple[Stop, Visit], ...], sailings: dict[str, Sailing]
) -> Iterator[Leg]:
    def boats(ids: tuple[str, ...]) -> tuple[Sailing, ...] | None:
        return tuple(sailings[name] for name in ids) if all(name in sailings for name in ids) else None

    here, set_out_s = shift.start_place, sets_out_s(run.rests, 0, run.leave_home_s)
    for number, (stop, visit) in enumerate(served, start=1):
        yield Leg(
            shift=shift,
            visit=visit.id,
            origin=here,
            destination=visit.place,
            set_out_s=set_out_s,
            arrive_s=stop.arrive_s,
            travel_s=stop.travel_s,
            travel_m=stop.travel_m,
            boat_wait_s=stop.boat_wait_s,
            walk_s=stop.walk_s,
            boat_ids=stop.boats,
            boats=boats(stop.boats),
        )
        here, set_out_s = visit.place, sets_out_s(run.rests, number, stop.leave_s)
    yield Leg(
        shift=shift,
        visit=None,
        origin=here,
        destination=shift.end_place,
        set_out_s=set_out_s,
        arrive_s=run.back_home_s,
        travel_s=run.home_travel_s,
        travel_m=run.home_travel_m,
        boat_wait_s=max(0, run.back_home_s - set_out_s - run.home_travel_s) if run.home_boats else 0,
        walk_s=run.home_walk_s,
        boat_ids=run.home_boats,
        boats=boats(run.home_boats),
    )
